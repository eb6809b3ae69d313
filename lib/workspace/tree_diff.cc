#include "workspace/tree_diff.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "workspace/target_tree.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

namespace {

/// Of what differs: they are held in memory.
constexpr std::uint64_t kMaxPathBytesInAll = 1ULL << 30U;

/// A file that only one side has at its path.
struct Lone {
  FileChange change;
  store::ObjectId id;
  bool is_paired = false;

  /// Git pairs links with links and files with files, whatever their executable bit.
  bool is_link() const { return change.kind == store::EntryKind::symlink; }
};

class TreeDiff {
 public:
  TreeDiff(const LevelReader& read, const CancelToken& cancel) : read_(read), cancel_(cancel) {}

  std::vector<FileChange> run(std::string_view path,
                              const store::Entry& before,
                              const store::Entry& after) {
    compare(std::string(path), &before, &after);
    while (!open_.empty()) {
      const Directory directory = std::move(open_.back());
      open_.pop_back();
      visit(directory);
    }
    pair_renames();
    for (std::vector<Lone>* side : {&removed_, &added_}) {
      for (Lone& lone : *side) {
        if (!lone.is_paired) {
          changes_.push_back(std::move(lone.change));
        }
      }
    }
    std::sort(changes_.begin(), changes_.end(), [](const FileChange& a, const FileChange& b) {
      return std::tie(a.path, a.change) < std::tie(b.path, b.change);
    });
    return std::move(changes_);
  }

 private:
  /// At least one side has a directory here.
  struct Directory {
    std::string path;
    std::optional<store::ObjectId> before;
    std::optional<store::ObjectId> after;
  };

  static bool is_directory(const store::Entry* entry) {
    return entry != nullptr && entry->kind == store::EntryKind::directory;
  }
  static bool is_file(const store::Entry* entry) {
    return entry != nullptr && entry->kind != store::EntryKind::directory;
  }

  void compare(std::string path, const store::Entry* before, const store::Entry* after) {
    if (before != nullptr && after != nullptr && before->kind == after->kind &&
        before->id == after->id) {
      return;
    }
    path_bytes_ += path.size();
    if (path_bytes_ > kMaxPathBytesInAll) {
      refuse(path, fmt::format("is on the way to more than {} bytes of paths", kMaxPathBytesInAll));
    }
    if (is_file(before) && is_file(after)) {
      changes_.push_back({ChangeKind::changed, path, {}, after->kind, before->size, after->size});
    } else if (is_file(before)) {
      removed_.push_back(
          {{ChangeKind::removed, path, {}, before->kind, before->size, 0}, before->id});
    } else if (is_file(after)) {
      added_.push_back({{ChangeKind::added, path, {}, after->kind, 0, after->size}, after->id});
    }
    if (is_directory(before) || is_directory(after)) {
      open_.push_back({std::move(path),
                       is_directory(before) ? std::optional(before->id) : std::nullopt,
                       is_directory(after) ? std::optional(after->id) : std::nullopt});
    }
  }

  void visit(const Directory& directory) {
    cancel_.check();
    const auto [before, after] = read(directory);
    auto left = before.entries.begin();
    auto right = after.entries.begin();
    while (left != before.entries.end() || right != after.entries.end()) {
      const bool has_left = left != before.entries.end();
      const bool has_right = right != after.entries.end();
      const int order = !has_right ? -1 : !has_left ? 1 : left->name.compare(right->name);
      const store::Entry* const old_entry = order <= 0 ? &*left++ : nullptr;
      const store::Entry* const new_entry = order >= 0 ? &*right++ : nullptr;
      const std::string& name = old_entry != nullptr ? old_entry->name : new_entry->name;
      compare(join_path(directory.path, name), old_entry, new_entry);
    }
  }

  NodePair read(const Directory& directory) {
    if (directory.path.size() > kMaxPathBytes) {
      refuse(directory.path, fmt::format("has paths longer than {} bytes", kMaxPathBytes));
    }
    NodePair pair = read_different(directory.before, directory.after, read_);
    entries_ += pair.before.entries.size() + pair.after.entries.size();
    if (entries_ > kMaxTreeEntries) {
      refuse(directory.path, fmt::format("is on the way to more than {} entries", kMaxTreeEntries));
    }
    return pair;
  }

  [[noreturn]] static void refuse(std::string_view path, const std::string& problem) {
    throw Error(ErrorKind::config,
                fmt::format("{} {}: it is no tree that a disk could hold", quote(path), problem));
  }

  void pair_renames() {
    pair_by([](const Lone& lone) {
      return std::tuple(lone.id, lone.is_link(), leaf_of(lone.change.path));
    });
    pair_by([](const Lone& lone) { return std::tuple(lone.id, lone.is_link()); });
  }

  /// Pairs what is not yet paired and has equal keys, in the order of paths.
  template <typename Key>
  void pair_by(const Key& key) {
    const std::vector<Lone*> from = by_key(removed_, key);
    const std::vector<Lone*> to = by_key(added_, key);
    auto left = from.begin();
    auto right = to.begin();
    while (left != from.end() && right != to.end()) {
      const auto old_key = key(**left);
      const auto new_key = key(**right);
      if (old_key == new_key) {
        pair_up(**left++, **right++);
      } else {
        old_key < new_key ? ++left : ++right;
      }
    }
  }

  template <typename Key>
  static std::vector<Lone*> by_key(std::vector<Lone>& lones, const Key& key) {
    std::vector<Lone*> sorted;
    for (Lone& lone : lones) {
      if (!lone.is_paired) {
        sorted.push_back(&lone);
      }
    }
    std::sort(sorted.begin(), sorted.end(), [&](const Lone* a, const Lone* b) {
      const auto left = key(*a);
      const auto right = key(*b);
      return left == right ? a->change.path < b->change.path : left < right;
    });
    return sorted;
  }

  void pair_up(Lone& from, Lone& to) {
    from.is_paired = true;
    to.is_paired = true;
    changes_.push_back({ChangeKind::renamed,
                        to.change.path,
                        from.change.path,
                        to.change.kind,
                        from.change.old_bytes,
                        to.change.new_bytes});
  }

  const LevelReader& read_;
  const CancelToken& cancel_;
  std::vector<Directory> open_;
  std::size_t entries_ = 0;
  std::uint64_t path_bytes_ = 0;
  std::vector<Lone> removed_;
  std::vector<Lone> added_;
  std::vector<FileChange> changes_;
};

}  // namespace

std::string_view to_string(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::added:
      return "added";
    case ChangeKind::removed:
      return "removed";
    case ChangeKind::changed:
      return "changed";
    case ChangeKind::renamed:
      return "renamed";
  }
  return "changed";
}

std::vector<FileChange> diff_trees(std::string_view path,
                                   const store::Entry& before,
                                   const store::Entry& after,
                                   const LevelReader& read,
                                   const CancelToken& cancel) {
  return TreeDiff(read, cancel).run(path, before, after);
}

void erase_new_links(std::vector<FileChange>& files) {
  std::erase_if(files, [](const FileChange& file) {
    return file.change == ChangeKind::added && file.kind == store::EntryKind::symlink;
  });
}

}  // namespace mlops::workspace
