#include "pipeline/isolated_view.h"

#include <algorithm>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "os/random.h"
#include "pipeline/holder.h"
#include "pipeline/path.h"
#include "workspace/tree_path.h"

namespace mlops::pipeline {

namespace {

namespace fs = std::filesystem;
using workspace::join_path;
using workspace::parent_of;

constexpr std::string_view kParams = ".mlops/params.json";
/// The kernel's own limit of mounts in a namespace is 100,000.
constexpr std::size_t kMaxMounts = 50'000;

std::string views_directory(const workspace::Workspace& workspace) {
  return "isolated/" + holder_name(workspace);
}

std::string new_view(const workspace::Workspace& workspace, const os::Beneath& holder) {
  auto name = join_path(views_directory(workspace), os::random_name(16));
  holder.make_directories(name);
  return name;
}

bool is_below(const fs::path& path, const fs::path& directory) {
  const auto relative = path.lexically_relative(directory);
  return !relative.empty() && *relative.begin() != ".." && relative != ".";
}

/// Without those that lie in another one.
std::vector<std::string> outermost(std::vector<std::string> paths) {
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> kept;
  for (auto& path : paths) {
    const bool is_inside = std::any_of(kept.begin(), kept.end(), [&](const std::string& one) {
      return is_same_or_inside(path, one);
    });
    if (!is_inside) {
      kept.push_back(std::move(path));
    }
  }
  return kept;
}

void copy_tree(const os::Beneath& from, const os::Beneath& to, const std::string& path) {
  const auto stat = from.lstat(path);
  if (!stat) {
    return;
  }
  if (stat->kind == os::FileKind::directory) {
    to.make_directories(path);
    for (const auto& name : from.list(path)) {
      copy_tree(from, to, join_path(path, name));
    }
    return;
  }
  to.make_directories(parent_of(path));
  if (stat->kind == os::FileKind::symlink) {
    to.make_symlink(from.read_link(path), path);
  } else if (stat->kind == os::FileKind::regular) {
    // A pipe or a socket that a stage left in what it keeps has no content.
    os::copy_file(from.path() / path, to.path() / path);
  }
}

/// A stage may close directories of its own: what is in them could not be removed.
void open_directories(const os::Beneath& tree, const std::string& path) {
  const auto stat = tree.lstat(path);
  if (!stat || stat->kind != os::FileKind::directory) {
    return;
  }
  tree.open_to_owner(path);
  for (const auto& name : tree.list(path)) {
    open_directories(tree, join_path(path, name));
  }
}

bool is_cache_of_python(const std::string& path) {
  const auto components = split(path, '/');
  return std::find(components.begin(), components.end(), "__pycache__") != components.end();
}

void refuse_outs_in_deps(const Instance& instance, const std::vector<std::string>& deps) {
  for (const auto& out : instance.outs) {
    for (const auto& dep : deps) {
      if (is_same_or_inside(out.path, dep)) {
        throw Error(ErrorKind::config,
                    fmt::format("the out {} lies in the dep {} of the same stage: an isolated "
                                "stage cannot write there",
                                quote(out.path),
                                quote(dep)),
                    "name the files that it reads one by one, or move the out");
      }
    }
  }
}

}  // namespace

IsolatedView::IsolatedView(workspace::Workspace& workspace,
                           const Instance& instance,
                           const std::vector<Input>& inputs,
                           Environment environment,
                           Isolation isolation,
                           const CancelToken& cancel)
    : workspace_(workspace),
      instance_(instance),
      environment_(std::move(environment)),
      holder_(open_holder(workspace)),
      name_(new_view(workspace, holder_)),
      tree_(holder_.enter(name_)) {
  for (const auto& input : inputs) {
    shown_.push_back(input.path);
  }
  shown_ = outermost(std::move(shown_));
  refuse_outs_in_deps(instance, shown_);
  const bool may_mount =
      isolation != Isolation::copies && !environment_.is_mounted && shown_.size() <= kMaxMounts;
  if (may_mount && os::can_sandbox()) {
    sandbox_.emplace(os::Sandbox{tree_.path().string(), workspace.top().string(), {}});
  } else if (isolation == Isolation::namespaces && !environment_.is_mounted) {
    throw Error(ErrorKind::config,
                "this machine does not let you make namespaces",
                "mlops run --isolated=copies");
  }
  show_environment();
  for (const auto& path : shown_) {
    cancel.check();
    add_dep(path);
  }
  tree_.make_directories(instance.workdir == "." ? "" : instance.workdir);
  for (const auto& out : instance.outs) {
    tree_.make_directories(parent_of(out.path));
    if (out.persist) {
      copy_tree(workspace.tree(), tree_, out.path);
    }
  }
  before_ = walk_files(
      tree_, "", [](const auto&) { return true; }, cancel);
}

/// A program of the packages is found where they are.
void IsolatedView::show_environment() {
  const auto& [program, prefix, is_mounted] = environment_;
  const auto add = [&](const fs::path& path) {
    if (is_below(path, workspace_.top())) {
      shown_.push_back(path.lexically_relative(workspace_.top()).generic_string());
      shown_ = outermost(std::move(shown_));
    }
  };
  if (sandbox_) {
    add(prefix);
  }
  if (prefix.empty() || !is_below(program, prefix)) {
    add(program);
  }
}

IsolatedView::~IsolatedView() {
  try {
    open_directories(holder_, name_);
    holder_.remove_tree(name_);
  } catch (const Error&) {
    // remove_left_views of the next run tries again.
    name_.clear();
  }
}

void IsolatedView::add_dep(const std::string& path) {
  const auto stat = workspace_.tree().lstat(path);
  if (!sandbox_ || (stat && stat->kind == os::FileKind::symlink)) {
    copy_tree(workspace_.tree(), tree_, path);
  } else if (stat) {
    add_shared(path);
  }
}

/// Something to mount on, of the same kind.
void IsolatedView::add_shared(const std::string& path) {
  const auto stat = workspace_.tree().lstat(path);
  if (stat->kind == os::FileKind::directory) {
    tree_.make_directories(path);
  } else {
    tree_.make_directories(parent_of(path));
    auto [temporary, fd] = tree_.create_temp_beside(path);
    tree_.rename(temporary, path);
  }
  sandbox_->shared.push_back({(workspace_.top() / path).string(), (tree_.path() / path).string()});
}

fs::path IsolatedView::seen(const fs::path& relative) const {
  const auto top = sandbox_ || environment_.is_mounted ? workspace_.top() : tree_.path();
  return relative.empty() || relative == "." ? top : top / relative;
}

fs::path IsolatedView::seen_program(const fs::path& program) const {
  const auto& prefix = environment_.prefix;
  const bool is_of_packages = !prefix.empty() && is_below(program, prefix);
  return is_below(program, workspace_.top()) && !is_of_packages
             ? seen(program.lexically_relative(workspace_.top()))
             : program;
}

fs::path IsolatedView::write_params(const std::string& json) const {
  tree_.make_directories(parent_of(kParams));
  os::write_file_atomic(tree_.path() / kParams, json, os::Durability::relaxed);
  return seen(kParams);
}

bool IsolatedView::is_out(const std::string& path) const {
  return std::any_of(instance_.outs.begin(), instance_.outs.end(), [&](const Out& out) {
    return is_same_or_inside(path, out.path);
  });
}

std::vector<std::string> IsolatedView::undeclared_writes(const CancelToken& cancel) const {
  std::map<std::string, os::FileStat> before;
  for (const auto& file : before_) {
    before.emplace(file.path, file.stat);
  }
  std::vector<std::string> written;
  for (const auto& file : walk_files(
           tree_, "", [](const auto&) { return true; }, cancel)) {
    const auto known = before.find(file.path);
    if (known == before.end() || known->second != file.stat) {
      written.push_back(file.path);
    }
    if (known != before.end()) {
      before.erase(known);
    }
  }
  for (const auto& [path, stat] : before) {
    written.push_back(path);
  }
  std::sort(written.begin(), written.end());
  return undeclared_of(written);
}

std::vector<std::string> IsolatedView::undeclared_of(
    const std::vector<std::string>& written) const {
  std::vector<std::string> undeclared;
  std::copy_if(
      written.begin(), written.end(), std::back_inserter(undeclared), [&](const std::string& path) {
        return !is_out(path) && !is_cache_of_python(path) &&
               !workspace_.repository().is_ignored(path);
      });
  return undeclared;
}

bool IsolatedView::shows(const std::string& path) const {
  return is_out(path) || std::any_of(shown_.begin(), shown_.end(), [&](const std::string& one) {
           return is_same_or_inside(path, one);
         });
}

void IsolatedView::deliver(Which which) {
  const auto& tree = workspace_.tree();
  for (const auto& out : instance_.outs) {
    if ((which == Which::persistent && !out.persist) || !tree_.lstat(out.path)) {
      continue;
    }
    tree.make_directories(parent_of(out.path));
    if (out.persist && tree.lstat(out.path)) {
      // At no moment without one of the two; the one before goes away with the view.
      tree_.exchange(out.path, tree, out.path);
    } else {
      tree_.move(out.path, tree, out.path);
    }
  }
}

void remove_left_views(const workspace::Workspace& workspace, Progress& progress) {
  if (!has_holder(workspace)) {
    return;
  }
  const auto holder = open_holder(workspace);
  try {
    open_directories(holder, views_directory(workspace));
    holder.remove_tree(views_directory(workspace));
  } catch (const Error& error) {
    // It takes room, and is in nobody's way.
    progress.warn(fmt::format("what an isolated stage left is not removed: {}", error.message()));
  }
}

}  // namespace mlops::pipeline
