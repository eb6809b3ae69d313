#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::workspace {

/// A pattern of base's glob_match as something that walks a tree asks it: which paths it names, and
/// below which directories some may lie. Paths are from where the pattern begins; what begins with
/// '.' is seen only where the pattern's component does.
class PathPattern {
 public:
  explicit PathPattern(std::string pattern);

  bool matches(std::string_view path) const;
  /// Whether something below this directory may match: without `**` each component of the pattern
  /// is for one of the path. The top ("") always.
  bool reaches_below(std::string_view directory) const;
  /// Whether the name, `depth` components down, is one that the pattern does not see.
  bool hides(std::string_view name, std::size_t depth) const;
  /// The same for any component of a path.
  bool hides_part_of(std::string_view path) const;

 private:
  std::string pattern_;
  std::vector<std::string> components_;
  bool crosses_;
};

}  // namespace mlops::workspace
