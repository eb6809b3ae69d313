#include "workspace/add_checks.h"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "store/tree.h"
#include "workspace/ignore_file.h"
#include "workspace/ignored_paths.h"
#include "workspace/lfs_pointer.h"
#include "workspace/tree_path.h"
#include "workspace/tree_write.h"

namespace mlops::workspace {

namespace {

class Checker {
 public:
  Checker(const Workspace& workspace, const IndexView& index)
      : workspace_(workspace), index_(index) {}

  void check(const std::string& path) const {
    check_name(path);
    check_surroundings(path);
    check_kind(path);
    check_git(path);
    check_unmerged(path);
    check_no_foreign_pointer(path);
    if (!workspace_.tree().lstat(pointer_path(path))) {
      check_rules(path, workspace_.tree().lstat(path));
    }
  }

  void check_new(const std::string& path, const std::optional<os::FileStat>& data) const {
    check_name(path);
    check_surroundings(path);
    check_git(path);
    check_rules(path, data);
  }

  void check_taken_over(const TakenOverPath& taken) const {
    check_name(taken.path);
    if (store::is_git_settings_name(leaf_of(taken.path))) {
      throw Error(ErrorKind::conflict,
                  fmt::format("{} steers git: it cannot be data", named(taken.path)),
                  "git add it instead");
    }
    check_surroundings(taken.path);
    if (!taken.is_pointer) {
      check_untracked(taken.path);
    }
  }

  /// As check_hidden, with one question to git.
  void check_all_hidden(const std::vector<TakenOverPath>& paths) const {
    std::vector<std::string> files;
    for (const TakenOverPath& taken : paths) {
      for (const std::string& file : {pointer_path(taken.path), ignore_file_of(taken.path)}) {
        if (!index_.has_file(file)) {
          files.push_back(file);
        }
      }
    }
    const auto hidden = workspace_.repository().list_ignored(files);
    if (hidden.empty()) {
      return;
    }
    for (const TakenOverPath& taken : paths) {
      check_hidden(taken.path);
    }
  }

  static void check_apart(const std::vector<std::string>& paths) {
    std::vector<std::string> sorted = paths;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      if (i > 0 && sorted[i] == sorted[i - 1]) {
        throw Error(ErrorKind::usage,
                    fmt::format("{} is named twice", quote(sorted[i])),
                    "name each path once");
      }
      for (const std::string_view ancestor : ancestors_of(sorted[i])) {
        if (std::binary_search(sorted.begin(), sorted.end(), ancestor)) {
          throw Error(
              ErrorKind::usage,
              fmt::format(
                  "{} is inside {}: a data set holds no other", quote(sorted[i]), quote(ancestor)),
              fmt::format("name {} alone, or what is in it and not it", quote(ancestor)));
        }
      }
    }
  }

 private:
  std::string shown(std::string_view path) const { return workspace_.to_display(path); }
  std::string named(std::string_view path) const { return quote(shown(path)); }

  void check_name(const std::string& path) const {
    if (path.empty()) {
      throw Error(ErrorKind::usage,
                  "the top of the work tree cannot be a data set",
                  "mlops data add DIRECTORY, for one below it");
    }
    if (const std::string problem = path_problem(path); !problem.empty()) {
      throw Error(ErrorKind::usage,
                  fmt::format("{} cannot be data: it {}", named(path), problem),
                  "give it another name");
    }
    if (path.ends_with(kPointerSuffix)) {
      const std::string data = path.substr(0, path.size() - kPointerSuffix.size());
      throw Error(ErrorKind::usage,
                  fmt::format("{} has the name of a pointer", named(path)),
                  shell_join({"mlops", "data", "add", shown(data)}));
    }
    if (leaf_of(path).size() + kPointerSuffix.size() > 255) {
      throw Error(ErrorKind::config,
                  fmt::format("{} has a name too long for a pointer beside it", named(path)),
                  "mlops data add the directory that it is in");
    }
  }

  void check_surroundings(const std::string& path) const {
    for (const std::string_view ancestor : ancestors_of(path)) {
      const auto stat = workspace_.tree().lstat(ancestor);
      if (stat && stat->kind == os::FileKind::symlink) {
        throw Error(
            ErrorKind::conflict,
            fmt::format("{} leads through a symbolic link, {}", named(path), named(ancestor)),
            "mlops data add the path without links");
      }
      if (index_.has_file(pointer_path(ancestor)) ||
          workspace_.tree().lstat(pointer_path(ancestor))) {
        throw Error(ErrorKind::conflict,
                    fmt::format("{} is inside the data set {}", named(path), named(ancestor)),
                    shell_join({"mlops", "data", "add", shown(ancestor)}));
      }
      if (workspace_.tree().lstat(std::string(ancestor) + "/.git")) {
        throw Error(
            ErrorKind::conflict,
            fmt::format("{} is inside another git repository, {}", named(path), named(ancestor)),
            shell_join({"cd", shown(ancestor)}) + " and add it there");
      }
    }
  }

  void check_kind(const std::string& path) const {
    const auto stat = workspace_.tree().lstat(path);
    if (!stat) {
      const bool was_added = workspace_.tree().lstat(pointer_path(path)).has_value();
      throw Error(ErrorKind::not_found,
                  fmt::format("{} does not exist", named(path)),
                  was_added ? shell_join({"mlops", "data", "checkout", "--", shown(path)})
                            : likely_name(path));
    }
    if (stat->kind == os::FileKind::symlink) {
      throw Error(ErrorKind::conflict,
                  fmt::format("{} is a symbolic link", named(path)),
                  step_for_link(path));
    }
    if (stat->kind == os::FileKind::other) {
      throw Error(ErrorKind::config,
                  fmt::format("{} is a named pipe, a socket or a device", named(path)),
                  "a data set is a file or a directory");
    }
  }

  /// The neighbour that was meant, else how to see them all.
  std::string likely_name(const std::string& path) const {
    const std::string parent(parent_of(path));
    const auto stat = parent.empty() ? std::nullopt : workspace_.tree().lstat(parent);
    const bool is_directory = parent.empty() || (stat && stat->kind == os::FileKind::directory);
    const std::vector<std::string> names =
        is_directory ? workspace_.tree().list(parent) : std::vector<std::string>();
    if (const auto name = suggest(leaf_of(path), names)) {
      return fmt::format("did you mean {}?", named(join_path(parent, *name)));
    }
    return is_directory ? shell_join({"ls", "-A", "--", shown(parent)})
                        : fmt::format("there is no directory {}", named(parent));
  }

  /// What the link leads to, where that can be added.
  std::string step_for_link(const std::string& path) const {
    std::error_code broken;
    const fs::path target = fs::canonical(workspace_.top() / path, broken);
    const std::string inside = broken ? "" : target.lexically_relative(workspace_.top()).string();
    if (broken) {
      return "it leads nowhere: " + shell_join({"rm", "--", shown(path)});
    }
    if (inside != "." && path_problem(inside).empty() && !inside.starts_with("..")) {
      return shell_join({"mlops", "data", "add", "--", shown(inside)});
    }
    const std::string copy = shown(path) + ".copy";
    return fmt::format("{} && {}",
                       shell_join({"cp", "-rL", "--", shown(path), copy}),
                       shell_join({"mlops", "data", "add", "--", copy}));
  }

  void check_git(const std::string& path) const {
    check_untracked(path);
    check_hidden(path);
  }

  void check_untracked(const std::string& path) const {
    if (index_.has_file(path) || index_.has_directory(path)) {
      refuse_tracked(path);
    }
  }

  void check_hidden(const std::string& path) const {
    for (const std::string& file : {pointer_path(path), ignore_file_of(path)}) {
      if (!index_.has_file(file)) {
        if (const auto rule = workspace_.repository().find_ignore_rule(file)) {
          refuse_ignored(path, file, *rule);
        }
      }
    }
  }

  /// What lies here is one side of the merge: it would win without a word.
  void check_unmerged(const std::string& path) const {
    if (index_.is_unmerged(pointer_path(path))) {
      throw Error(ErrorKind::conflict,
                  fmt::format("git has a conflict in the pointer of {}", named(path)),
                  shell_join({"mlops", "data", "merge", "--", shown(path)}) + "   (" +
                      shell_join({"--ours", shown(path)}) + " keeps what lies here)");
    }
  }

  /// Where git-lfs did not bring the file, or a merge brought its pointer back.
  void check_no_foreign_pointer(const std::string& path) const {
    const auto stat = workspace_.tree().lstat(path);
    if (!stat || stat->kind != os::FileKind::regular || stat->size > kMaxLfsPointerBytes) {
      return;
    }
    const auto text = read_text(workspace_.tree(), path, kMaxLfsPointerBytes);
    if (text && parse_lfs_pointer(*text)) {
      throw Error(ErrorKind::conflict,
                  fmt::format("{} is a pointer of git-lfs, not the data", named(path)),
                  "git lfs pull brings it where git tracks the pointer; where it is a data set, " +
                      shell_join({"mlops", "data", "checkout", "--force", "--", shown(path)}));
    }
  }

  /// As git add refuses what is ignored; what is a data set already stays one.
  void check_rules(const std::string& path, const std::optional<os::FileStat>& data) const {
    const bool is_directory = data && data->kind == os::FileKind::directory;
    const auto rule =
        find_rule_against(workspace_.tree(),
                          path,
                          is_directory ? IgnoreRules::Kind::directory : IgnoreRules::Kind::other);
    if (!rule) {
      return;
    }
    Error error(ErrorKind::conflict,
                fmt::format("{} is ignored: a rule says that it is no data", named(path)),
                fmt::format("change line {} of {}", rule->line, named(rule->file)));
    error.add_context(fmt::format("{}:{}: {}", rule->file, rule->line, rule->pattern));
    throw error;
  }

  /// A line that takes the rule back works unless the rule is for a directory above: git looks at
  /// nothing in there.
  [[noreturn]] void refuse_ignored(const std::string& path,
                                   const std::string& file,
                                   const git::IgnoreRule& rule) const {
    Error error(ErrorKind::conflict,
                fmt::format("git ignores {}, so {} would get lost", named(file), named(path)),
                step_for_ignored(file, rule));
    error.add_context(fmt::format("{}:{}: {}", rule.file, rule.line, rule.pattern));
    throw error;
  }

  std::string step_for_ignored(const std::string& file, const git::IgnoreRule& rule) const {
    const std::string parent(parent_of(file));
    if (!parent.empty() && workspace_.repository().is_ignored(parent)) {
      return fmt::format("change line {} of {}: it hides the directory {} and all that is in it",
                         rule.line,
                         quote(rule.file),
                         named(parent));
    }
    // Of git's own ignore files the nearest decides, and all of them come after the user's.
    const bool is_in_tree = path_problem(rule.file).empty() && rule.file.front() != '/';
    const std::string ignore_file = is_in_tree ? rule.file : std::string(".gitignore");
    const std::string base(parent_of(ignore_file));
    const std::string line =
        "!" + ignore_pattern(base.empty() ? file : std::string(remainder_of(file, base)));
    // The echo of some shells takes a backslash for the start of an escape.
    return fmt::format("{} {} >> {}",
                       line.find('\\') == std::string::npos ? "echo" : "printf '%s\\n'",
                       shell_quote(line),
                       shell_quote(shown(ignore_file)));
  }

  [[noreturn]] void refuse_tracked(const std::string& path) const {
    for (const git::TreeEntry& entry : index_.entries()) {
      if (entry.path != path && is_within(entry.path, path) &&
          entry.path.ends_with(kPointerSuffix)) {
        const std::string inner = entry.path.substr(0, entry.path.size() - kPointerSuffix.size());
        throw Error(ErrorKind::conflict,
                    fmt::format("{} holds the data set {}", named(path), named(inner)),
                    "mlops data add other paths beside it, or first: " +
                        shell_join({"git", "rm", "--", shown(entry.path)}));
      }
    }
    throw Error(ErrorKind::conflict,
                fmt::format("git tracks {} already", named(path)),
                shell_join({"git", "rm", "-r", "--cached", "--", shown(path)}));
  }

  const Workspace& workspace_;
  const IndexView& index_;
};

}  // namespace

void check_addable(const Workspace& workspace,
                   const IndexView& index,
                   const std::vector<std::string>& paths) {
  const Checker checker(workspace, index);
  for (const std::string& path : paths) {
    checker.check(path);
  }
  Checker::check_apart(paths);
}

void check_taken_over(const Workspace& workspace,
                      const IndexView& index,
                      const std::vector<TakenOverPath>& paths) {
  const Checker checker(workspace, index);
  std::vector<std::string> names;
  for (const TakenOverPath& taken : paths) {
    checker.check_taken_over(taken);
    names.push_back(taken.path);
  }
  checker.check_all_hidden(paths);
  Checker::check_apart(names);
}

void check_new_place(const Workspace& workspace,
                     const IndexView& index,
                     const std::string& path,
                     const std::optional<os::FileStat>& data) {
  Checker(workspace, index).check_new(path, data);
}

}  // namespace mlops::workspace
