#include "workspace/ignore_rules.h"

#include <algorithm>
#include <random>
#include <set>
#include <string>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "workspace/ignored_paths.h"
#include "workspace/tracked_data.h"
#include "workspace/tree_scan.h"
#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

using Kind = IgnoreRules::Kind;

bool ignores(std::string_view rules, std::string_view path, Kind kind = Kind::other) {
  const auto match = IgnoreRules(rules).find(path, kind);
  return match && match->verdict == IgnoreRules::Verdict::ignored;
}

TEST_CASE("the last rule that matches decides, and is known by its line") {
  const IgnoreRules rules("# text\n\n*.tmp\n!keep.tmp\n");
  CHECK(rules.find("a.tmp", Kind::other)->line == 3);
  CHECK(rules.find("d/keep.tmp", Kind::other)->line == 4);
  CHECK(rules.find("d/keep.tmp", Kind::other)->verdict == IgnoreRules::Verdict::kept);
  CHECK_FALSE(rules.find("a.csv", Kind::other));
}

TEST_CASE("rules are for names, for paths or for directories") {
  CHECK(ignores("x", "a/b/x"));
  CHECK(ignores("/x", "x"));
  CHECK_FALSE(ignores("/x", "a/x"));
  CHECK_FALSE(ignores("a/x", "b/a/x"));
  CHECK(ignores("x/", "x", Kind::directory));
  CHECK_FALSE(ignores("x/", "x"));
  CHECK(ignores("a/**/x", "a/x"));
  CHECK(ignores("a/**/x", "a/b/c/x"));
  CHECK_FALSE(ignores("a/*/x", "a/b/c/x"));
  CHECK_FALSE(ignores("X", "x"));
}

TEST_CASE("a broken rule matches nothing") {
  for (const char* rule :
       {"[", "[a", "a[!", "x\\", "[[:nonsense:]]", "[[:alpha:]", "[\\", "[a-\\", "!", "/"}) {
    CAPTURE(rule);
    for (const char* path : {"[", "a", "x", "x\\", "\\", "-", "!", "[a"}) {
      CHECK_FALSE(IgnoreRules(rule).find(path, Kind::directory));
    }
  }
}

std::string repeat(std::string_view piece, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) {
    all += piece;
  }
  return all;
}

TEST_CASE("no rules take more steps than their length times that of the path") {
  const std::string path = std::string(4000, 'a') + 'b';
  const auto steps_of = [&](const std::string& rules) {
    std::uint64_t steps = 0;
    CHECK_FALSE(IgnoreRules(rules).find(path, Kind::other, &steps));
    return steps;
  };
  CHECK(steps_of(repeat("*a", 31) + "c*d") < 70 * path.size());
  CHECK(steps_of("**/" + std::string(3000, '*') + "/q/**/**/**/**/z") < 20 * path.size());
  // As many as a file may have.
  const std::string worst = repeat(repeat("*a", 30) + "*?c*\n", 100);
  CHECK(steps_of(worst) <= kMaxIgnoreRuleSteps * path.size());
  // What no way is open for costs nothing more.
  CHECK(steps_of("b" + std::string(4000, '?')) == 0);
  CHECK(steps_of("a?" + repeat("x*y", 30) + "*") < 10);
}

TEST_CASE("rules beyond the bounds are refused with file and line") {
  const auto problem_of = [](const std::string& rules) {
    return full_text(error_of([&] { IgnoreRules(rules, "d/.mlopsignore"); }));
  };
  CHECK_THAT(problem_of("ok\n" + repeat("*a", 33)),
             Catch::Contains("'d/.mlopsignore':2: a rule has at most 32 stars"));
  CHECK_THAT(problem_of(std::string(4097, 'x')), Catch::Contains(":1: a rule has at most 4096"));
  CHECK_THAT(problem_of(repeat("x\n", 4097)), Catch::Contains(":4097: a file has at most 4096"));
  CHECK_THAT(problem_of(repeat("?" + std::string(4000, '?') + "\n", 3)),
             Catch::Contains(":3: the rules of a file have at most 8192"));
  CHECK_NOTHROW(IgnoreRules(repeat("x\n", 4096)));
  CHECK_NOTHROW(IgnoreRules("#" + repeat("*a", 2000)));
}

// ---- git is asked about the same rules and the same tree

using Random = std::mt19937;

std::string pick(Random& random, const std::vector<std::string>& from) {
  return from[random() % from.size()];
}

const std::vector<std::string>& names() {
  static const std::vector<std::string> all = {
      "a",    "b",    "ab", "abc",  "a.b", "foo", "foo.c", "Foo",      "1",
      "a b",  "a ",   "-",  "]",    "[a]", "\\",  "a\\b",  "!",        "#x",
      "\x0b", "\xff", "\t", "a\nb", "\r",  "*",   "**",    "\xc3\xa9", "_"};
  return all;
}

std::string random_pattern(Random& random) {
  static const std::vector<std::string> pieces = {
      "a",     "b",           "foo",   "*",           "*",
      "**",    "/",           "/",     "?",           "[a-c]",
      "[!a]",  "[^b-",        "]",     "\\",          " ",
      ".c",    "[[:alpha:]",  "]",     "[]a]",        "[a-\\c",
      "!",     "[[:space:]]", "#",     "\r",          "**/",
      "/**",   "[\\]]",       "[--a]", "[[:punct:]]", "[[:cntrl:]]",
      "[[a:]", "\\*",         "\xff",  "[\x80-\xff]", "[[:graph:]_]",
      "\\ ",   "/**/",        "F",     "[A-z]",       "[a-]",
      "x"};
  std::string pattern = random() % 6 == 0 ? "!" : "";
  const std::size_t count = 1 + random() % 5;
  for (std::size_t i = 0; i < count; ++i) {
    pattern += random() % 3 == 0 ? pick(random, names()) : pick(random, pieces);
  }
  pattern += random() % 5 == 0 ? "/" : "";
  return pattern;
}

std::string random_rules(Random& random) {
  std::string rules = random() % 10 == 0 ? "\xef\xbb\xbf" : "";
  const std::size_t count = 1 + random() % 5;
  for (std::size_t i = 0; i < count; ++i) {
    rules += random_pattern(random) + pick(random, {"\n", "\n", "\n", "\r\n", " \n", "\\ \n"});
  }
  return random() % 4 == 0 ? rules + "a*" : rules;
}

/// Files in the tree that our scan sets apart, those in ignored directories too.
void list_below(const fs::path& directory, const std::string& path, std::set<std::string>& out) {
  if (!fs::is_directory(directory / path)) {
    out.insert(path);
    return;
  }
  for (const auto& entry : fs::directory_iterator(directory / path)) {
    list_below(directory, path + "/" + entry.path().filename().string(), out);
  }
}

std::set<std::string> ignored_by_us(Fixture& f) {
  TrackedData tracked(f.space(), "xqz");
  const Scan scan = scan_tree(f.space().tree(), f.space().pool(), "xqz", &tracked, f.cancel);
  std::set<std::string> found;
  for (const ScannedDirectory& directory : scan.directories) {
    for (const ScannedEntry& entry : directory.ignored) {
      list_below(f.repo.path(), directory.path + "/" + entry.name, found);
    }
  }
  return found;
}

std::set<std::string> ignored_by_git(const Fixture& f) {
  const std::string text = f.repo.git({"ls-files",
                                       "--others",
                                       "--ignored",
                                       "--exclude-per-directory=.mlopsignore",
                                       "-z",
                                       "--",
                                       "xqz"});
  std::set<std::string> found;
  for (const std::string_view path : split(text, '\0')) {
    if (!path.empty()) {
      found.emplace(path);
    }
  }
  return found;
}

TEST_CASE("git ignores the same files by the same rules") {
  Random random(20'26);
  Fixture f;
  for (int round = 0; round < 60; ++round) {
    fs::remove_all(f / "xqz");
    std::vector<std::string> directories = {"xqz"};
    for (int i = 0; i < 6; ++i) {
      const std::string directory =
          directories[random() % directories.size()] + "/" + pick(random, names());
      if (!f.exists(directory)) {
        fs::create_directory(f / "xqz");
        fs::create_directories(f / directory);
        directories.push_back(directory);
      }
    }
    for (int i = 0; i < 60; ++i) {
      const std::string file =
          directories[random() % directories.size()] + "/" + pick(random, names());
      if (!f.exists(file)) {
        f.repo.write(file, "x");
      }
    }
    std::string rules;
    for (const std::string& place :
         {std::string(), pick(random, directories), directories.back()}) {
      const std::string text = random_rules(random);
      f.repo.write(place.empty() ? ".mlopsignore" : place + "/.mlopsignore", text);
      rules += fmt::format("{}:\n{}", place, text);
    }
    CAPTURE(round, quote(rules));
    // Git has no data sets: a rule against their directory hides all that is in it.
    const bool is_hidden = find_rule_against(f.space().tree(), "xqz", Kind::directory).has_value();
    std::set<std::string> all;
    list_below(f.repo.path(), "xqz", all);
    REQUIRE((is_hidden ? all : ignored_by_us(f)) == ignored_by_git(f));
  }
}

}  // namespace
}  // namespace mlops::workspace::test
