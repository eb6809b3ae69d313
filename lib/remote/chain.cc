#include "remote/chain.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"
#include "os/random.h"
#include "remote/remote_damage.h"

namespace mlops::remote {

namespace {

constexpr std::size_t kPage = 1000;
constexpr int kPutAttempts = 5;

}  // namespace

Chain::Chain(Transport& transport, Cache cache, std::string place)
    : transport_(transport), cache_(std::move(cache)), place_(std::move(place)) {}

std::string Chain::describe(std::string_view key) const {
  return fmt::format("{} of remote {}", key, quote(transport_.describe()));
}

bool Chain::try_read_format() {
  const auto bytes = transport_.get(kFormatKey, kMaxFormatBytes);
  if (bytes) {
    format_ = decode_format(*bytes, describe(kFormatKey));
  }
  return bytes.has_value();
}

/// False when there is no remote yet. Who makes one writes the format file before any head: heads
/// without it are looked at once more, since somebody may have made the remote in between.
bool Chain::find_format() {
  if (try_read_format()) {
    return true;
  }
  const auto page = transport_.list(kHeadPrefix, {}, kPage);
  const bool has_head = std::any_of(page.begin(), page.end(), [](const Transport::Object& object) {
    return head_number(object.key) != 0;
  });
  if (!has_head) {
    return false;
  }
  if (!try_read_format()) {
    throw Error(ErrorKind::corrupt,
                quote(transport_.describe()) + " has heads of a remote, but no format file",
                "bring the file 'format' back from a backup of the remote");
  }
  return true;
}

bool Chain::open(Rollback rollback) {
  return naming_remote([&] { return open_newest(rollback); });
}

bool Chain::open_newest(Rollback rollback) {
  const auto seen = cache_.find_seen();
  const bool is_known = seen && seen->place == place_ && rollback == Rollback::refuse;
  position_ = is_known ? Position{seen->number, seen->hash} : Position{};
  if (is_known) {
    format_.id = seen->remote;
  } else if (!find_format()) {
    return false;
  }
  const Position before = position_;
  const std::uint64_t newest = find_newest(before.number);
  if (newest == 0) {
    return true;
  }
  const auto bytes = transport_.get(head_key(newest), kMaxHeadBytes);
  if (!bytes || bytes->empty()) {
    throw Error(ErrorKind::corrupt,
                describe(head_key(newest)) + " is the newest, and cannot be read");
  }
  Head head = decode_head(*bytes, describe(head_key(newest)));
  const Digest hash = codec::sha256(*bytes);
  check_link(head, hash, before);
  check_remembered(head, before);
  if (head.number != newest) {
    throw Error(ErrorKind::corrupt,
                fmt::format("{} calls itself number {}", describe(head_key(newest)), head.number));
  }
  take(std::move(head), hash);
  save_seen();
  return true;
}

/// The number of the newest head; 0 when there is none. A listing is believed only as far as it has
/// what was seen before: one that is empty or ends early says nothing about what there is.
std::uint64_t Chain::find_newest(std::uint64_t known) {
  std::uint64_t newest = 0;
  std::string after = known > 1 ? head_key(known - 1) : std::string();
  for (;;) {
    const auto page = transport_.list(kHeadPrefix, after, kPage);
    for (const Transport::Object& object : page) {
      const std::uint64_t number = head_number(object.key);
      if (number == 0) {
        continue;  // a file of somebody else's, which nothing here writes or reads
      }
      const std::uint64_t wanted = newest == 0 ? std::max<std::uint64_t>(known, 1) : newest + 1;
      if (number != wanted) {
        throw Error(ErrorKind::network,
                    fmt::format("remote {} lists head {} where head {} comes next",
                                quote(transport_.describe()),
                                number,
                                wanted),
                    "its listing is stale or broken, or the remote lost objects: try again later");
      }
      newest = number;
    }
    if (page.size() < kPage) {
      break;
    }
    after = page.back().key;
  }
  if (newest != 0 || (known == 0 && !transport_.size(head_key(1)))) {
    return newest;
  }
  if (known == 0 || transport_.size(head_key(known))) {
    throw Error(ErrorKind::network,
                fmt::format("remote {} does not list head {}, which it has",
                            quote(transport_.describe()),
                            std::max<std::uint64_t>(known, 1)),
                "its listing is stale or broken: try again later");
  }
  throw Error(ErrorKind::conflict,
              fmt::format("remote {} went back: head {}, which this clone has seen, is gone",
                          quote(transport_.describe()),
                          known),
              "if it was restored from a backup on purpose: mlops data push --accept-rollback");
}

void Chain::check_link(const Head& head, const Digest& hash, const Position& before) const {
  if (head.remote != format_.id) {
    throw Error(ErrorKind::conflict,
                fmt::format("{} is another remote than the one that this clone knows",
                            quote(transport_.describe())),
                "if that is meant: mlops remote remove, then mlops remote add");
  }
  const bool is_same = head.number == before.number && hash == before.hash;
  const bool is_next = head.number == before.number + 1 && head.previous == before.hash;
  const bool is_far = before.number == 0 || head.number > before.number + 1;
  if (!is_same && !is_next && !is_far) {
    throw Error(ErrorKind::conflict,
                fmt::format("remote {} was changed behind its heads: head {} does not follow "
                            "head {} that this clone has seen",
                            quote(transport_.describe()),
                            head.number,
                            before.number),
                "if it was restored from a backup on purpose: mlops data push --accept-rollback");
  }
}

/// A remote that was restored from a backup and pushed to since has later heads, and another one
/// under the number that this clone remembers.
void Chain::check_remembered(const Head& head, const Position& before) {
  if (before.number == 0 || head.number <= before.number + 1) {
    return;  // the link says it
  }
  const auto bytes = transport_.get(head_key(before.number), kMaxHeadBytes);
  const bool is_sealed = bytes && bytes->empty();
  if (!is_sealed && (!bytes || codec::sha256(*bytes) != before.hash)) {
    throw Error(ErrorKind::conflict,
                fmt::format("remote {} went back: its head {} is another one than this clone has "
                            "seen",
                            quote(transport_.describe()),
                            before.number),
                "if it was restored from a backup on purpose: mlops data push --accept-rollback");
  }
}

void Chain::create() {
  if (!find_format()) {
    RemoteId id{};
    os::random_bytes(id);
    const std::string text = encode_format(id);
    transport_.put_if_absent(kFormatKey, codec::as_bytes(text));
    if (!try_read_format()) {
      throw Error(ErrorKind::corrupt, quote(transport_.describe()) + " lost its format file");
    }
  }
  follow();
}

void Chain::follow() {
  while (try_read(position_.number + 1)) {
  }
  save_seen();
}

/// False when there is no such head yet.
bool Chain::try_read(std::uint64_t number) {
  const auto bytes = transport_.get(head_key(number), kMaxHeadBytes);
  if (!bytes) {
    return false;
  }
  const std::string where = describe(head_key(number));
  if (bytes->empty()) {
    position_.number = number;  // sealed: there is a later one
    position_.hash = {};
    return true;
  }
  Head head = decode_head(*bytes, where);
  if (head.number != number || head.remote != format_.id ||
      (position_.hash != Digest{} && head.previous != position_.hash)) {
    throw Error(ErrorKind::corrupt, where + " does not follow the head before it");
  }
  take(std::move(head), codec::sha256(*bytes));
  return true;
}

Bytes Chain::load_state(const StateRef& ref) const {
  if (auto cached = cache_.find_state(ref.name); cached && cached->size() == ref.size) {
    return std::move(*cached);
  }
  const std::string key = state_key(ref.name);
  auto bytes = transport_.get(key, kMaxStateBytes);
  if (!bytes) {
    throw Error(ErrorKind::corrupt, describe(key) + " is missing");
  }
  if (bytes->size() != ref.size || codec::sha256(*bytes) != ref.name) {
    throw Error(ErrorKind::corrupt, describe(key) + " does not match its name");
  }
  cache_.put_state(ref.name, *bytes);
  return std::move(*bytes);
}

std::vector<Record> Chain::decode(const StateRef& ref) const {
  return decode_state(load_state(ref), describe(state_key(ref.name)));
}

void Chain::take(Head head, const Digest& hash) {
  auto state = std::make_shared<State>();
  for (const StateRef& ref : head.states) {
    state->apply(decode(ref), describe(state_key(ref.name)));
  }
  state_ = std::move(state);
  position_ = {head.number, hash};
  head_ = std::move(head);
}

/// Its states are those of the known head and what `added` says.
void Chain::take_new(Head head, const Digest& hash, std::span<const Record> added) {
  auto state = std::make_shared<State>(*state_);
  state->apply(added, "the new head");
  state_ = std::move(state);
  position_ = {head.number, hash};
  head_ = std::move(head);
  save_seen();
}

void Chain::save_seen() const {
  if (position_.number > 0) {
    cache_.put_seen({place_, format_.id, position_.number, position_.hash});
    cache_.put_head(encode_head(head_));
  }
}

/// Writes the records as a state; one that is not much larger and comes before it is merged into
/// it, so that there are few, and each record is written few times.
void Chain::add_state(std::vector<StateRef>& states, std::span<const Record> records) {
  std::vector<Record> merged(records.begin(), records.end());
  Bytes bytes = encode_state(merged);
  while (!states.empty() && states.back().size <= 2 * bytes.size() &&
         states.back().size + bytes.size() <= kMaxStateBytes) {
    std::vector<Record> all = decode(states.back());
    all.insert(all.end(), merged.begin(), merged.end());
    merged = std::move(all);
    states.pop_back();
    if (states.empty()) {
      State whole;
      whole.apply(merged, "merged states");
      merged = whole.records();
    }
    bytes = encode_state(merged);
  }
  const StateRef ref{codec::sha256(bytes), bytes.size()};
  if (std::find(states.begin(), states.end(), ref) == states.end()) {
    transport_.put(state_key(ref.name), bytes);
    cache_.put_state(ref.name, bytes);
  }
  states.push_back(ref);
}

bool Chain::advance(const Change& change) {
  if (format_.access == Format::Access::read_only || head_.access == Format::Access::read_only) {
    throw Error(ErrorKind::config,
                fmt::format("remote {} has a feature that this version of mlops can read, but not "
                            "write",
                            quote(transport_.describe())),
                "install a newer mlops");
  }
  Head next;
  next.remote = format_.id;
  next.number = position_.number + 1;
  next.previous = position_.hash;
  os::random_bytes(next.nonce);
  next.states = head_.states;
  next.sessions = head_.sessions;
  for (const SessionId& closed : change.closes) {
    std::erase_if(next.sessions, [&](const OpenSession& session) { return session.id == closed; });
  }
  if (change.opens) {
    next.sessions.push_back(*change.opens);
  }
  if (!change.records.empty()) {
    State check = *state_;
    check.apply(change.records, "the new head");
    add_state(next.states, change.records);
  }
  const Bytes bytes = encode_head(next);
  if (!put_head(next, bytes)) {
    follow();
    return false;
  }
  take_new(std::move(next), codec::sha256(bytes), change.records);
  return true;
}

/// Whether it is the head of its number now. The bytes of a head are its writer's alone: whoever
/// finds them there knows that his write arrived, whatever he was told.
bool Chain::put_head(const Head& head, const Bytes& bytes) {
  const std::string key = head_key(head.number);
  for (int attempt = 0; attempt < kPutAttempts; ++attempt) {
    if (transport_.put_if_absent(key, bytes) == Transport::Put::stored) {
      return true;
    }
    if (const auto found = transport_.get(key, kMaxHeadBytes)) {
      return *found == bytes;
    }
  }
  throw Error(ErrorKind::network,
              fmt::format("remote {} does not say whether it stored head {}",
                          quote(transport_.describe()),
                          head.number),
              "try again: what was uploaded is used, or cleaned up later");
}

std::optional<State> last_seen_state(const Cache& cache, const std::string& place) {
  const auto seen = cache.find_seen();
  const auto bytes = cache.find_head();
  if (!seen || seen->place != place || !bytes) {
    return std::nullopt;
  }
  try {
    const Head head = decode_head(*bytes, "the last head");
    State state;
    for (const StateRef& ref : head.states) {
      const auto records = cache.find_state(ref.name);
      if (head.number != seen->number || !records) {
        return std::nullopt;
      }
      state.apply(decode_state(*records, "a state"), "a state");
    }
    return state;
  } catch (const Error& error) {
    // A cache that is damaged is as good as none.
    if (error.kind() != ErrorKind::corrupt && error.kind() != ErrorKind::config) {
      throw;
    }
    return std::nullopt;
  }
}

}  // namespace mlops::remote
