#include "workspace/tree_merge.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "workspace/target_tree.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

namespace {

/// They are held in memory.
constexpr std::uint64_t kMaxMergedPathBytes = 1ULL << 30U;
constexpr std::uint64_t kMaxSize = std::numeric_limits<std::int64_t>::max();

/// One path in the three versions; null: not there.
struct Three {
  const store::Entry* base = nullptr;
  const store::Entry* ours = nullptr;
  const store::Entry* theirs = nullptr;
};

bool is_directory(const store::Entry* entry) {
  return entry != nullptr && entry->kind == store::EntryKind::directory;
}
bool is_regular(const store::Entry* entry) {
  return entry != nullptr &&
         (entry->kind == store::EntryKind::file || entry->kind == store::EntryKind::executable);
}
bool is_same(const store::Entry* a, const store::Entry* b) {
  return (a == nullptr && b == nullptr) ||
         (a != nullptr && b != nullptr && a->kind == b->kind && a->id == b->id);
}

/// Of a value of both sides and of their base the one that a side changed to; nothing when both
/// did, differently. No base: neither is the old one.
template <typename Value>
const Value* pick(const Value* base, const Value& ours, const Value& theirs) {
  if (ours == theirs || (base != nullptr && *base == theirs)) {
    return &ours;
  }
  return base != nullptr && *base == ours ? &theirs : nullptr;
}

/// Two versions of a file with bytes, of which each changed something: content and executable bit
/// stand for themselves.
std::optional<store::Entry> merge_regular(const Three& three) {
  const store::Entry* const base = is_regular(three.base) ? three.base : nullptr;
  const auto* const id =
      pick(base == nullptr ? nullptr : &base->id, three.ours->id, three.theirs->id);
  const auto* const kind =
      pick(base == nullptr ? nullptr : &base->kind, three.ours->kind, three.theirs->kind);
  if (id == nullptr || kind == nullptr) {
    return std::nullopt;
  }
  store::Entry merged = id == &three.ours->id ? *three.ours : *three.theirs;
  merged.kind = *kind;
  return merged;
}

MergeConflict::Kind kind_of_conflict(const Three& three) {
  using Kind = MergeConflict::Kind;
  if (three.ours == nullptr) {
    return Kind::deleted_by_us;
  }
  if (three.theirs == nullptr) {
    return Kind::deleted_by_them;
  }
  if (is_directory(three.ours) != is_directory(three.theirs)) {
    return Kind::file_and_directory;
  }
  return three.base == nullptr ? Kind::both_added : Kind::both_changed;
}

class TreeMerger {
 public:
  TreeMerger(const NodeReader& read_node, const MergeDecision& decide, const CancelToken& cancel)
      : read_node_(read_node), decide_(decide), cancel_(cancel) {}

  MergedTree run(std::string_view path, const MergeInput& input) {
    const auto pointer = [](const std::optional<store::Entry>& entry) {
      return entry ? &*entry : nullptr;
    };
    merged_.top = settle(
        std::string(path), {pointer(input.base), pointer(input.ours), pointer(input.theirs)}, {});
    // The list grows while it is worked off: no depth of a hostile tree meets the stack.
    for (std::size_t d = 0; d < open_.size(); ++d) {
      visit(d);
    }
    drop_emptied();
    std::sort(merged_.conflicts.begin(),
              merged_.conflicts.end(),
              [](const MergeConflict& a, const MergeConflict& b) { return a.path < b.path; });
    return std::move(merged_);
  }

 private:
  /// Where the entry of what is settled will stand.
  struct Place {
    std::size_t parent = 0;  ///< in merged_.directories
    std::size_t entry = 0;
  };
  /// What goes into the directory of the same number in merged_.directories.
  struct Open {
    MergeInput input;
    Place place;
    bool may_vanish = false;
  };

  static std::optional<store::Entry> copy(const store::Entry* entry) {
    return entry == nullptr ? std::nullopt : std::optional(*entry);
  }

  /// What stands at the path afterwards.
  std::optional<store::Entry> settle(std::string path, const Three& three, Place place) {
    if (is_same(three.ours, three.theirs) || is_same(three.base, three.theirs)) {
      return copy(three.ours);
    }
    if (is_same(three.base, three.ours)) {
      return copy(three.theirs);
    }
    const bool has_directory = is_directory(three.ours) || is_directory(three.theirs);
    const bool has_file = (three.ours != nullptr && !is_directory(three.ours)) ||
                          (three.theirs != nullptr && !is_directory(three.theirs));
    if (has_directory && !has_file) {
      return descend(std::move(path), three, place);
    }
    if (has_file && is_directory(three.base) &&
        (three.ours == nullptr || three.theirs == nullptr)) {
      // Both did away with the directory, and one has a file in its place.
      return copy(three.ours != nullptr ? three.ours : three.theirs);
    }
    if (is_regular(three.ours) && is_regular(three.theirs)) {
      if (auto merged = merge_regular(three)) {
        return merged;
      }
    }
    return settle_conflict(std::move(path), three);
  }

  std::optional<store::Entry> settle_conflict(std::string path, const Three& three) {
    if (const auto side = decide_(path)) {
      return copy(*side == MergeSide::ours ? three.ours : three.theirs);
    }
    merged_.conflicts.push_back({kind_of_conflict(three), std::move(path), {}});
    return std::nullopt;
  }

  /// Of a directory that one side does not have, or that was a file, nothing was there.
  store::Entry descend(std::string path, const Three& three, Place place) {
    path_bytes_ += path.size();
    if (path.size() > kMaxPathBytes || path_bytes_ > kMaxMergedPathBytes) {
      refuse(path, "has paths longer than a disk could hold");
    }
    store::Entry entry;
    entry.name = std::string(leaf_of(path));
    entry.kind = store::EntryKind::directory;
    const auto directory = [](const store::Entry* version) {
      return is_directory(version) ? std::optional(*version) : std::nullopt;
    };
    const bool has_both = three.ours != nullptr && three.theirs != nullptr;
    open_.push_back({{directory(three.base), directory(three.ours), directory(three.theirs)},
                     place,
                     !has_both && is_directory(three.base)});
    merged_.directories.push_back({std::move(path), {}, place.parent, false});
    return entry;
  }

  store::Node read(const std::string& path, const std::optional<store::Entry>& entry) {
    if (!entry) {
      return {};
    }
    store::Node node = read_node_(entry->id);
    entries_ += node.entries.size();
    if (entries_ > kMaxTreeEntries) {
      refuse(path, fmt::format("is on the way to more than {} entries", kMaxTreeEntries));
    }
    check_claim(path, *entry, node);
    return node;
  }

  void visit(std::size_t d) {
    cancel_.check();
    const std::string path = merged_.directories[d].path;
    const MergeInput input = std::move(open_[d].input);
    const std::array<store::Node, 3> nodes = {
        read(path, input.base), read(path, input.ours), read(path, input.theirs)};
    std::array<std::size_t, 3> next{};
    store::Node merged;
    while (true) {
      const std::string* name = nullptr;
      for (std::size_t side = 0; side < nodes.size(); ++side) {
        const auto& entries = nodes[side].entries;
        if (next[side] < entries.size() && (name == nullptr || entries[next[side]].name < *name)) {
          name = &entries[next[side]].name;
        }
      }
      if (name == nullptr) {
        break;
      }
      std::array<const store::Entry*, 3> found{};
      for (std::size_t side = 0; side < nodes.size(); ++side) {
        const auto& entries = nodes[side].entries;
        if (next[side] < entries.size() && entries[next[side]].name == *name) {
          found[side] = &entries[next[side]++];
        }
      }
      const Place place{d, merged.entries.size()};
      if (auto entry = settle(join_path(path, *name), {found[0], found[1], found[2]}, place)) {
        merged.entries.push_back(std::move(*entry));
      }
    }
    merged_.directories[d].node = std::move(merged);
  }

  /// From below: what becomes empty may empty the directory above.
  void drop_emptied() {
    for (std::size_t d = merged_.directories.size(); d-- > 0;) {
      MergedDirectory& directory = merged_.directories[d];
      std::erase_if(directory.node.entries,
                    [](const store::Entry& entry) { return entry.name.empty(); });
      directory.is_gone = open_[d].may_vanish && directory.node.entries.empty();
      if (!directory.is_gone) {
        continue;
      }
      if (d == 0) {
        merged_.top.reset();
      } else {
        merged_.directories[directory.parent].node.entries[open_[d].place.entry].name.clear();
      }
    }
  }

  [[noreturn]] static void refuse(std::string_view path, const std::string& problem) {
    throw Error(ErrorKind::config,
                fmt::format("{} {}: it is no tree that a disk could hold", quote(path), problem));
  }

  const NodeReader& read_node_;
  const MergeDecision& decide_;
  const CancelToken& cancel_;
  std::vector<Open> open_;
  std::size_t entries_ = 0;
  std::uint64_t path_bytes_ = 0;
  MergedTree merged_;
};

/// Id and counts of a directory that has been stored, where its parent names it.
void fill_in(store::Entry& entry, const MergedDirectory& directory, const store::ObjectId& id) {
  entry.id = id;
  entry.size = 0;
  entry.files = 0;
  for (const store::Entry& below : directory.node.entries) {
    // Each is below 2^63: no sum wraps before it is refused.
    entry.size += below.size;
    entry.files += below.files;
    if (entry.size > kMaxSize || entry.files > kMaxTreeEntries) {
      throw Error(ErrorKind::config,
                  fmt::format("{} would hold more than a tree may", quote(directory.path)),
                  "split it: each directory in it can be a data set");
    }
  }
}

}  // namespace

std::string_view to_string(MergeConflict::Kind kind) {
  using Kind = MergeConflict::Kind;
  switch (kind) {
    case Kind::both_changed:
      return "both_changed";
    case Kind::both_added:
      return "both_added";
    case Kind::deleted_by_us:
      return "deleted_by_us";
    case Kind::deleted_by_them:
      return "deleted_by_them";
    case Kind::file_and_directory:
      return "file_and_directory";
  }
  return "both_changed";
}

MergedTree merge_trees(std::string_view path,
                       const MergeInput& input,
                       const NodeReader& read_node,
                       const MergeDecision& decide,
                       const CancelToken& cancel) {
  return TreeMerger(read_node, decide, cancel).run(path, input);
}

std::optional<store::Entry> put_merged(
    MergedTree merged, const std::function<store::ObjectId(const MergedDirectory&)>& put_node) {
  if (!merged.conflicts.empty()) {
    throw Error(ErrorKind::internal, "a merge with conflicts is to be stored");
  }
  for (std::size_t d = merged.directories.size(); d-- > 0;) {
    const MergedDirectory& directory = merged.directories[d];
    if (directory.is_gone) {
      continue;
    }
    store::Entry* entry = &*merged.top;
    if (d > 0) {
      auto& entries = merged.directories[directory.parent].node.entries;
      entry = &*std::lower_bound(
          entries.begin(),
          entries.end(),
          leaf_of(directory.path),
          [](const store::Entry& each, std::string_view name) { return each.name < name; });
    }
    fill_in(*entry, directory, put_node(directory));
  }
  if (merged.top) {
    merged.top->name.clear();
  }
  return merged.top;
}

}  // namespace mlops::workspace
