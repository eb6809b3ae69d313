#pragma once

#include <cstddef>
#include <regex>
#include <string>
#include <utility>
#include <vector>

/// The part of DuckDB's wrapper of RE2 that httplib.hpp calls, over std::regex: for a status line
/// and an origin, both short.
namespace mlops_httplib_regex {

enum class RegexOptions { NONE, CASE_INSENSITIVE };

class Regex {
 public:
  explicit Regex(const std::string& pattern, RegexOptions options = RegexOptions::NONE)
      : regex_(pattern,
               options == RegexOptions::NONE ? std::regex::ECMAScript
                                             : std::regex::ECMAScript | std::regex::icase) {}
  const std::regex& get() const { return regex_; }

 private:
  std::regex regex_;
};

struct Group {
  std::string text;
  std::size_t at = 0;
  const std::string& str() const { return text; }
  operator const std::string&() const { return text; }  // NOLINT(google-explicit-constructor)
};

class Match {
 public:
  Match() = default;
  explicit Match(const std::cmatch& match) {
    for (std::size_t i = 0; i < match.size(); ++i) {
      groups_.push_back({match.str(i), static_cast<std::size_t>(match.position(i))});
    }
  }
  const Group& operator[](std::size_t group) const { return groups_.at(group); }
  const std::string& str(std::size_t group) const { return groups_.at(group).text; }
  std::size_t position(std::size_t group) const { return groups_.at(group).at; }
  std::size_t length(std::size_t group) const { return groups_.at(group).text.size(); }

 private:
  std::vector<Group> groups_;
};

inline bool RegexMatch(const char* begin, const char* end, Match& match, const Regex& regex) {
  std::cmatch found;
  const bool is_match = std::regex_match(begin, end, found, regex.get());
  match = Match(found);
  return is_match;
}
inline bool RegexMatch(const std::string& text, Match& match, const Regex& regex) {
  return RegexMatch(text.data(), text.data() + text.size(), match, regex);
}
inline bool RegexMatch(const std::string& text, const Regex& regex) {
  return std::regex_match(text, regex.get());
}
inline bool RegexSearch(const std::string& text, Match& match, const Regex& regex) {
  std::cmatch found;
  const bool is_match =
      std::regex_search(text.data(), text.data() + text.size(), found, regex.get());
  match = Match(found);
  return is_match;
}
inline std::vector<Match> RegexFindAll(const std::string& text, const Regex& regex) {
  std::vector<Match> all;
  const std::cregex_iterator end;
  for (std::cregex_iterator at(text.data(), text.data() + text.size(), regex.get()); at != end;
       ++at) {
    all.emplace_back(*at);
  }
  return all;
}

}  // namespace mlops_httplib_regex

namespace duckdb_re2 = mlops_httplib_regex;
