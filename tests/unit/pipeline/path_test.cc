#include "pipeline/path.h"

#include <catch2/catch.hpp>

using namespace mlops::pipeline;

TEST_CASE("paths are brought into one form") {
  CHECK(normal_path("./a//b/") == "a/b");
  CHECK(normal_path(".") == ".");
  CHECK(normal_path("a") == "a");
}

TEST_CASE("paths that leave the repository or touch git are refused") {
  for (const auto* path : {"",
                           "/etc/passwd",
                           "../x",
                           "a/../../x",
                           "~/x",
                           "s3://b/k",
                           ".git/config",
                           "a/.GIT/hooks",
                           ".mlops/config.toml"}) {
    CAPTURE(path);
    CHECK_FALSE(path_problem(path).empty());
  }
  CHECK_FALSE(path_problem(std::string("a\0b", 3)).empty());
  CHECK_FALSE(path_problem(std::string(5000, 'a')).empty());
  for (const auto* path : {"a", "a/b c", "a/'\"$(x)", "a\nb", "..a/b..", "a/.gitkeep"}) {
    CAPTURE(path);
    CHECK(path_problem(path).empty());
  }
}

TEST_CASE("patterns are checked as paths are") {
  CHECK(glob_problem("src/**/*.py").empty());
  CHECK(glob_problem("[ab]/c").empty());
  CHECK_FALSE(glob_problem("../*.py").empty());
  CHECK_FALSE(glob_problem("/etc/*").empty());
  CHECK_FALSE(glob_problem("a/[b").empty());
  CHECK_FALSE(glob_problem("*.py\\").empty());
  CHECK_FALSE(glob_problem(".git/*").empty());
}

TEST_CASE("a pattern knows which directories it reaches into") {
  CHECK(literal_prefix("src/*/a.py") == "src");
  CHECK(literal_prefix("*.py").empty());
  CHECK(glob_reaches_into("data/*/x.csv", "data/clean"));
  CHECK(glob_reaches_into("**/x.csv", "data/clean"));
  CHECK_FALSE(glob_reaches_into("data/*", "data/clean"));
  CHECK_FALSE(glob_reaches_into("other/*/x", "data/clean"));
  CHECK(is_same_or_inside("a/b", "a"));
  CHECK(is_same_or_inside("a", "a"));
  CHECK(is_same_or_inside("a", "."));
  CHECK_FALSE(is_same_or_inside("ab", "a"));
}
