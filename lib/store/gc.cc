#include "store/gc.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <unordered_set>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "os/clock.h"
#include "os/file.h"
#include "store/leftovers.h"
#include "store/mark.h"
#include "store/rewrite.h"
#include "store/store_lock.h"

namespace mlops::store {

namespace {

constexpr std::size_t kSmallPackBytes = kTargetPackBytes / 4;
constexpr std::size_t kManySmallPacks = 8;

using IdSet = std::unordered_set<ObjectId>;

/// What is to go, as far as it was known when marking ended.
struct SweepPlan {
  std::map<PackName, Mark::Tally> tallies;  ///< of the packs that existed then
  std::vector<PackName> dead;
  std::vector<PackName> to_rewrite;
};

class Gc {
 public:
  Gc(const StoreParts& parts,
     const GcRequest& request,
     Progress& progress,
     const CancelToken& cancel)
      : parts_(parts),
        request_(request),
        progress_(progress),
        cancel_(cancel),
        mark_(parts.packs, parts.reader, cancel) {}

  GcReport run() {
    known_roots_ = parts_.roots.list();
    known_partial_ = parts_.roots.list_partial();
    IdSet live = find_live();
    // Believes no damaged index, and finds the packs that none covers.
    parts_.catalog.recover();
    mark_.extend(parts_.catalog.snapshot());
    const std::size_t segments = mark_.segment_count();
    mark_roots(live);
    SweepPlan plan = make_plan(segments);
    if (request_.mode == GcMode::dry_run) {
      describe(live, plan);
      return std::move(report_);
    }
    const RewriteResult rewritten = rewrite(plan);
    const os::FileLock lock = lock_store(parts_.layout, os::LockMode::exclusive, request_.waiter);
    // Whatever was published since then is live, or is kept until the next time.
    live = find_live();
    keep_new_roots(live);
    parts_.catalog.recover();
    mark_.extend(parts_.catalog.snapshot());
    mark_roots(live);
    describe_versions(live);
    const std::vector<PackName> gone = victims(plan, rewritten, segments);
    count_bytes(gone, rewritten);
    remove(live, gone);
    return std::move(report_);
  }

 private:
  /// Roots that something names, cached results that may stay included.
  IdSet find_live() {
    const std::vector<ObjectId> named = request_.find_live();
    IdSet live(named.begin(), named.end());
    expired_ = expire_results(live);
    return live;
  }

  std::vector<ObjectId> expire_results(IdSet& live);
  void mark_roots(const IdSet& live);
  void keep_new_roots(IdSet& live) const;
  SweepPlan make_plan(std::size_t segments) const;
  RewriteResult rewrite(SweepPlan& plan);
  std::vector<PackName> victims(const SweepPlan& plan,
                                const RewriteResult& rewritten,
                                std::size_t segments);
  std::vector<ObjectId> dead_roots(const IdSet& live) const;
  void describe_versions(const IdSet& live);
  void describe(const IdSet& live, const SweepPlan& plan);
  void count_bytes(const std::vector<PackName>& gone, const RewriteResult& rewritten);
  void remove(const IdSet& live, const std::vector<PackName>& gone);
  bool replace_index(const std::vector<PackName>& gone);
  void adopt_if_possible();

  const StoreParts& parts_;
  const GcRequest& request_;
  Progress& progress_;
  const CancelToken& cancel_;
  Mark mark_;
  std::vector<ObjectId> known_roots_;    ///< in the store when gc began
  std::vector<ObjectId> known_partial_;  ///< those of which a part was here
  std::vector<ObjectId> expired_;        ///< keys of cached results
  GcReport report_;
};

/// Adds the roots of the results that stay to `live`; returns the keys of the others. What the rest
/// of the world names costs the cache nothing.
std::vector<ObjectId> Gc::expire_results(IdSet& live) {
  std::vector<CachedResult> results = parts_.results.list();
  std::stable_sort(
      results.begin(), results.end(), [](const CachedResult& a, const CachedResult& b) {
        return a.written_ns > b.written_ns;
      });
  const IdSet named = live;
  constexpr std::int64_t kNsPerMs = 1'000'000;
  const std::int64_t now_ms = os::wall_time_ns() / kNsPerMs;
  std::vector<ObjectId> expired;
  std::uint64_t bytes = 0;
  for (const CachedResult& result : results) {
    const bool is_named = !result.roots.empty() &&
                          std::all_of(result.roots.begin(),
                                      result.roots.end(),
                                      [&](const ObjectId& root) { return named.contains(root); });
    std::uint64_t cost = 0;
    for (const ObjectId& id : result.roots) {
      const auto root = live.contains(id) ? std::nullopt : parts_.roots.find(id);
      cost += root ? root->top.size : 0;
    }
    const bool is_young = now_ms - result.written_ns / kNsPerMs <= request_.cache.max_age.count();
    const bool fits = cost <= request_.cache.max_bytes && bytes <= request_.cache.max_bytes - cost;
    if (result.is_whole && (is_named || (is_young && fits))) {
      bytes += cost;
      live.insert(result.roots.begin(), result.roots.end());
    } else {
      expired.push_back(result.key);
    }
  }
  return expired;
}

void Gc::mark_roots(const IdSet& live) {
  report_.live_versions = 0;
  report_.absent_versions = 0;
  std::vector<std::pair<ObjectId, Root>> parts_here;
  progress_.begin("marking versions", live.size(), 0);
  for (const ObjectId& id : live) {
    if (const auto root = parts_.roots.find(id)) {
      mark_.mark(id, *root);
      ++report_.live_versions;
    } else if (const auto part = parts_.roots.find_partial(id)) {
      parts_here.emplace_back(id, *part);
      ++report_.live_versions;
    } else {
      ++report_.absent_versions;
    }
    progress_.advance(1, 0);
  }
  // Last: what only a part needs is no damage where it is absent.
  for (const auto& [id, root] : parts_here) {
    mark_.mark(id, root, Mark::Files::those_here);
  }
  progress_.end();
}

void Gc::keep_new_roots(IdSet& live) const {
  const IdSet known(known_roots_.begin(), known_roots_.end());
  for (const ObjectId& id : parts_.roots.list()) {
    if (!known.contains(id)) {
      live.insert(id);
    }
  }
  const IdSet known_partial(known_partial_.begin(), known_partial_.end());
  for (const ObjectId& id : parts_.roots.list_partial()) {
    if (!known_partial.contains(id)) {
      live.insert(id);
    }
  }
}

SweepPlan Gc::make_plan(std::size_t segments) const {
  SweepPlan plan;
  plan.tallies = mark_.tally(segments);
  std::vector<PackName> small;
  for (const auto& [name, tally] : plan.tallies) {
    const std::uint64_t size = parts_.packs.size_of(name).value_or(0);
    if (tally.live_objects == 0) {
      plan.dead.push_back(name);
    } else if (tally.live_bytes < tally.bytes - tally.live_bytes) {
      plan.to_rewrite.push_back(name);
    } else if (size < kSmallPackBytes) {
      small.push_back(name);
    }
  }
  if (small.size() >= kManySmallPacks) {
    plan.to_rewrite.insert(plan.to_rewrite.end(), small.begin(), small.end());
  }
  return plan;
}

RewriteResult Gc::rewrite(SweepPlan& plan) {
  Mark copied(parts_.packs, parts_.reader, cancel_);
  copied.extend(parts_.catalog.snapshot());
  std::sort(plan.to_rewrite.begin(), plan.to_rewrite.end());
  RewriteResult result = rewrite_packs({parts_.layout, parts_.packs, parts_.catalog, mark_, copied},
                                       plan.to_rewrite,
                                       progress_,
                                       cancel_);
  report_.packs_damaged = result.damaged.size();
  report_.problem = result.problem;
  return result;
}

/// Packs that can go now that nobody writes: what was found dead then, and is needed since, stays.
std::vector<PackName> Gc::victims(const SweepPlan& plan,
                                  const RewriteResult& rewritten,
                                  std::size_t segments) {
  const auto tallies = mark_.tally(segments);
  std::vector<PackName> gone;
  const auto take = [&](const PackName& name, std::uint64_t& counter) {
    const auto now = tallies.find(name);
    if (now != tallies.end() && now->second.live_objects == plan.tallies.at(name).live_objects) {
      gone.push_back(name);
      ++counter;
    }
  };
  for (const PackName& name : plan.dead) {
    take(name, report_.packs_removed);
  }
  for (const PackName& name : rewritten.replaced) {
    take(name, report_.packs_rewritten);
  }
  if (!rewritten.problem.empty()) {
    // Half of a copy, and the disk may be full.
    gone.insert(gone.end(), rewritten.written.begin(), rewritten.written.end());
  }
  std::sort(gone.begin(), gone.end());
  return gone;
}

std::vector<ObjectId> Gc::dead_roots(const IdSet& live) const {
  std::vector<ObjectId> dead;
  std::copy_if(
      known_roots_.begin(), known_roots_.end(), std::back_inserter(dead), [&](const ObjectId& id) {
        return !live.contains(id);
      });
  return dead;
}

void Gc::describe_versions(const IdSet& live) {
  report_.results = expired_.size();
  Mark all = mark_;
  for (const ObjectId& id : dead_roots(live)) {
    DeadVersion version;
    version.root = id;
    try {
      if (const auto root = parts_.roots.find(id)) {
        version.data_set = parts_.roots.find_data_set(id, *root);
        version.files = root->top.files;
        version.bytes = root->top.size;
        version.own_bytes = all.mark(id, *root);
      }
    } catch (const Error& error) {
      // Nobody needs it: damage in it only leaves the count short.
      if (error.kind() != ErrorKind::corrupt) {
        throw;
      }
    }
    report_.versions.push_back(std::move(version));
  }
}

void Gc::count_bytes(const std::vector<PackName>& gone, const RewriteResult& rewritten) {
  const auto size_of = [&](const PackName& name) { return parts_.packs.size_of(name).value_or(0); };
  for (const PackName& name : list_packs(parts_.layout)) {
    const bool goes = std::binary_search(gone.begin(), gone.end(), name);
    (goes ? report_.freed_bytes : report_.kept_bytes) += size_of(name);
  }
  for (const PackName& name : rewritten.written) {
    report_.freed_bytes -= std::min(report_.freed_bytes, size_of(name));
  }
}

void Gc::describe(const IdSet& live, const SweepPlan& plan) {
  describe_versions(live);
  report_.packs_removed = plan.dead.size();
  report_.packs_rewritten = plan.to_rewrite.size();
  for (const auto& [name, tally] : plan.tallies) {
    report_.kept_bytes += parts_.packs.size_of(name).value_or(0);
  }
  const auto free = [&](const PackName& name) {
    const Mark::Tally& tally = plan.tallies.at(name);
    const auto size = static_cast<double>(parts_.packs.size_of(name).value_or(0));
    const double share = tally.bytes == 0 ? 1.0
                                          : static_cast<double>(tally.bytes - tally.live_bytes) /
                                                static_cast<double>(tally.bytes);
    report_.freed_bytes += static_cast<std::uint64_t>(size * share);
  };
  std::for_each(plan.dead.begin(), plan.dead.end(), free);
  std::for_each(plan.to_rewrite.begin(), plan.to_rewrite.end(), free);
  report_.kept_bytes -= report_.freed_bytes;
}

/// The order is the contract (mlops-store(5)): what names, then the index, then the bytes.
void Gc::remove(const IdSet& live, const std::vector<PackName>& gone) {
  for (const ObjectId& key : expired_) {
    parts_.results.remove(key);
  }
  for (const ObjectId& id : dead_roots(live)) {
    parts_.roots.remove(id);
  }
  for (const ObjectId& id : known_partial_) {
    if (!live.contains(id)) {
      parts_.roots.remove_partial(id);
    }
  }
  // A power cut must not bring back a root whose objects are gone.
  parts_.roots.sync();
  const bool has_index = replace_index(gone);
  std::set<fs::path> directories;
  for (const PackName& name : gone) {
    os::remove_file(parts_.layout.pack(name));
    directories.insert(parts_.layout.pack_directory(name));
  }
  for (const fs::path& directory : directories) {
    os::sync_directory(directory);
  }
  for (const fs::path& path : find_leftovers(parts_)) {
    os::remove_file(parts_.layout.top / path);
  }
  for (const fs::path& path : parts_.foreign.find_dead()) {
    os::remove_file(path);
  }
  parts_.catalog.reload();
  if (!has_index) {
    adopt_if_possible();
  }
}

/// False when there is no space for a new index: the old one goes nevertheless, and the packs that
/// are left are found by looking into them.
bool Gc::replace_index(const std::vector<PackName>& gone) {
  try {
    rewrite_index(parts_.layout, parts_.catalog.snapshot(), gone);
    return true;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::io) {
      throw;
    }
    report_.problem = error.message();
  }
  drop_index(parts_.layout, parts_.catalog.snapshot(), gone);
  return false;
}

void Gc::adopt_if_possible() {
  try {
    parts_.catalog.adopt_uncovered(Catalog::Persist::yes);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::io) {
      throw;
    }
    // The next writer does it; until then readers look into the packs.
    report_.problem = error.message();
  }
}

}  // namespace

GcReport collect_garbage(const StoreParts& parts,
                         const GcRequest& request,
                         Progress& progress,
                         const CancelToken& cancel) {
  const os::FileLock lock = lock_for_cleaning(parts.layout, request.waiter);
  return Gc(parts, request, progress, cancel).run();
}

}  // namespace mlops::store
