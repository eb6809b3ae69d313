#include "workspace/lfs_attributes.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"

namespace mlops::workspace {

namespace {

constexpr std::string_view kFilter = "filter=lfs";
constexpr auto kWithFilter =
    std::to_array<std::string_view>({kFilter, "diff=lfs", "merge=lfs", "-text"});
constexpr std::string_view kOutside =
    "*.mlops !filter !diff merge=mlops !text\n"
    ".gitignore !filter !diff !merge !text\n";

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t start = line.find_first_not_of(" \t\r", at);
    if (start == std::string_view::npos) {
      break;
    }
    at = std::min(line.find_first_of(" \t\r", start), line.size());
    words.push_back(line.substr(start, at - start));
  }
  return words;
}

/// The pattern, in quotes where it has spaces, and the blanks before it.
std::size_t pattern_end(std::string_view line) {
  const std::size_t start = std::min(line.find_first_not_of(" \t"), line.size());
  if (start == line.size() || line[start] != '"') {
    return std::min(line.find_first_of(" \t\r", start), line.size());
  }
  std::size_t at = start + 1;
  while (at < line.size() && line[at] != '"') {
    at += line[at] == '\\' ? 2U : 1U;
  }
  return std::min(at + 1, line.size());
}

bool is_for_lfs(std::string_view line) {
  if (trim(line).starts_with('#')) {
    return false;
  }
  const auto words = words_of(line.substr(pattern_end(line)));
  return std::find(words.begin(), words.end(), kFilter) != words.end();
}

}  // namespace

bool has_lfs_attributes(std::string_view text) {
  const auto lines = split(text, '\n');
  return std::any_of(lines.begin(), lines.end(), is_for_lfs);
}

std::string without_lfs_attributes(std::string_view text) {
  if (!has_lfs_attributes(text)) {
    return std::string(text);
  }
  if (text.ends_with(kOutside)) {
    text.remove_suffix(kOutside.size());
  }
  std::string result;
  const auto lines = split(text, '\n');
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view end = i + 1 < lines.size() ? "\n" : "";
    if (!is_for_lfs(lines[i])) {
      result.append(lines[i]).append(end);
      continue;
    }
    const std::size_t pattern = pattern_end(lines[i]);
    std::string rest;
    for (const std::string_view word : words_of(lines[i].substr(pattern))) {
      if (std::find(kWithFilter.begin(), kWithFilter.end(), word) == kWithFilter.end()) {
        rest.append(" ").append(word);
      }
    }
    if (!rest.empty()) {
      result.append(lines[i].substr(0, pattern)).append(rest).append(end);
    }
  }
  return result;
}

std::string with_pointers_outside_lfs(std::string_view text) {
  std::string result(text);
  if (!result.ends_with(kOutside)) {
    result.append(result.empty() || result.ends_with('\n') ? "" : "\n").append(kOutside);
  }
  return result;
}

}  // namespace mlops::workspace
