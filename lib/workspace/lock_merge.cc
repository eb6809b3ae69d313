#include "workspace/lock_merge.h"

#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace mlops::workspace {

namespace {

using InstanceKey = std::pair<std::string, std::map<std::string, std::string>>;
using InstancesByKey = std::map<InstanceKey, const LockedInstance*>;

InstancesByKey instances_by_key(const Lock& lock) {
  InstancesByKey found;
  for (const LockedInstance& instance : lock.instances) {
    found.emplace(InstanceKey(instance.stage, instance.matrix), &instance);
  }
  return found;
}

std::string name_of(const InstanceKey& key) {
  std::vector<std::string> values;
  for (const auto& [name, value] : key.second) {
    values.push_back(fmt::format("{}={}", name, value));
  }
  return values.empty() ? key.first : key.first + "@" + join(values, ",");
}

class LockMerger {
 public:
  LockMerger(const std::string& path,
             const CanonicalRoot& canonical,
             std::optional<MergeSide> decision)
      : path_(path), canonical_(canonical), decision_(decision) {}

  MergedLock run(const LockMergeInput& input) {
    const InstancesByKey base = instances_by_key(input.base);
    const InstancesByKey ours = instances_by_key(input.ours);
    const InstancesByKey theirs = instances_by_key(input.theirs);
    std::set<InstanceKey> keys;
    for (const InstancesByKey* side : {&ours, &theirs}) {
      for (const auto& [key, instance] : *side) {
        keys.insert(key);
      }
    }
    const auto at = [](const InstancesByKey& side, const InstanceKey& key) {
      const auto found = side.find(key);
      return found == side.end() ? nullptr : found->second;
    };
    for (const InstanceKey& key : keys) {
      settle(key, at(base, key), at(ours, key), at(theirs, key));
    }
    return std::move(merged_);
  }

 private:
  void settle(const InstanceKey& key,
              const LockedInstance* base,
              const LockedInstance* ours,
              const LockedInstance* theirs) {
    if (is_same(ours, theirs) || is_same(base, theirs)) {
      take(ours);
    } else if (is_same(base, ours)) {
      take(theirs);
    } else if (decision_) {
      take(*decision_ == MergeSide::ours ? ours : theirs);
    } else {
      using Kind = MergeConflict::Kind;
      const Kind kind = ours == nullptr     ? Kind::deleted_by_us
                        : theirs == nullptr ? Kind::deleted_by_them
                        : base == nullptr   ? Kind::both_added
                                            : Kind::both_changed;
      merged_.conflicts.push_back({kind, path_, name_of(key)});
    }
  }

  void take(const LockedInstance* instance) {
    if (instance != nullptr) {
      merged_.lock.instances.push_back(*instance);
    }
  }

  bool is_same(const LockedInstance* a, const LockedInstance* b) const {
    return a == b || (a != nullptr && b != nullptr && by_content(*a) == by_content(*b));
  }

  LockedInstance by_content(LockedInstance instance) const {
    for (LockedDep& dep : instance.deps) {
      if (dep.root) {
        dep.root = canonical_(*dep.root);
      }
    }
    for (LockedOut& out : instance.outs) {
      out.root = canonical_(out.root);
    }
    return instance;
  }

  const std::string& path_;
  const CanonicalRoot& canonical_;
  std::optional<MergeSide> decision_;
  MergedLock merged_;
};

}  // namespace

MergedLock merge_locks(const std::string& path,
                       const LockMergeInput& input,
                       const CanonicalRoot& canonical,
                       std::optional<MergeSide> decision) {
  return LockMerger(path, canonical, decision).run(input);
}

}  // namespace mlops::workspace
