#include "pipeline/path.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "store/tree.h"

namespace mlops::pipeline {

namespace {

constexpr std::size_t kMaxPathBytes = 4095;

std::string component_problem(std::string_view component) {
  if (component == "..") {
    return "leaves the repository: '..' is not allowed";
  }
  const auto problem = store::name_problem(component);
  return problem.empty() ? "" : fmt::format("{} {}", quote(component), problem);
}

/// What holds for paths and patterns alike.
std::string shape_problem(std::string_view path) {
  if (path.empty()) {
    return "is empty";
  }
  if (path.size() > kMaxPathBytes) {
    return fmt::format("is longer than {} bytes", kMaxPathBytes);
  }
  if (path.front() == '/') {
    return "is absolute: write it relative to the top of the repository";
  }
  if (path.front() == '~') {
    return "starts with '~': only paths inside the repository are allowed";
  }
  if (path.find("://") != std::string_view::npos) {
    return "is a URL: only paths inside the repository are allowed";
  }
  if (path.find('\0') != std::string_view::npos) {
    return "contains a NUL character";
  }
  return "";
}

}  // namespace

std::string normal_path(std::string_view path) {
  std::vector<std::string> kept;
  for (const auto component : split(path, '/')) {
    if (!component.empty() && component != ".") {
      kept.emplace_back(component);
    }
  }
  return kept.empty() ? "." : join(kept, "/");
}

std::string path_problem(std::string_view path) {
  if (auto problem = shape_problem(path); !problem.empty()) {
    return problem;
  }
  for (const auto component : split(path, '/')) {
    if (component.empty() || component == ".") {
      continue;
    }
    if (auto problem = component_problem(component); !problem.empty()) {
      return problem;
    }
  }
  return "";
}

std::string glob_problem(std::string_view pattern) {
  if (auto problem = shape_problem(pattern); !problem.empty()) {
    return problem;
  }
  if (pattern.back() == '\\') {
    return "ends with a '\\' that quotes nothing";
  }
  for (const auto component : split(pattern, '/')) {
    if (component.empty() || component == "." || is_glob(component)) {
      const bool has_class = component.find('[') != std::string_view::npos;
      if (has_class && component.find(']') == std::string_view::npos) {
        return "has a '[' without its ']'";
      }
      continue;
    }
    if (auto problem = component_problem(component); !problem.empty()) {
      return problem;
    }
  }
  return "";
}

std::string literal_prefix(std::string_view pattern) {
  std::vector<std::string> kept;
  for (const auto component : split(pattern, '/')) {
    if (is_glob(component)) {
      break;
    }
    kept.emplace_back(component);
  }
  return join(kept, "/");
}

bool is_same_or_inside(std::string_view path, std::string_view directory) {
  if (directory == ".") {
    return true;
  }
  return path.substr(0, directory.size()) == directory &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

bool glob_reaches_into(std::string_view pattern, std::string_view directory) {
  const auto wanted = split(pattern, '/');
  const auto given = split(directory, '/');
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (i >= wanted.size()) {
      return false;
    }
    if (wanted[i].find("**") != std::string_view::npos) {
      return true;
    }
    if (!glob_match(wanted[i], given[i])) {
      return false;
    }
  }
  return wanted.size() > given.size();
}

}  // namespace mlops::pipeline
