#include "workspace/path_pattern.h"

#include "base/text.h"

namespace mlops::workspace {

PathPattern::PathPattern(std::string pattern)
    : pattern_(std::move(pattern)), crosses_(pattern_.find("**") != std::string::npos) {
  for (const std::string_view component : split(pattern_, '/')) {
    components_.emplace_back(component);
  }
}

bool PathPattern::matches(std::string_view path) const {
  return glob_match(pattern_, path);
}

bool PathPattern::reaches_below(std::string_view directory) const {
  if (crosses_ || directory.empty()) {
    return true;
  }
  const std::size_t depth = split(directory, '/').size();
  if (depth >= components_.size()) {
    return false;
  }
  std::size_t length = components_[0].size();
  for (std::size_t i = 1; i < depth; ++i) {
    length += 1 + components_[i].size();
  }
  return glob_match(std::string_view(pattern_).substr(0, length), directory);
}

bool PathPattern::hides(std::string_view name, std::size_t depth) const {
  const bool asks = depth < components_.size() && components_[depth].starts_with('.');
  return name.starts_with('.') && !asks;
}

bool PathPattern::hides_part_of(std::string_view path) const {
  const auto parts = split(path, '/');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (hides(parts[i], i)) {
      return true;
    }
  }
  return false;
}

}  // namespace mlops::workspace
