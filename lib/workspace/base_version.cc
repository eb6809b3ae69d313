#include "workspace/base_version.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/hex.h"
#include "base/text.h"
#include "codec/bytes.h"
#include "codec/sha256.h"
#include "os/file.h"
#include "workspace/content_question.h"
#include "workspace/data_sets.h"
#include "workspace/stable_read.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

namespace {

/// A version of a data set that was added more often than that between two checkouts is forgotten.
constexpr std::size_t kMaxBases = 64;
/// Roots and a path.
constexpr std::uint64_t kMaxNoteBytes = 16384;

fs::path note_of(const Workspace& workspace, std::string_view data_set) {
  return workspace.base_directory() / to_hex(codec::sha256(codec::as_bytes(data_set)));
}

class MissedFinder {
 public:
  MissedFinder(Workspace& workspace,
               std::string_view data_set,
               const store::Entry& pointed,
               Absent absent,
               Progress& progress,
               const CancelToken& cancel)
      : workspace_(workspace),
        data_set_(data_set),
        pointed_(pointed),
        absent_(absent),
        progress_(progress),
        cancel_(cancel),
        hasher_(store::make_hash_only_writer(&workspace.pool())) {}

  MissedChanges run(const std::optional<store::Entry>& base) {
    result_.is_base_known = base.has_value();
    for (FileChange& change : list_changes(base)) {
      cancel_.check();
      if (change.change == ChangeKind::renamed) {
        judge({ChangeKind::removed, change.old_path, {}, change.kind, change.old_bytes, 0});
        change.change = ChangeKind::added;
        change.old_path.clear();
      }
      judge(std::move(change));
    }
    answer_questions(workspace_, *hasher_, questions_, progress_, cancel_);
    for (std::size_t i = 0; i < questions_.size(); ++i) {
      if (questions_[i].answer == Question::Answer::unknown) {
        result_.overridden.push_back(std::move(asked_[i].path));
      } else if (questions_[i].answer != Question::Answer::same) {
        result_.files.push_back(std::move(asked_[i]));
      }
    }
    std::sort(result_.files.begin(),
              result_.files.end(),
              [](const FileChange& a, const FileChange& b) { return a.path < b.path; });
    return std::move(result_);
  }

 private:
  std::vector<FileChange> list_changes(const std::optional<store::Entry>& base) const {
    // Without a base everything is new.
    store::Entry nothing;
    nothing.kind = store::EntryKind::directory;
    const LevelReader read = [&](const store::ObjectId& id) {
      return id.is_zero() ? NodeLevel() : read_level(workspace_.store(), id);
    };
    return diff_trees(data_set_, base.value_or(nothing), pointed_, read, cancel_);
  }

  /// Missed unless the work tree has what the pointer's version has.
  void judge(FileChange change) {
    const auto stat = workspace_.tree().lstat(change.path);
    const bool is_file =
        stat && (stat->kind == os::FileKind::regular || stat->kind == os::FileKind::symlink);
    if (change.change == ChangeKind::removed) {
      if (is_file) {
        result_.files.push_back(std::move(change));
      }
      return;
    }
    if (!stat) {
      if (absent_ == Absent::deleted) {
        result_.files.push_back(std::move(change));
      }
      return;
    }
    if (!result_.is_base_known) {
      return;  // a change of the user's, or of others: nobody can tell
    }
    compare(std::move(change), *stat);
  }

  void compare(FileChange change, const os::FileStat& stat) {
    const store::Entry wanted = find_pointed(change.path);
    if (stat.kind == os::FileKind::regular) {
      Question question;
      question.path = change.path;
      question.stat = stat;
      question.wanted = wanted;
      questions_.push_back(std::move(question));
      asked_.push_back(std::move(change));
      return;
    }
    const bool is_same =
        stat.kind == os::FileKind::symlink && wanted.kind == store::EntryKind::symlink &&
        read_link_entry(workspace_.tree(), data_set_, change.path, *hasher_).id == wanted.id;
    if (!is_same) {
      result_.files.push_back(std::move(change));
    }
  }

  /// The changes come in the order of their paths: each directory is read once.
  store::Entry find_pointed(const std::string& path) {
    if (path == data_set_) {
      return pointed_;
    }
    const std::string_view directory = parent_of(path);
    if (directory_ != directory) {
      directory_ = directory;
      const auto found =
          find_below(workspace_.store(), pointed_, remainder_of(directory, data_set_));
      node_ = found ? workspace_.store().read_node(found->id) : store::Node();
    }
    const std::string_view name = leaf_of(path);
    const auto found = std::lower_bound(
        node_.entries.begin(),
        node_.entries.end(),
        name,
        [](const store::Entry& entry, std::string_view wanted) { return entry.name < wanted; });
    return found == node_.entries.end() ? store::Entry() : *found;
  }

  Workspace& workspace_;
  std::string data_set_;
  store::Entry pointed_;
  Absent absent_;
  Progress& progress_;
  const CancelToken& cancel_;
  std::unique_ptr<store::Writer> hasher_;
  std::optional<std::string> directory_;
  store::Node node_;
  std::vector<Question> questions_;
  std::vector<FileChange> asked_;  ///< one for each of `questions_`
  MissedChanges result_;
};

}  // namespace

std::vector<store::ObjectId> base_versions(const Workspace& workspace, std::string_view data_set) {
  const std::string note =
      os::read_file_if_exists(note_of(workspace, data_set), kMaxNoteBytes).value_or("");
  std::vector<store::ObjectId> roots;
  for (const std::string_view line : split(note, '\n')) {
    const auto root = store::parse_root(line);
    if (!root) {
      break;  // the path
    }
    roots.push_back(*root);
  }
  return roots;
}

void note_base_versions(const Workspace& workspace,
                        std::string_view data_set,
                        const std::vector<store::ObjectId>& roots) {
  if (base_versions(workspace, data_set) == roots) {
    return;
  }
  std::string text;
  for (const store::ObjectId& root : roots) {
    text += store::format_root(root) + "\n";
  }
  os::make_directories(workspace.base_directory());
  os::write_file_atomic(
      note_of(workspace, data_set), text.append(data_set), os::Durability::relaxed);
}

void note_added_version(const Workspace& workspace,
                        std::string_view data_set,
                        const store::ObjectId& root) {
  std::vector<store::ObjectId> roots = base_versions(workspace, data_set);
  std::erase(roots, root);
  roots.push_back(root);
  const std::size_t oldest = roots.size() > kMaxBases ? roots.size() - kMaxBases : 0;
  roots.erase(roots.begin(), roots.begin() + static_cast<std::ptrdiff_t>(oldest));
  note_base_versions(workspace, data_set, roots);
}

std::vector<std::string> list_based_data_sets(const Workspace& workspace) {
  std::vector<std::string> paths;
  if (!os::lstat_file(workspace.base_directory())) {
    return paths;
  }
  for (const std::string& name : os::list_directory(workspace.base_directory())) {
    const auto note = os::read_file_if_exists(workspace.base_directory() / name, kMaxNoteBytes);
    std::string path = note ? note->substr(note->rfind('\n') + 1) : std::string();
    // Whatever else lies there is no note of ours.
    if (path_problem(path).empty() && note_of(workspace, path).filename() == name &&
        !base_versions(workspace, path).empty()) {
      paths.push_back(std::move(path));
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

void forget_base_version(const Workspace& workspace, std::string_view data_set) {
  os::remove_file(note_of(workspace, data_set));
}

MissedChanges find_missed_changes(Workspace& workspace,
                                  std::string_view data_set,
                                  const store::ObjectId& pointed,
                                  Absent absent,
                                  Progress& progress,
                                  const CancelToken& cancel) {
  const std::vector<store::ObjectId> bases = base_versions(workspace, data_set);
  // An older one than the last: somebody took back what was added here since.
  if (!bases.empty() && bases.back() == pointed) {
    return {};
  }
  const auto base =
      bases.empty() ? std::nullopt : workspace.store().find_partial_root(bases.back());
  const store::Entry top =
      load_top(workspace.store(), pointed, "data set " + quote(data_set), Need::part);
  return MissedFinder(workspace, data_set, top, absent, progress, cancel)
      .run(base ? std::optional(base->top) : std::nullopt);
}

}  // namespace mlops::workspace
