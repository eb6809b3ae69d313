#include "workspace/restore_plan.h"

#include <algorithm>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "workspace/content_question.h"
#include "workspace/damaged_content.h"
#include "workspace/data_sets.h"
#include "workspace/stable_read.h"
#include "workspace/target_tree.h"
#include "workspace/tree_path.h"
#include "workspace/tree_scan.h"

namespace mlops::workspace {

namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);
constexpr std::uint32_t kOwnerWrite = 0200;

/// What is no data among what shall go: left where it is, or the user's and reported.
enum class Others {
  leave,
  keep_links,
  keep,  ///< what is ignored too: data shall be in its place
};

class Planner {
 public:
  Planner(Workspace& workspace,
          const RestoreOptions& options,
          Progress& progress,
          const CancelToken& cancel)
      : workspace_(workspace),
        tree_(workspace.tree()),
        store_(workspace.store()),
        options_(options),
        progress_(progress),
        cancel_(cancel),
        hasher_(store::make_hash_only_writer(&workspace.pool())) {}

  void add(const RestoreTarget& target) {
    check_path(target.path, "data path");
    targets_.emplace_back();
    if (target.top) {
      targets_.back() = with_damage_named(workspace_, target.path, [&] {
        return load_target(store_, target.path, *target.top, options_.git_files, cancel_);
      });
    }
    if (!check_parents(target.path)) {
      return;
    }
    TrackedData tracked(workspace_, target.path, target.top);
    scan_ = scan_tree(tree_, workspace_.pool(), target.path, &tracked, cancel_);
    parts_ = target.parts;
    for (const PathProblem& problem : scan_.unreadable) {
      add_obstacle(problem.path, problem.problem, {}, Obstacle::Rescue::impossible);
    }
    target_ = &target;
    compare_top(target);
  }

  RestorePlan finish() {
    answer_questions(workspace_, *hasher_, questions_, progress_, cancel_);
    for (Question& question : questions_) {
      act_on(question);
    }
    refuse_unrestorable();
    refuse_closed_directories();
    if (may_proceed(plan_, options_.clobber)) {
      refuse_clashes();
    }
    std::reverse(plan_.directories_to_remove.begin(), plan_.directories_to_remove.end());
    std::sort(plan_.obstacles.begin(),
              plan_.obstacles.end(),
              [](const Obstacle& a, const Obstacle& b) { return a.path < b.path; });
    return std::move(plan_);
  }

 private:
  /// False when something of the user's stands where a directory must be.
  bool check_parents(const std::string& path) {
    for (const std::string_view ancestor : ancestors_of(path)) {
      const auto stat = tree_.lstat(ancestor);
      if (!stat) {
        return true;
      }
      if (stat->kind != os::FileKind::directory) {
        add_obstacle(std::string(ancestor),
                     "is in the place of a directory",
                     *stat,
                     Obstacle::Rescue::impossible);
        return false;
      }
    }
    return true;
  }

  void add_obstacle(std::string path,
                    std::string reason,
                    const os::FileStat& stat,
                    Obstacle::Rescue rescue = Obstacle::Rescue::possible) {
    plan_.obstacles.push_back({std::move(path), std::move(reason), stat, rescue});
  }

  // ---- comparing target and work tree, level by level

  void compare_top(const RestoreTarget& target) {
    const TargetTree& tree = targets_.back();
    const TargetEntry top{tree.top, tree.directories.empty() ? kNone : 0};
    const ScannedEntry existing{std::string(leaf_of(target.path)),
                                scan_.top.value_or(os::FileStat{}),
                                scan_.directories.empty() ? kNone : 0};
    compare(target.path,
            target.top ? &top : nullptr,
            scan_.top ? &existing : nullptr,
            Others::keep_links);
    for (std::size_t next = 0; next < pairs_.size(); ++next) {
      cancel_.check();
      compare_directories(pairs_[next]);
    }
    pairs_.clear();
  }

  struct Pair {
    std::size_t target = kNone;
    std::size_t existing = kNone;
    Others others = Others::leave;
  };

  void compare_directories(Pair pair) {  // a copy: pairs_ grows meanwhile
    static const std::vector<TargetEntry> kNoTargets;
    static const std::vector<ScannedEntry> kNoEntries;
    const auto& targets =
        pair.target == kNone ? kNoTargets : targets_.back().directories[pair.target].entries;
    const auto& entries =
        pair.existing == kNone ? kNoEntries : scan_.directories[pair.existing].entries;
    const std::string directory = pair.target == kNone
                                      ? scan_.directories[pair.existing].path
                                      : targets_.back().directories[pair.target].path;
    if (pair.others == Others::keep) {
      keep_ignored(scan_.directories[pair.existing]);
    }
    std::size_t t = 0;
    std::size_t e = 0;
    while (t < targets.size() || e < entries.size()) {
      const bool has_target =
          t < targets.size() && (e == entries.size() || targets[t].entry.name <= entries[e].name);
      const bool has_entry =
          e < entries.size() && (t == targets.size() || entries[e].name <= targets[t].entry.name);
      const std::string& name = has_target ? targets[t].entry.name : entries[e].name;
      compare(join_path(directory, name),
              has_target ? &targets[t] : nullptr,
              has_entry ? &entries[e] : nullptr,
              pair.others);
      t += has_target ? 1 : 0;
      e += has_entry ? 1 : 0;
    }
  }

  void keep_ignored(const ScannedDirectory& directory) {
    for (const ScannedEntry& entry : directory.ignored) {
      add_obstacle(join_path(directory.path, entry.name),
                   "is ignored, and where data shall be",
                   entry.stat,
                   Obstacle::Rescue::impossible);
    }
  }

  void compare(std::string path,
               const TargetEntry* target,
               const ScannedEntry* existing,
               Others others) {
    if (target == nullptr) {
      if (existing != nullptr) {
        plan_removal(std::move(path), *existing, others);
      }
      return;
    }
    if (existing == nullptr && !is_wanted(path, target->entry)) {
      return;
    }
    if (target->entry.kind == store::EntryKind::directory) {
      want_directory(std::move(path), *target, existing);
    } else {
      want_file(std::move(path), target->entry, existing);
    }
  }

  /// Of what is absent: it is in one of the parts, or on the way to one.
  bool is_wanted(std::string_view path, const store::Entry& entry) const {
    return !parts_ || std::any_of(parts_->begin(), parts_->end(), [&](const std::string& part) {
      return is_within(path, part) ||
             (entry.kind == store::EntryKind::directory && is_within(part, path));
    });
  }

  void want_directory(std::string path, const TargetEntry& target, const ScannedEntry* existing) {
    if (existing != nullptr && existing->stat.kind == os::FileKind::directory) {
      pairs_.push_back({target.directory, existing->directory, Others::leave});
      return;
    }
    if (existing != nullptr) {
      plan_removal(path, *existing, Others::keep);
    }
    plan_.directories_to_make.push_back(std::move(path));
    pairs_.push_back({target.directory, kNone, Others::leave});
  }

  void want_file(std::string path, const store::Entry& entry, const ScannedEntry* existing) {
    if (existing == nullptr) {
      plan_.writes.push_back({std::move(path), entry, std::nullopt});
      return;
    }
    switch (existing->stat.kind) {
      case os::FileKind::regular:
        ask(std::move(path), existing->stat, entry);
        return;
      case os::FileKind::symlink:
        want_over_link(std::move(path), entry, existing->stat);
        return;
      default:
        plan_removal(path, *existing, Others::keep);
        plan_.writes.push_back({std::move(path), entry, std::nullopt});
    }
  }

  void want_over_link(std::string path, const store::Entry& entry, const os::FileStat& stat) {
    const store::Entry link = read_link_entry(tree_, path, path, *hasher_);
    if (entry.kind == store::EntryKind::symlink && entry.id == link.id) {
      ++plan_.unchanged_links;
      return;
    }
    if (!store_.contains(link.id)) {
      add_obstacle(path, "is a symbolic link", stat);
      plan_.writes.push_back({std::move(path), entry, std::nullopt});
      return;
    }
    plan_.writes.push_back({std::move(path), entry, stat});
  }

  void plan_removal(std::string path, const ScannedEntry& existing, Others others) {
    switch (existing.stat.kind) {
      case os::FileKind::directory:
        plan_.directories_to_remove.push_back(std::move(path));
        pairs_.push_back({kNone, existing.directory, others});
        return;
      case os::FileKind::symlink:
        if (others != Others::leave) {
          add_obstacle(std::move(path), "is a symbolic link", existing.stat);
        }
        return;
      case os::FileKind::other:
        add_obstacle(std::move(path), "is a named pipe, a socket or a device", existing.stat);
        return;
      case os::FileKind::regular:
        break;
    }
    if (is_leftover(existing.name)) {
      plan_.removals.push_back({std::move(path), existing.stat});
    } else {
      ask(std::move(path), existing.stat, std::nullopt);
    }
  }

  // ---- what the files hold

  void ask(std::string path, const os::FileStat& stat, std::optional<store::Entry> wanted) {
    Question question;
    question.path = std::move(path);
    question.stat = stat;
    question.wanted = std::move(wanted);
    if (target_->unfinished) {
      question.unfinished = {&*target_->unfinished,
                             std::string(remainder_of(question.path, target_->path))};
    }
    questions_.push_back(std::move(question));
  }

  void act_on(Question& question) {
    if (question.answer == Question::Answer::same) {
      plan_.unchanged.push_back(
          {std::move(question.path), question.stat, question.id, question.read_at_ns});
      return;
    }
    const bool is_known = question.answer == Question::Answer::known;
    if (!is_known) {
      add_obstacle(question.path,
                   question.reason,
                   question.stat,
                   question.answer == Question::Answer::torn ? Obstacle::Rescue::unasked
                                                             : Obstacle::Rescue::possible);
    }
    if (question.wanted) {
      plan_.writes.push_back({std::move(question.path),
                              *question.wanted,
                              is_known ? std::optional(question.stat) : std::nullopt});
    } else if (is_known) {
      plan_.removals.push_back({std::move(question.path), question.stat});
    }
  }

  void refuse_unrestorable() {
    std::vector<std::uint8_t> lacks(plan_.writes.size(), 0);
    workspace_.pool().for_each(plan_.writes.size(), [&](std::size_t i) {
      cancel_.check();
      lacks[i] = is_restorable(store_, plan_.writes[i].entry) ? 0 : 1;
    });
    std::vector<PathProblem> missing;
    for (std::size_t i = 0; i < lacks.size(); ++i) {
      if (lacks[i] != 0) {
        missing.push_back({plan_.writes[i].path, "missing or damaged"});
      }
    }
    if (missing.empty()) {
      return;
    }
    Error error(ErrorKind::corrupt,
                "the store lacks the content of files",
                step_for_missing(missing.front().path));
    for (std::string& line : problem_lines(std::move(missing))) {
      error.add_context(std::move(line));
    }
    throw error;
  }

  /// Of a version of which a remote brought only a part, the rest is there.
  std::string step_for_missing(const std::string& path) const {
    return store_.list_partial_roots().empty()
               ? step_for_damaged(workspace_, path)
               : shell_join({"mlops", "data", "pull", "--", workspace_.to_display(path)});
  }

  // ---- what the file system makes of the names

  /// Directories that the user closed stay closed, also for root. What is the user's and in the way
  /// is reported first.
  void refuse_closed_directories() {
    if (!may_proceed(plan_, options_.clobber)) {
      return;
    }
    std::set<std::string_view> parents;
    const auto add_parent = [&](const std::string& path) { parents.insert(parent_of(path)); };
    std::for_each(plan_.directories_to_make.begin(), plan_.directories_to_make.end(), add_parent);
    std::for_each(
        plan_.directories_to_remove.begin(), plan_.directories_to_remove.end(), add_parent);
    for (const PlannedWrite& write : plan_.writes) {
      add_parent(write.path);
    }
    for (const PlannedRemoval& removal : plan_.removals) {
      add_parent(removal.path);
    }
    std::vector<std::string> closed;
    for (const std::string_view parent : parents) {
      const auto stat = parent.empty() ? std::nullopt : tree_.lstat(parent);
      if (stat && stat->kind == os::FileKind::directory && (stat->mode & kOwnerWrite) == 0) {
        closed.push_back(workspace_.to_display(parent));
      }
    }
    if (closed.empty()) {
      return;
    }
    Error error(
        ErrorKind::io,
        closed.size() == 1
            ? fmt::format("cannot write in {}: permission denied", quote(closed.front()))
            : fmt::format("cannot write in {} directories: permission denied", closed.size()),
        "chmod u+w -- " + shell_join(closed));
    if (closed.size() > 1) {
      for (const std::string& directory : closed) {
        error.add_context(directory);
      }
    }
    throw error;
  }

  void refuse_clashes() {
    if (plan_.writes.empty() && plan_.directories_to_make.empty()) {
      return;
    }
    std::vector<PathProblem> clashes;
    for (const TargetTree& target : targets_) {
      const auto found = find_clashes(target, tree_, workspace_.folding(), cancel_);
      clashes.insert(clashes.end(), found.begin(), found.end());
    }
    if (!clashes.empty()) {
      fail_problems("this file system takes different names for the same",
                    std::move(clashes),
                    "check out on a file system that tells them apart");
    }
  }

  Workspace& workspace_;
  const os::Beneath& tree_;
  store::Store& store_;
  const RestoreOptions& options_;
  Progress& progress_;
  const CancelToken& cancel_;
  std::unique_ptr<store::Writer> hasher_;

  std::vector<TargetTree> targets_;  ///< the last one is compared with scan_
  Scan scan_;
  const RestoreTarget* target_ = nullptr;          ///< the one at hand
  std::optional<std::vector<std::string>> parts_;  ///< of the same
  std::vector<Pair> pairs_;
  std::vector<Question> questions_;
  RestorePlan plan_;
};

}  // namespace

RestorePlan plan_restore(Workspace& workspace,
                         std::span<const RestoreTarget> targets,
                         const RestoreOptions& options,
                         Progress& progress,
                         const CancelToken& cancel) {
  Planner planner(workspace, options, progress, cancel);
  for (const RestoreTarget& target : targets) {
    planner.add(target);
  }
  return planner.finish();
}

}  // namespace mlops::workspace
