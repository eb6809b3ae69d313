#include "remote/fetch.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"
#include "remote/remote_damage.h"
#include "remote/remote_index.h"
#include "remote/tree_fetch.h"

namespace mlops::remote {

namespace {

class Fetcher {
 public:
  Fetcher(Chain& chain,
          store::Store& store,
          const FetchRequest& request,
          Progress& progress,
          const CancelToken& cancel)
      : chain_(chain), store_(store), request_(request), progress_(progress), cancel_(cancel) {}

  FetchReport run() {
    find_wanted();
    if (wanted_.empty()) {
      return std::move(report_);
    }
    chain_.open(request_.rollback);
    find_roots();
    if (roots_.empty() || request_.mode == FetchRequest::Mode::dry_run) {
      return std::move(report_);
    }
    importer_ = store_.begin_import(request_.waiter);
    try {
      fetch_all();
    } catch (const Error& error) {
      // Somebody may have cleaned the remote meanwhile: packs are then elsewhere.
      const std::uint64_t before = chain_.head().number;
      chain_.follow();
      if (error.kind() != ErrorKind::corrupt || chain_.head().number == before) {
        throw;
      }
      fetch_all();
    }
    return std::move(report_);
  }

 private:
  struct Wanted {
    store::ImportedRoot root;
    std::vector<std::string> paths;
  };
  void fetch_all();
  void add_parts(const Wanted& wanted, TreeFetch& trees, std::vector<store::Entry>& tops);
  std::optional<store::Entry> find_entry(const store::Entry& directory,
                                         std::string_view name) const;
  void find_wanted();
  void find_roots();
  void fetch_chunks(std::span<const RemoteIndex::Place> chunks, BlockReader& reader);
  void fetch_packs(std::span<const PackRef> packs);
  void fetch_pack(const PackRef& pack);
  bool is_worth_a_pack(const PackRef& pack, std::span<const RemoteIndex::Place> chunks);

  Chain& chain_;
  store::Store& store_;
  const FetchRequest& request_;
  Progress& progress_;
  const CancelToken& cancel_;
  FetchReport report_;
  std::vector<FetchedRoot> wanted_;
  std::vector<Wanted> roots_;  ///< of these, what the remote has
  RemoteIndex index_;
  std::unique_ptr<store::Importer> importer_;
  std::mutex mutex_;  ///< guards report_ while packs come in
};

void Fetcher::find_wanted() {
  std::set<store::ObjectId> seen;
  for (const FetchedRoot& root : request_.roots) {
    if (!seen.insert(root.id).second) {
      continue;
    }
    if (store_.find_root(root.id)) {
      ++report_.present;
    } else {
      wanted_.push_back(root);
    }
  }
}

void Fetcher::find_roots() {
  for (const FetchedRoot& wanted : wanted_) {
    const auto pin = chain_.state().roots().find(wanted.id);
    if (pin != chain_.state().roots().end()) {
      roots_.push_back({{wanted.id, pin->second.root, pin->second.data_set}, wanted.paths});
    } else if (const auto part = store_.find_partial_root(wanted.id)) {
      // Added here, and not pushed: the remote has what it kept of another version.
      roots_.push_back({{wanted.id, store::encode_root(*part), {}}, wanted.paths});
    } else {
      report_.absent.push_back(wanted.id);
      continue;
    }
    report_.fetched.push_back(wanted.id);
  }
}

void Fetcher::fetch_all() {
  index_.update(chain_);
  BlockReader reader(chain_, index_, *importer_, request_.pool);
  TreeFetch trees(index_, store_, *importer_, reader);
  std::vector<store::Entry> tops;
  for (const Wanted& wanted : roots_) {
    if (wanted.paths.empty()) {
      tops.push_back(store::decode_root(wanted.root.content, wanted.root.id).top);
    } else {
      add_parts(wanted, trees, tops);
    }
  }
  progress_.begin("reading directories", 0, 0);
  const auto chunks = trees.walk(tops, TreeFetch::Files::all, cancel_);
  progress_.end();
  fetch_chunks(chunks, reader);
  report_.bytes += reader.bytes();
  importer_->finish();
  for (const Wanted& wanted : roots_) {
    const std::span root(&wanted.root, 1);
    wanted.paths.empty() ? importer_->commit(root) : importer_->commit_partial(root);
  }
}

/// Brings all directories of a version, and finds what its paths name; what it has not is nothing.
void Fetcher::add_parts(const Wanted& wanted, TreeFetch& trees, std::vector<store::Entry>& tops) {
  const store::Entry top = store::decode_root(wanted.root.content, wanted.root.id).top;
  trees.walk(std::span(&top, 1), TreeFetch::Files::none, cancel_);
  importer_->finish();
  for (const std::string& path : wanted.paths) {
    std::optional<store::Entry> entry = top;
    for (const std::string_view name : split(path, '/')) {
      entry = entry->kind == store::EntryKind::directory ? find_entry(*entry, name) : std::nullopt;
      if (!entry) {
        break;
      }
    }
    if (entry) {
      tops.push_back(std::move(*entry));
    }
  }
}

std::optional<store::Entry> Fetcher::find_entry(const store::Entry& directory,
                                                std::string_view name) const {
  store::Node node = store_.read_node(directory.id);
  const auto found = std::find_if(node.entries.begin(),
                                  node.entries.end(),
                                  [&](const store::Entry& entry) { return entry.name == name; });
  return found == node.entries.end() ? std::nullopt : std::optional(std::move(*found));
}

/// By the blocks that hold them: whether these are half of the pack.
bool Fetcher::is_worth_a_pack(const PackRef& pack, std::span<const RemoteIndex::Place> chunks) {
  const auto& bounds = index_.block_bounds(pack);
  std::set<std::uint64_t> blocks;
  for (const RemoteIndex::Place& place : chunks) {
    blocks.insert(place.object.block_offset);
  }
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i + 1 < bounds.size(); ++i) {
    bytes += blocks.contains(bounds[i]) ? bounds[i + 1] - bounds[i] : 0;
  }
  return bytes >= index_.pack_size(pack) / 2;
}

void Fetcher::fetch_chunks(std::span<const RemoteIndex::Place> chunks, BlockReader& reader) {
  std::map<PackRef, std::vector<RemoteIndex::Place>> by_pack;
  report_.objects = 0;
  report_.object_bytes = 0;
  for (const RemoteIndex::Place& place : chunks) {
    by_pack[place.pack].push_back(place);
    ++report_.objects;
    report_.object_bytes += place.object.length;
  }
  std::vector<PackRef> whole;
  std::vector<RemoteIndex::Place> single;
  std::uint64_t whole_bytes = 0;
  for (const auto& [pack, places] : by_pack) {
    if (is_worth_a_pack(pack, places)) {
      whole.push_back(pack);
      whole_bytes += index_.pack_size(pack);
    } else {
      single.insert(single.end(), places.begin(), places.end());
    }
  }
  progress_.begin("fetching", 0, whole_bytes);
  fetch_packs(whole);
  reader.read(
      single, [](const auto&, auto, const auto&) {}, cancel_);
  progress_.end();
}

void Fetcher::fetch_packs(std::span<const PackRef> packs) {
  if (request_.pool != nullptr) {
    request_.pool->for_each(packs.size(), [&](std::size_t i) { fetch_pack(packs[i]); });
    return;
  }
  for (const PackRef& pack : packs) {
    fetch_pack(pack);
  }
}

void Fetcher::fetch_pack(const PackRef& pack) {
  cancel_.check();
  const std::string key = pack_key(pack);
  const auto bytes = chain_.transport().get(key, index_.pack_size(pack));
  const std::string where =
      fmt::format("{} of remote {}", key, quote(chain_.transport().describe()));
  if (!bytes) {
    throw Error(ErrorKind::corrupt, where + " is missing");
  }
  try {
    importer_->add_pack(pack.name, *bytes);
  } catch (Error& error) {
    error.add_context(where);
    throw;
  }
  progress_.advance(1, bytes->size());
  const std::lock_guard lock(mutex_);
  ++report_.packs;
  report_.bytes += bytes->size();
}

}  // namespace

FetchReport fetch(Chain& chain,
                  store::Store& store,
                  const FetchRequest& request,
                  Progress& progress,
                  const CancelToken& cancel) {
  return naming_remote([&] { return Fetcher(chain, store, request, progress, cancel).run(); });
}

}  // namespace mlops::remote
