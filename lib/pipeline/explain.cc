#include "pipeline/explain.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"

namespace mlops::pipeline {

namespace {

constexpr std::string_view kSubstituted = "substituted ";
constexpr std::size_t kShortId = 12;

/// The words of "4:true,2:-x,"; nothing when it is not of that form.
std::optional<std::vector<std::string>> split_list(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    std::size_t size = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), size);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (problem != std::errc() || size > text.size() || text.size() - size < 2 ||
        text.front() != ':' || text[size + 1] != ',') {
      return std::nullopt;
    }
    words.emplace_back(text.substr(1, size));
    text.remove_prefix(size + 2);
  }
  return words;
}

std::string readable_command(const std::string& value) {
  const auto space = value.find(' ');
  const auto words = space == std::string::npos
                         ? std::nullopt
                         : split_list(std::string_view(value).substr(space + 1));
  return words ? shell_join(*words) : value;
}

/// "file 12 <hex>" → "content 3fa4b2c1d0e9 (12 B)".
std::string readable_content(const std::string& value) {
  const auto words = split(value, ' ');
  std::uint64_t size = 0;
  if (words.size() != 3 ||
      std::from_chars(words[1].data(), words[1].data() + words[1].size(), size).ec != std::errc()) {
    return value;
  }
  return fmt::format("{} {} ({})",
                     words[0] == "file" ? "content" : words[0],
                     words[2].substr(0, kShortId),
                     format_bytes(size));
}

std::string readable_variable(const std::string& value) {
  constexpr std::string_view kSet = "set ";
  return value.starts_with(kSet) ? shell_quote(std::string_view(value).substr(kSet.size()))
                                 : "not set";
}

/// "process:<hex>" → "process:3fa4b2c1d0e9".
std::string readable_identity(const std::string& value) {
  const auto colon = value.find(':');
  return colon == std::string::npos ? value : value.substr(0, colon + 1 + kShortId);
}

std::string readable(const std::string& part, const std::string& value) {
  if (value.empty()) {
    return value;
  }
  if (part == "command") {
    return readable_command(value);
  }
  if (part == "environment") {
    return readable_identity(value);
  }
  if (part.starts_with("dep ")) {
    return readable_content(value);
  }
  return part.starts_with("env ") ? readable_variable(value) : value;
}

int rank_of(const std::string& part) {
  return part == "command" ? 2 : part.starts_with("param ") ? 0 : 1;
}

}  // namespace

KeyParts add_substituted(KeyParts parts, const Instance& instance) {
  for (const auto& [path, value] : instance.substituted) {
    parts[std::string(kSubstituted) + path] = value;
  }
  return parts;
}

std::vector<KeyDifference> explain_differences(const KeyParts& before, const KeyParts& now) {
  auto differences = compare_parts(before, now);
  for (auto& one : differences) {
    if (one.part.starts_with(kSubstituted)) {
      one.part = "param " + one.part.substr(kSubstituted.size());
    } else {
      one.old_value = readable(one.part, one.old_value);
      one.new_value = readable(one.part, one.new_value);
    }
  }
  std::stable_sort(differences.begin(), differences.end(), [](const auto& a, const auto& b) {
    return std::pair(rank_of(a.part), a.part) < std::pair(rank_of(b.part), b.part);
  });
  // A parameter that is declared and stands in the command is one.
  const auto last = std::unique(differences.begin(), differences.end(), [](auto& a, auto& b) {
    return a.part == b.part && a.part.starts_with("param ");
  });
  differences.erase(last, differences.end());
  return differences;
}

std::string summarize(const std::vector<KeyDifference>& differences) {
  constexpr std::size_t kShown = 3;
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < std::min(kShown, differences.size()); ++i) {
    const auto& one = differences[i];
    const auto* verb = one.old_value.empty()   ? "is new"
                       : one.new_value.empty() ? "is gone"
                                               : "changed";
    shown.push_back(fmt::format("{} {}", one.part, verb));
  }
  if (differences.size() > kShown) {
    shown.push_back(fmt::format("{} more", differences.size() - kShown));
  }
  return join(shown, ", ");
}

}  // namespace mlops::pipeline
