#include "workspace/path_glob.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "store/tree.h"
#include "workspace/data_sets.h"
#include "workspace/ignored_paths.h"
#include "workspace/path_pattern.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

namespace {

class Expansion {
 public:
  /// `pattern` is for paths below `top`, which is taken literally.
  Expansion(const os::Beneath& tree,
            std::string top,
            std::string_view pattern,
            const CancelToken& cancel)
      : tree_(tree), top_(std::move(top)), pattern_(std::string(pattern)), cancel_(cancel) {}

  std::vector<std::string> run() {
    open_ = {""};
    while (!open_.empty()) {
      const std::string directory = std::move(open_.back());
      open_.pop_back();
      search(directory);
    }
    std::sort(found_.begin(), found_.end());
    return std::move(found_);
  }

 private:
  void search(const std::string& directory) {
    cancel_.check();
    const std::size_t depth = directory.empty() ? 0 : split(directory, '/').size();
    for (const std::string& name : tree_.list(join_path(top_, directory))) {
      const std::string path = join_path(directory, name);
      if (!is_data(name) || pattern_.hides(name, depth)) {
        continue;
      }
      if (pattern_.matches(path)) {
        found_.push_back(join_path(top_, path));
      } else if (pattern_.reaches_below(path) && is_directory(path)) {
        open_.push_back(path);
      }
    }
  }

  static bool is_data(const std::string& name) {
    return store::name_problem(name).empty() && !data_set_of(name);
  }

  bool is_directory(const std::string& path) const {
    const auto stat = tree_.lstat(join_path(top_, path));
    return stat && stat->kind == os::FileKind::directory;
  }

  const os::Beneath& tree_;
  std::string top_;
  PathPattern pattern_;
  const CancelToken& cancel_;
  std::vector<std::string> open_;
  std::vector<std::string> found_;
};

/// The directories before the first component that is a pattern.
std::string_view literal_directories(std::string_view path, std::string_view here) {
  std::string_view literal = here;
  for (const std::string_view ancestor : ancestors_of(path)) {
    if (ancestor.size() > here.size()) {
      if (is_glob(ancestor.substr(here.size()))) {
        break;
      }
      literal = ancestor;
    }
  }
  return literal;
}

/// As git add leaves what is ignored out of a pattern; what is a data set already stays one.
bool is_ignored(const Workspace& workspace, const std::string& path) {
  const os::Beneath& tree = workspace.tree();
  const auto stat = tree.lstat(path);
  const bool is_directory = stat && stat->kind == os::FileKind::directory;
  return find_rule_against(
             tree, path, is_directory ? IgnoreRules::Kind::directory : IgnoreRules::Kind::other) &&
         !tree.lstat(pointer_path(path));
}

/// The matches of a pattern of which what stands before `here` is literal, and where it was looked
/// for.
struct Expanded {
  std::vector<std::string> found;
  std::string searched;
};

Expanded expand(const Workspace& workspace,
                const std::string& path,
                std::string_view here,
                const CancelToken& cancel) {
  const std::string top(literal_directories(path, is_within(path, here) ? here : ""));
  const auto stat = top.empty() ? std::nullopt : workspace.tree().lstat(top);
  const bool is_there = top.empty() || (stat && stat->kind == os::FileKind::directory);
  Expanded expanded{{}, is_there ? top : ""};
  if (is_there) {
    expanded.found = Expansion(workspace.tree(),
                               top,
                               top.empty() ? std::string_view(path) : remainder_of(path, top),
                               cancel)
                         .run();
  }
  std::erase_if(expanded.found,
                [&](const std::string& match) { return is_ignored(workspace, match); });
  return expanded;
}

}  // namespace

std::vector<std::string> expand_typed(const Workspace& workspace,
                                      std::string_view typed,
                                      const CancelToken& cancel) {
  const std::string path = workspace.to_relative(typed);
  if (!is_glob(typed) || workspace.tree().lstat(path)) {
    return {path};
  }
  Expanded expanded = expand(workspace, path, workspace.to_relative("."), cancel);
  if (expanded.found.empty()) {
    throw Error(ErrorKind::not_found,
                fmt::format("nothing matches {}", quote(typed)),
                shell_join({"ls", "-A", "--", workspace.to_display(expanded.searched)}));
  }
  return std::move(expanded.found);
}

std::vector<std::string> expand_pattern(const Workspace& workspace,
                                        std::string_view pattern,
                                        const CancelToken& cancel) {
  return expand(workspace, std::string(pattern), "", cancel).found;
}

}  // namespace mlops::workspace
