#include "model/remote_model.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <type_traits>
#include <vector>

namespace mlops::model {

namespace {

/// A set of sessions and packs. Bits: four sessions, one a pusher and attempt; for each of them two
/// packs, each with a place for its copy without A; p0, and its copy.
using Set = std::uint32_t;
constexpr unsigned kPushers = 2;
constexpr unsigned kAttempts = 2;
constexpr unsigned kSessions = kPushers * kAttempts;
constexpr unsigned kFirstPack = kSessions;
constexpr unsigned kOldPack = kFirstPack + kSessions * 4;
constexpr unsigned kPacks = kSessions * 4 + 2;
constexpr Set kAllSessions = (1U << kSessions) - 1;

constexpr Set bit(unsigned index) {
  return 1U << index;
}
constexpr unsigned session_of(unsigned pusher, unsigned attempt) {
  return pusher * kAttempts + attempt;
}
constexpr unsigned pack_of(unsigned session, unsigned upload) {
  return kFirstPack + session * 4 + upload * 2;
}
constexpr unsigned copy_without_a(unsigned pack) {
  return pack + 1;
}
/// What lies below a session's prefix.
constexpr Set packs_of(unsigned session) {
  return 0xfU << (kFirstPack + session * 4);
}

/// A set of chunks.
using Chunks = std::uint8_t;
constexpr Chunks kA = 1;
constexpr Chunks kWasMade = 8;  ///< of a pack: so that an empty one is not one that never was
constexpr Chunks needs_of(unsigned pusher) {
  return static_cast<Chunks>(kA | (2U << pusher));
}

namespace push {
enum Step : std::uint8_t {
  read,
  open,
  upload,
  validate,
  publish,
  look,  ///< whether the head was stored
  give_up,
  done,
  refused,
  dead
};
}  // namespace push
namespace gc {
enum Step : std::uint8_t { mark, commit, remove, fence, sweep };
}  // namespace gc
namespace erase {
enum Step : std::uint8_t { read, commit, remove, done };
}  // namespace erase

constexpr std::int8_t kNothingSeen = -1;

struct Pusher {
  Set own = 0;  ///< packs that it uploaded
  std::uint8_t step = push::read;
  std::int8_t seen = kNothingSeen;  ///< the head's number
  std::uint8_t attempt = 0;
  Chunks reuse = 0;
  friend bool operator==(const Pusher&, const Pusher&) = default;
};

struct State {
  // The head.
  Set live = bit(kOldPack);
  Set trash = 0;  ///< packs, and sessions whose prefix goes
  // What is stored.
  Set stored = bit(kOldPack);
  Set gc_goes = 0;
  Set erase_goes = 0;
  std::array<Pusher, kPushers> pushers{};
  std::array<Chunks, kPacks> contents{};
  std::int8_t version = 0;
  std::uint8_t roots = 0;  ///< bit: pusher
  std::uint8_t open = 0;   ///< sessions
  Chunks erased = 0;
  std::uint8_t gc_step = gc::mark;
  std::int8_t gc_seen = kNothingSeen;
  std::uint8_t gc_round = 0;
  std::uint8_t gc_session = kSessions;  ///< whose prefix is swept
  std::uint8_t erase_step = erase::read;
  std::int8_t erase_seen = kNothingSeen;
  friend bool operator==(const State&, const State&) = default;
};
static_assert(std::has_unique_object_representations_v<State>, "it is hashed as bytes");

Chunks contents_of(const State& state, unsigned pack) {
  return state.contents[pack - kFirstPack];
}

/// Of the packs of `set`.
Chunks contents_of_all(const State& state, Set set) {
  Chunks all = 0;
  for (Set rest = set & ~kAllSessions; rest != 0; rest &= rest - 1) {
    all |= contents_of(state, static_cast<unsigned>(std::countr_zero(rest)));
  }
  return all & static_cast<Chunks>(~kWasMade);
}

/// The packs of `set` that hold one of `chunks`.
Set holders(const State& state, Set set, Chunks chunks) {
  Set found = 0;
  for (Set rest = set & ~kAllSessions; rest != 0; rest &= rest - 1) {
    const auto pack = static_cast<unsigned>(std::countr_zero(rest));
    found |= (contents_of(state, pack) & chunks) != 0 ? bit(pack) : 0;
  }
  return found;
}

Chunks published_chunks(const State& state) {
  Chunks all = 0;
  for (unsigned pusher = 0; pusher < kPushers; ++pusher) {
    all |= (state.roots >> pusher & 1U) != 0 ? needs_of(pusher) : Chunks{0};
  }
  return all;
}

std::string find_violation(const State& state) {
  const auto kept = static_cast<Chunks>(published_chunks(state) & ~state.erased);
  if ((kept & ~contents_of_all(state, state.live & state.stored)) != 0) {
    return "a chunk of a published root is lost";
  }
  for (unsigned pusher = 0; pusher < kPushers; ++pusher) {
    if (state.pushers[pusher].step == push::done && (state.roots >> pusher & 1U) == 0) {
      return "a push says that it is done, and is not";
    }
  }
  if ((contents_of_all(state, state.live) & state.erased) != 0) {
    return "an erased chunk is live again";
  }
  if (state.erase_step == erase::done) {
    Set allowed = 0;
    for (unsigned session = 0; session < kSessions; ++session) {
      allowed |= (state.trash & bit(session)) != 0 ? packs_of(session) : 0;
    }
    if (holders(state, state.stored & ~(allowed & ~state.live), kA) != 0) {
      return "an erased chunk is stored outside of a closed session";
    }
  }
  return {};
}

/// The steps that each party can make from one state.
class Steps {
 public:
  Steps(const Setup& setup, const State& from, std::vector<State>& out)
      : setup_(setup), from_(from), out_(out) {}

  void add_all() {
    for (unsigned pusher = 0; pusher < kPushers; ++pusher) {
      add_push(pusher);
    }
    if (from_.gc_round < setup_.gc_rounds) {
      add_gc();
    }
    if (setup_.erasure == Setup::Erasure::yes) {
      add_erasure();
    }
  }

 private:
  bool holds(Rule rule) const { return setup_.without != rule; }
  void add(const State& next) { out_.push_back(next); }

  // ---- push

  void add_push(unsigned number) {
    const Pusher& pusher = from_.pushers[number];
    if (pusher.step >= push::done) {
      return;
    }
    if (pusher.step != push::read) {
      end_push(from_, number, push::dead);
    }
    switch (pusher.step) {
      case push::read:
        return read_head(number);
      case push::open:
        return open_session(number);
      case push::upload:
        return upload_new(number);
      case push::validate:
        return validate(number);
      case push::publish:
        return publish(number);
      case push::look:
        return look(number);
      default:
        return close_session(number);
    }
  }

  void end_push(State next, unsigned number, push::Step step) {
    const std::uint8_t attempt = next.pushers[number].attempt;
    next.pushers[number] = {};
    next.pushers[number].step = step;
    next.pushers[number].seen = 0;
    next.pushers[number].attempt = attempt;
    add(next);
  }

  void go_on(unsigned number, push::Step step, std::int8_t seen) {
    State next = from_;
    next.pushers[number].step = step;
    next.pushers[number].seen = seen;
    add(next);
  }

  void read_head(unsigned number) {
    if ((from_.erased & needs_of(number)) != 0) {
      return end_push(from_, number, push::refused);
    }
    State next = from_;
    Pusher& pusher = next.pushers[number];
    pusher.step = push::open;
    pusher.seen = from_.version;
    pusher.own = 0;
    pusher.reuse = 0;
    add(next);
  }

  void open_session(unsigned number) {
    const Pusher& before = from_.pushers[number];
    if (before.seen != from_.version) {
      return go_on(number, push::read, kNothingSeen);
    }
    State next = from_;
    Pusher& pusher = next.pushers[number];
    ++next.version;
    next.open |= static_cast<std::uint8_t>(bit(session_of(number, before.attempt)));
    pusher.step = push::upload;
    pusher.seen = next.version;
    pusher.reuse = needs_of(number) & contents_of_all(from_, from_.live);
    add(next);
  }

  void upload(unsigned number, unsigned pack, Chunks chunks) {
    State next = from_;
    Pusher& pusher = next.pushers[number];
    next.stored |= bit(pack);
    if (pack != kOldPack) {
      next.contents[pack - kFirstPack] = chunks | kWasMade;
    }
    pusher.own |= bit(pack);
    pusher.step = push::validate;
    add(next);
  }

  void upload_new(unsigned number) {
    const Pusher& pusher = from_.pushers[number];
    upload(number,
           pack_of(session_of(number, pusher.attempt), 0),
           needs_of(number) & static_cast<Chunks>(~pusher.reuse));
  }

  Chunks missing(unsigned number) const {
    const Pusher& pusher = from_.pushers[number];
    const Chunks own = contents_of_all(from_, pusher.own);
    const Chunks there = holds(Rule::revalidate)
                             ? static_cast<Chunks>(own | contents_of_all(from_, from_.live))
                             : static_cast<Chunks>(own | pusher.reuse);
    return needs_of(number) & static_cast<Chunks>(~there);
  }

  void validate(unsigned number) {
    const Pusher& pusher = from_.pushers[number];
    const unsigned session = session_of(number, pusher.attempt);
    if (holds(Rule::fencing_counts) && (from_.open & bit(session)) == 0) {
      return start_anew(number);
    }
    if (holds(Rule::erased_stays_erased) && (from_.erased & needs_of(number)) != 0) {
      return go_on(number, push::give_up, from_.version);
    }
    const Chunks miss = missing(number);
    if (miss == 0) {
      return go_on(number, push::publish, from_.version);
    }
    const bool is_same_name = !holds(Rule::unique_names) && (miss & kA) != 0;
    upload(number, is_same_name ? kOldPack : pack_of(session, 1), miss);
  }

  void start_anew(unsigned number) {
    const std::uint8_t attempt = from_.pushers[number].attempt;
    if (attempt + 1 >= setup_.attempts) {
      return end_push(from_, number, push::refused);
    }
    State next = from_;
    next.pushers[number] = {};
    next.pushers[number].attempt = static_cast<std::uint8_t>(attempt + 1);
    add(next);
  }

  void publish(unsigned number) {
    const Pusher& pusher = from_.pushers[number];
    if (holds(Rule::push_compares) && pusher.seen != from_.version) {
      return go_on(number, push::validate, kNothingSeen);
    }
    State next = from_;
    ++next.version;
    next.live |= pusher.own;
    next.roots |= static_cast<std::uint8_t>(bit(number));
    next.open &= static_cast<std::uint8_t>(~bit(session_of(number, pusher.attempt)));
    end_push(next, number, push::done);
    if (setup_.outcomes == Setup::Outcomes::unknown) {
      hear_nothing(from_, number);
      hear_nothing(next, number);
    }
  }

  void hear_nothing(State next, unsigned number) {
    if (!holds(Rule::outcome_is_looked_up)) {
      return end_push(next, number, push::done);
    }
    next.pushers[number].step = push::look;
    next.pushers[number].seen = 0;
    add(next);
  }

  /// Its head is in the chain, or that place is free or another's.
  void look(unsigned number) {
    if ((from_.roots & bit(number)) != 0) {
      return end_push(from_, number, push::done);
    }
    go_on(number, push::validate, kNothingSeen);
  }

  void close_session(unsigned number) {
    const Pusher& pusher = from_.pushers[number];
    if (pusher.seen != from_.version) {
      return go_on(number, push::give_up, from_.version);
    }
    const unsigned session = session_of(number, pusher.attempt);
    State next = from_;
    ++next.version;
    next.open &= static_cast<std::uint8_t>(~bit(session));
    next.trash |= bit(session);
    end_push(next, number, push::refused);
  }

  // ---- gc

  void gc_goes_on(State next, gc::Step step) {
    next.gc_step = step;
    next.gc_seen = 0;
    add(next);
  }

  /// It is done with this round, or died; what it listed as trash stays listed.
  void end_gc(State next) {
    next.gc_step = gc::mark;
    next.gc_seen = kNothingSeen;
    next.gc_goes = 0;
    next.gc_session = kSessions;
    ++next.gc_round;
    add(next);
  }

  void add_gc() {
    switch (from_.gc_step) {
      case gc::mark:
        return mark();
      case gc::commit:
        return commit_gc();
      case gc::remove:
        return remove_dead();
      case gc::fence:
        return fence();
      default:
        State next = from_;
        next.stored &= ~packs_of(from_.gc_session);
        return end_gc(next);
    }
  }

  void mark() {
    State next = from_;
    next.gc_step = gc::commit;
    next.gc_seen = from_.version;
    next.gc_goes = from_.live & ~holders(from_, from_.live, published_chunks(from_));
    add(next);
  }

  void commit_gc() {
    State next = from_;
    if (holds(Rule::gc_compares) && from_.gc_seen != from_.version) {
      next.gc_step = gc::mark;
      next.gc_seen = kNothingSeen;
      next.gc_goes = 0;
      return add(next);
    }
    ++next.version;
    next.live &= ~from_.gc_goes;
    next.trash |= from_.gc_goes;
    next.gc_goes |= from_.trash & ~kAllSessions;
    gc_goes_on(next, gc::remove);
  }

  void remove_dead() {
    end_gc(from_);
    State next = from_;
    if (from_.gc_goes == 0) {
      return gc_goes_on(next, gc::fence);
    }
    const Set first = bit(static_cast<unsigned>(std::countr_zero(from_.gc_goes)));
    next.stored &= ~first;
    next.gc_goes &= ~first;
    gc_goes_on(next, gc::remove);
  }

  void fence() {
    end_gc(from_);
    if (!holds(Rule::delete_only_listed)) {
      State next = from_;
      next.stored &= from_.live;
      end_gc(next);
    }
    for (unsigned session = 0; session < kSessions; ++session) {
      if ((from_.open & bit(session)) != 0) {
        State next = from_;
        ++next.version;
        next.open &= static_cast<std::uint8_t>(~bit(session));
        next.trash |= bit(session);
        next.gc_session = static_cast<std::uint8_t>(session);
        gc_goes_on(next, gc::sweep);
      }
    }
  }

  // ---- erasure

  void add_erasure() {
    State next = from_;
    switch (from_.erase_step) {
      case erase::read:
        next.erase_step = erase::commit;
        next.erase_seen = from_.version;
        return add(next);
      case erase::commit:
        return commit_erasure();
      case erase::remove:
        return remove_erased();
      default:
        return;
    }
  }

  void commit_erasure() {
    State next = from_;
    if (from_.erase_seen != from_.version) {
      next.erase_step = erase::read;
      next.erase_seen = kNothingSeen;
      return add(next);
    }
    const Set hit = holders(from_, from_.live, kA);
    Set copies = 0;
    for (Set rest = hit; rest != 0; rest &= rest - 1) {
      const auto pack = static_cast<unsigned>(std::countr_zero(rest));
      copies |= bit(copy_without_a(pack));
      next.contents[copy_without_a(pack) - kFirstPack] =
          (contents_of(from_, pack) & static_cast<Chunks>(~kA)) | kWasMade;
    }
    const Set fenced = holds(Rule::erasure_fences) ? Set{from_.open} : 0;
    const Set trash = holds(Rule::erasure_sees_trash)
                          ? (from_.trash & kAllSessions) | holders(from_, from_.trash, kA)
                          : 0;
    ++next.version;
    next.live = (from_.live & ~hit) | copies;
    next.stored |= copies;
    next.open &= static_cast<std::uint8_t>(~fenced);
    next.trash |= hit | fenced;
    next.erased |= kA;
    next.erase_step = erase::remove;
    next.erase_seen = 0;
    next.erase_goes = hit | trash | fenced;
    add(next);
  }

  void remove_erased() {
    State next = from_;
    if (from_.erase_goes == 0) {
      next.erase_step = erase::done;
      return add(next);
    }
    const auto first = static_cast<unsigned>(std::countr_zero(from_.erase_goes));
    next.stored &= first < kSessions ? ~packs_of(first) : ~bit(first);
    next.erase_goes &= ~bit(first);
    add(next);
  }

  const Setup& setup_;
  const State& from_;
  std::vector<State>& out_;
};

/// States in the order in which they were found, each once, with the place of the one before.
class Found {
 public:
  Found() : table_(std::size_t{1} << 16U, kNone) {}

  void insert(const State& state, std::uint32_t before) {
    if (states_.size() * 2 >= table_.size()) {
      grow();
    }
    const std::size_t place = find_place(state);
    if (table_[place] == kNone) {
      table_[place] = static_cast<std::uint32_t>(states_.size());
      states_.push_back(state);
      before_.push_back(before);
    }
  }
  std::size_t size() const { return states_.size(); }
  const State& operator[](std::size_t at) const { return states_[at]; }
  int steps_to(std::size_t at) const {
    int steps = 0;
    for (; before_[at] != at; at = before_[at]) {
      ++steps;
    }
    return steps;
  }

 private:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  static std::size_t hash(const State& state) {
    std::array<std::uint64_t, sizeof(State) / 8> words{};
    static_assert(sizeof words == sizeof(State));
    std::memcpy(words.data(), &state, sizeof state);
    std::uint64_t hash = 0;
    for (const std::uint64_t word : words) {
      hash = (hash ^ word) * 0x9E3779B97F4A7C15U;
      hash ^= hash >> 29U;
    }
    return static_cast<std::size_t>(hash);
  }

  std::size_t find_place(const State& state) const {
    std::size_t place = hash(state) & (table_.size() - 1);
    while (table_[place] != kNone && !(states_[table_[place]] == state)) {
      place = (place + 1) & (table_.size() - 1);
    }
    return place;
  }

  void grow() {
    table_.assign(table_.size() * 2, kNone);
    for (std::size_t i = 0; i < states_.size(); ++i) {
      table_[find_place(states_[i])] = static_cast<std::uint32_t>(i);
    }
  }

  std::vector<State> states_;
  std::vector<std::uint32_t> before_;
  std::vector<std::uint32_t> table_;
};

}  // namespace

Outcome explore(const Setup& setup) {
  State first;
  first.contents[kOldPack - kFirstPack] = kA;
  Found found;
  found.insert(first, 0);
  Outcome outcome;
  std::vector<State> next;
  for (std::size_t at = 0; at < found.size(); ++at) {
    const State state = found[at];
    ++outcome.states;
    outcome.violation = find_violation(state);
    if (!outcome.violation.empty()) {
      outcome.steps = found.steps_to(at);
      return outcome;
    }
    outcome.saw_late_upload = outcome.saw_late_upload || (state.erase_step == erase::done &&
                                                          holders(state, state.stored, kA) != 0);
    next.clear();
    Steps(setup, state, next).add_all();
    for (const State& reached : next) {
      found.insert(reached, static_cast<std::uint32_t>(at));
    }
  }
  return outcome;
}

}  // namespace mlops::model
