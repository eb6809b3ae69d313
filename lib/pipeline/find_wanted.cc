#include <algorithm>
#include <set>

#include "base/text.h"
#include "pipeline/isolated_view.h"
#include "workspace/tree_path.h"

namespace mlops::pipeline {

namespace {

constexpr std::size_t kMaxWanted = 5;

bool is_part_of_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

/// As a whole name: not in the middle of a longer one. A directory may stand before it.
bool names(std::string_view line, std::string_view name) {
  for (auto at = line.find(name); at != std::string_view::npos; at = line.find(name, at + 1)) {
    const bool starts = at == 0 || !is_part_of_name(line[at - 1]);
    const auto end = at + name.size();
    const bool ends = end == line.size() || !(is_part_of_name(line[end]) || line[end] == '/') ||
                      (line[end] == '.' && end + 1 == line.size());
    if (starts && ends) {
      return true;
    }
  }
  return false;
}

/// "pkg/mod.py" → "pkg.mod"; "pkg/__init__.py" → "pkg"; empty for other files.
std::string module_of(std::string path) {
  constexpr std::string_view kEnding = ".py";
  constexpr std::string_view kPackage = "/__init__";
  if (!path.ends_with(kEnding)) {
    return "";
  }
  path.resize(path.size() - kEnding.size());
  if (path.ends_with(kPackage)) {
    path.resize(path.size() - kPackage.size());
  }
  std::replace(path.begin(), path.end(), '/', '.');
  return path;
}

/// Python quotes the module that it did not find: `No module named 'pkg.mod'`. The modules of a
/// directory that is on its path are named without that directory.
bool names_module(std::string_view line, std::string_view module) {
  while (!module.empty()) {
    for (const char mark : {'\'', '"'}) {
      const std::string quoted = mark + std::string(module) + mark;
      if (line.find(quoted) != std::string_view::npos) {
        return true;
      }
    }
    const auto dot = module.find('.');
    module = dot == std::string_view::npos ? std::string_view{} : module.substr(dot + 1);
  }
  return false;
}

}  // namespace

std::vector<std::string> find_wanted(const std::vector<std::string>& unseen_files,
                                     const std::vector<std::string>& log_end) {
  std::set<std::string> wanted;
  for (const auto& path : unseen_files) {
    const auto leaf = workspace::leaf_of(path);
    const auto module = module_of(path);
    // Names of a letter or two stand in every text.
    constexpr std::size_t kLeastName = 3;
    const auto is_named_in = [](const std::string& line, std::string_view name) {
      return name.size() >= kLeastName && names(line, name);
    };
    const bool is_named = std::any_of(log_end.begin(), log_end.end(), [&](const std::string& line) {
      return is_named_in(line, path) || is_named_in(line, leaf) ||
             (!module.empty() && names_module(line, module));
    });
    if (is_named && wanted.size() < kMaxWanted) {
      wanted.insert(path);
    }
  }
  return {wanted.begin(), wanted.end()};
}

}  // namespace mlops::pipeline
