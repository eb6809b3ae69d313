#include <chrono>
#include <string>

#include <catch2/catch.hpp>

#include "base/text.h"

using mlops::glob_match;

namespace {

struct GlobCase {
  const char* pattern;
  const char* text;
  bool matches;
};

}  // namespace

TEST_CASE("glob_match follows its table") {
  const GlobCase c = GENERATE(values<GlobCase>({
      {"", "", true},
      {"", "a", false},
      {"a", "a", true},
      {"a", "b", false},
      {"a", "ab", false},
      {"*", "", true},
      {"*", "abc", true},
      {"*", "a/b", false},
      {"*.csv", "train.csv", true},
      {"*.csv", ".csv", true},
      {"*.csv", "data/train.csv", false},
      {"data/*.csv", "data/train.csv", true},
      {"data/*.csv", "data/x/train.csv", false},
      {"?", "a", true},
      {"?", "", false},
      {"?", "/", false},
      {"?", "\xC3\xA4", true},  // one character of two bytes
      {"?", "\xFF", true},      // one byte that is no UTF-8
      {"??", "\xC3\xA4", false},
      {"**", "", true},
      {"**", "a/b/c", true},
      {"a/**", "a/b/c", true},
      {"a/**", "a", false},
      {"**/x", "x", true},
      {"**/x", "a/x", true},
      {"**/x", "a/b/x", true},
      {"**/x", "ax", false},
      {"a/**/b", "a/b", true},
      {"a/**/b", "a/x/b", true},
      {"a/**/b", "a/x/y/b", true},
      {"a/**/b", "a/xb", false},
      {"a**b", "a/x/b", true},
      {"**/*.txt", "a/b.txt", true},
      {"**/*.txt", "b.txt", true},
      {"[abc]", "b", true},
      {"[abc]", "d", false},
      {"[a-c]x", "bx", true},
      {"[a-c]x", "dx", false},
      {"[!a-c]", "d", true},
      {"[!a-c]", "b", false},
      {"[^a-c]", "d", true},
      {"[!a]", "/", false},
      {"[/]", "/", false},
      {"[]a]", "]", true},
      {"[]a]", "a", true},
      {"[a-]", "-", true},
      {"[\\]]", "]", true},
      {"[\\a-c]", "b", true},
      {"[\xC3\xA0-\xC3\xBC]", "\xC3\xA4", true},
      {"[", "[", true},
      {"[a", "[a", true},
      {"[a", "a", false},
      {"[\\", "[\\", true},
      {"\\*", "*", true},
      {"\\*", "a", false},
      {"\\\\", "\\", true},
      {"\\", "\\", true},
      {"\xFF", "\xFF", true},
      {"\xFF", "\xFE", false},
      {"\xFF", "\xC3\xBF", false},
      {"*\n*", "a\nb", true},
      {"A", "a", false},
  }));
  INFO(c.pattern << " against " << c.text);
  CHECK(glob_match(c.pattern, c.text) == c.matches);
}

TEST_CASE("glob_match does not blow up on nested stars") {
  std::string pattern;
  for (int i = 0; i < 40; ++i) {
    pattern += "a*";
  }
  pattern += "b";
  const std::string text(2000, 'a');
  std::string deep;
  for (int i = 0; i < 40; ++i) {
    deep += "**/";
  }
  deep += "b";
  std::string path;
  for (int i = 0; i < 500; ++i) {
    path += "a/";
  }
  const auto started = std::chrono::steady_clock::now();
  CHECK_FALSE(glob_match(pattern, text));
  CHECK_FALSE(glob_match(deep, path));
  // A backtracking matcher needs longer than the universe is old.
  CHECK(std::chrono::steady_clock::now() - started < std::chrono::seconds(20));
}

TEST_CASE("is_glob tells patterns from names") {
  CHECK(mlops::is_glob("*.csv"));
  CHECK(mlops::is_glob("a?"));
  CHECK(mlops::is_glob("[ab]"));
  CHECK(mlops::is_glob("\\*"));
  CHECK_FALSE(mlops::is_glob("data/train.csv"));
  CHECK_FALSE(mlops::is_glob("a\\b"));
  CHECK_FALSE(mlops::is_glob(""));
}
