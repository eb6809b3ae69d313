#include "check/pattern.h"

#include <fmt/format.h>

#include "base/error.h"

namespace mlops::check {
namespace {

constexpr std::size_t kMostKnown = 4096;
constexpr std::size_t kLongestKnown = 64;

std::regex compile(const std::string& text, const std::string& where) {
  try {
    // libstdc++'s other executor backtracks: its time is exponential and its stack as deep as the
    // value is long.
    return std::regex(text, std::regex::ECMAScript | std::regex_constants::__polynomial);
  } catch (const std::regex_error&) {
    throw Error(ErrorKind::config,
                fmt::format("{}: 'regex' uses what is not built, such as a back reference", where),
                "write it without \\1");
  }
}

}  // namespace

Pattern::Pattern(const std::string& text, const std::string& where)
    : regex_(compile(text, where)) {}

bool Pattern::matches(std::string_view value) {
  if (value.size() > kLongest) {
    return false;
  }
  if (value.size() > kLongestKnown) {
    return std::regex_match(value.begin(), value.end(), regex_);
  }
  const std::string key(value);
  if (const auto found = known_.find(key); found != known_.end()) {
    return found->second;
  }
  const bool matched = std::regex_match(key, regex_);
  if (known_.size() < kMostKnown) {
    known_.emplace(key, matched);
  }
  return matched;
}

}  // namespace mlops::check
