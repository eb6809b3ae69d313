#include "remote/push.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/clock.h"
#include "os/random.h"
#include "remote/remote_damage.h"
#include "remote/remote_index.h"
#include "remote/tree_fetch.h"
#include "store/index_segment.h"

namespace mlops::remote {

namespace {

constexpr int kAttempts = 3;

class Pusher {
 public:
  Pusher(Chain& chain,
         store::Store& store,
         const PushRequest& request,
         Progress& progress,
         const CancelToken& cancel)
      : chain_(chain), store_(store), request_(request), progress_(progress), cancel_(cancel) {}

  PushReport run() {
    const bool is_there = chain_.open(request_.rollback);
    find_missing();
    if (missing_.empty()) {
      return std::move(report_);
    }
    check_local();
    // What is uploaded must stay in the local store until then.
    const os::FileLock hold = store_.hold(request_.waiter);
    if (request_.mode == PushRequest::Mode::dry_run) {
      look();
      return std::move(report_);
    }
    if (!is_there) {
      chain_.create();
    }
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      if (try_to_push()) {
        return std::move(report_);
      }
    }
    throw Error(ErrorKind::conflict,
                fmt::format("the push to {} was ended {} times by somebody who cleans the remote",
                            quote(chain_.transport().describe()),
                            kAttempts),
                "nothing was published; try again");
  }

 private:
  void find_missing();
  void check_local() const;
  void check_parts();
  void look();
  bool try_to_push();
  bool open_session();
  void upload_missing();
  void upload(const std::vector<store::OutgoingPack>& packs);
  void upload_index();
  bool publish();
  Chain::Change end_dead_sessions() const;
  bool lacks_relied_pack() const;
  std::vector<Record> changes();
  std::vector<store::ObjectId> missing_ids() const;
  bool is_there(const store::ObjectId& id) const {
    return index_.contains(id) || std::any_of(own_.begin(), own_.end(), [&](const auto& segment) {
             return segment->any_of(id, [](std::uint32_t) { return true; });
           });
  }

  Chain& chain_;
  store::Store& store_;
  const PushRequest& request_;
  Progress& progress_;
  const CancelToken& cancel_;
  PushReport report_;
  std::vector<WantedRoot> missing_;  ///< versions that the remote has not
  RemoteIndex index_;
  std::set<PackRef> relied_;  ///< packs that were live when it was decided what to upload

  // Of the session.
  SessionId session_;
  std::optional<os::FileLock> session_lock_;  ///< says that this push lives
  std::vector<store::PackInfo> packs_;
  std::vector<store::IndexRecord> records_;  ///< of packs that no own index names yet
  std::size_t indexed_packs_ = 0;
  std::vector<std::unique_ptr<store::IndexSegment>> own_;
  std::vector<std::pair<Digest, std::uint64_t>> own_indexes_;
};

void Pusher::find_missing() {
  std::set<store::ObjectId> seen;
  missing_.clear();
  report_.present = 0;
  for (const WantedRoot& root : request_.roots) {
    if (!seen.insert(root.id).second) {
      continue;
    }
    if (chain_.state().roots().contains(root.id)) {
      ++report_.present;
    } else {
      missing_.push_back(root);
    }
  }
}

void Pusher::check_local() const {
  for (const WantedRoot& root : missing_) {
    if (!store_.find_partial_root(root.id)) {
      throw Error(ErrorKind::corrupt,
                  fmt::format("the version of {} is neither in the store nor on remote {}",
                              quote(root.data_set),
                              quote(chain_.transport().describe())),
                  "whoever added it has it: there, mlops data push");
    }
  }
}

std::vector<store::ObjectId> Pusher::missing_ids() const {
  std::vector<store::ObjectId> ids;
  std::transform(
      missing_.begin(), missing_.end(), std::back_inserter(ids), [](const WantedRoot& root) {
        return root.id;
      });
  return ids;
}

/// What is not here of a version of which a part is here is on the remote, or the version cannot be
/// published. Chunk lists that are there alone are read: only they know their chunks.
void Pusher::check_parts() {
  std::unique_ptr<store::Importer> importer;
  for (const WantedRoot& root : missing_) {
    if (store_.find_root(root.id)) {
      continue;
    }
    if (!importer) {
      importer = store_.begin_import(request_.waiter);
    }
    BlockReader reader(chain_, index_, *importer, request_.pool);
    const store::Entry top = store_.find_partial_root(root.id).value().top;
    try {
      TreeFetch(index_, store_, *importer, reader)
          .walk(std::span(&top, 1), TreeFetch::Files::all, cancel_);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::corrupt) {
        throw;
      }
      Error lacking(ErrorKind::corrupt,
                    fmt::format("of the version of {} a part is here, and the rest is not on "
                                "remote {}",
                                quote(root.data_set),
                                quote(chain_.transport().describe())),
                    shell_join({"mlops", "data", "fetch", "--", root.data_set}) +
                        " from a remote that has it, then push again");
      lacking.add_context(error.message());
      throw lacking;
    }
  }
  if (importer && request_.mode == PushRequest::Mode::push) {
    importer->finish();
  }
}

void Pusher::look() {
  index_.update(chain_);
  check_parts();
  const auto exported = store_.export_versions(
      missing_ids(), [&](const store::ObjectId& id) { return is_there(id); }, cancel_);
  report_.objects = exported->amount().objects;
  report_.object_bytes = exported->amount().bytes;
  report_.published = missing_;
}

/// False when somebody closed the session: what it uploaded may be gone, and counts for nothing.
bool Pusher::try_to_push() {
  report_.objects = report_.object_bytes = report_.packs = report_.bytes = 0;
  packs_.clear();
  records_.clear();
  indexed_packs_ = 0;
  own_.clear();
  own_indexes_.clear();
  if (!open_session()) {
    return true;
  }
  upload_missing();
  chain_.follow();
  for (;;) {
    cancel_.check();
    if (chain_.head().find_session(session_) == nullptr) {
      return false;
    }
    if (lacks_relied_pack()) {
      upload_missing();
      chain_.follow();
    } else if (publish()) {
      return true;
    }
  }
}

/// Sessions of pushes of this clone that died: nobody holds their locks.
Chain::Change Pusher::end_dead_sessions() const {
  Chain::Change change;
  for (const SessionId& id : chain_.cache().find_dead_sessions()) {
    if (chain_.head().find_session(id) != nullptr) {
      change.records.push_back({Record::Kind::session_trash, id});
      change.closes.push_back(id);
    }
  }
  return change;
}

/// False when others published all of it meanwhile.
bool Pusher::open_session() {
  constexpr std::int64_t kNsPerSecond = 1'000'000'000;
  for (;;) {
    cancel_.check();
    find_missing();
    if (missing_.empty()) {
      return false;
    }
    Chain::Change change = end_dead_sessions();
    os::random_bytes(session_.bytes);
    session_lock_ = chain_.cache().hold_session(session_);
    const auto now = static_cast<std::uint64_t>(os::wall_time_ns() / kNsPerSecond);
    change.opens = OpenSession{session_, now};
    if (chain_.advance(change)) {
      for (const SessionId& id : change.closes) {
        chain_.cache().forget_session(id);
      }
      return true;
    }
    session_lock_.reset();
    chain_.cache().forget_session(session_);
  }
}

void Pusher::upload_missing() {
  index_.update(chain_);
  check_parts();
  relied_.clear();
  for (const auto& [pack, size] : chain_.state().packs()) {
    relied_.insert(pack);
  }
  const auto exported = store_.export_versions(
      missing_ids(), [&](const store::ObjectId& id) { return is_there(id); }, cancel_);
  report_.objects += exported->amount().objects;
  report_.object_bytes += exported->amount().bytes;
  progress_.begin("pushing", 0, exported->amount().bytes);
  const std::size_t at_once = request_.pool == nullptr ? 1 : request_.pool->size();
  for (;;) {
    std::vector<store::OutgoingPack> packs;
    while (packs.size() < at_once) {
      auto pack = exported->next();
      if (!pack) {
        break;
      }
      packs.push_back(std::move(*pack));
    }
    if (packs.empty()) {
      break;
    }
    upload(packs);
  }
  upload_index();
  progress_.end();
}

void Pusher::upload(const std::vector<store::OutgoingPack>& packs) {
  const auto upload_one = [&](std::size_t i) {
    cancel_.check();
    chain_.transport().put(pack_key({session_, packs[i].name}), packs[i].bytes);
    std::uint64_t plain = 0;
    for (const store::PackedObject& object : packs[i].objects) {
      plain += object.length;
    }
    progress_.advance(1, plain);
  };
  if (request_.pool == nullptr) {
    for (std::size_t i = 0; i < packs.size(); ++i) {
      upload_one(i);
    }
  } else {
    request_.pool->for_each(packs.size(), upload_one);
  }
  for (const store::OutgoingPack& pack : packs) {
    const auto number = static_cast<std::uint32_t>(packs_.size() - indexed_packs_);
    packs_.push_back({pack.name, pack.bytes.size()});
    report_.bytes += pack.bytes.size();
    for (const store::PackedObject& object : pack.objects) {
      records_.push_back({object, number});
    }
  }
  report_.packs = packs_.size();
}

void Pusher::upload_index() {
  if (packs_.size() == indexed_packs_) {
    return;
  }
  const auto bytes =
      store::encode_segment(std::span(packs_).subspan(indexed_packs_), std::exchange(records_, {}));
  const Digest name = codec::sha256(bytes);
  chain_.transport().put(index_key(name), bytes);
  chain_.cache().put_index(name, bytes);
  report_.bytes += bytes.size();
  own_indexes_.emplace_back(name, bytes.size());
  own_.push_back(store::IndexSegment::from_bytes(bytes, "the session's index"));
  indexed_packs_ = packs_.size();
}

/// Whether a pack that was live when this push decided what not to upload is so no more.
bool Pusher::lacks_relied_pack() const {
  const auto& live = chain_.state().packs();
  return std::any_of(
      relied_.begin(), relied_.end(), [&](const PackRef& pack) { return !live.contains(pack); });
}

std::vector<Record> Pusher::changes() {
  std::vector<Record> records;
  for (const store::PackInfo& pack : packs_) {
    records.push_back({Record::Kind::pack_live, session_, pack.name, pack.size});
  }
  for (const auto& [name, size] : own_indexes_) {
    records.push_back({Record::Kind::index_live, {}, name, size});
  }
  for (const WantedRoot& root : missing_) {
    const store::Root content = store_.find_partial_root(root.id).value();
    records.push_back({Record::Kind::root,
                       {},
                       root.id.bytes,
                       0,
                       store::encode_root(content),
                       root.data_set.substr(0, kMaxDataSetBytes)});
  }
  return records;
}

/// False when another head was faster: what this push relies on must be looked at again.
bool Pusher::publish() {
  find_missing();
  // Where others published all of it meanwhile, what was uploaded is of no use.
  const std::vector<Record> records =
      missing_.empty() ? std::vector<Record>{{Record::Kind::session_trash, session_}} : changes();
  if (!chain_.advance({.records = records, .closes = {session_}})) {
    return false;
  }
  session_lock_.reset();
  chain_.cache().forget_session(session_);
  report_.published = missing_;
  return true;
}

}  // namespace

PushReport push(Chain& chain,
                store::Store& store,
                const PushRequest& request,
                Progress& progress,
                const CancelToken& cancel) {
  return naming_remote([&] { return Pusher(chain, store, request, progress, cancel).run(); });
}

}  // namespace mlops::remote
