#include "workspace/tree_path.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "store/tree.h"

namespace mlops::workspace {

std::string path_problem(std::string_view relative) {
  if (relative.empty()) {
    return "is empty";
  }
  if (relative.size() > kMaxPathBytes) {
    return fmt::format("is longer than {} bytes", kMaxPathBytes);
  }
  for (const std::string_view component : split(relative, '/')) {
    if (const std::string_view problem = store::name_problem(component); !problem.empty()) {
      return component == relative ? std::string(problem)
                                   : fmt::format("has {}, which {}", quote(component), problem);
    }
  }
  return {};
}

void check_path(std::string_view relative, std::string_view what) {
  if (const std::string problem = path_problem(relative); !problem.empty()) {
    throw Error(ErrorKind::config, fmt::format("{} {} {}", what, quote(relative), problem));
  }
}

std::string join_path(std::string_view directory, std::string_view name) {
  if (directory.empty() || name.empty()) {
    return std::string(directory.empty() ? name : directory);
  }
  std::string path;
  path.reserve(directory.size() + 1 + name.size());
  path.append(directory).append(1, '/').append(name);
  return path;
}

std::string_view parent_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view leaf_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool is_within(std::string_view path, std::string_view ancestor) {
  if (ancestor.empty()) {
    return true;
  }
  return path.starts_with(ancestor) &&
         (path.size() == ancestor.size() || path[ancestor.size()] == '/');
}

std::vector<std::string_view> ancestors_of(std::string_view path) {
  std::vector<std::string_view> ancestors;
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos;
       slash = path.find('/', slash + 1)) {
    ancestors.push_back(path.substr(0, slash));
  }
  return ancestors;
}

}  // namespace mlops::workspace
