#include "base/suggest.h"

#include <chrono>
#include <vector>

#include <catch2/catch.hpp>

using mlops::edit_distance;
using mlops::suggest;

TEST_CASE("edit_distance counts inserts, deletes, changes and swaps") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("satus", "status") == 1);
  CHECK(edit_distance("sattus", "status") == 1);
  CHECK(edit_distance("ab", "ba") == 1);
  CHECK(edit_distance("abc", "abc") == 0);
}

TEST_CASE("suggest finds likely slips only") {
  const std::vector<std::string> commands{"checkout", "status", "add", "diff", "fsck"};
  CHECK(suggest("stauts", commands) == "status");
  CHECK(suggest("chekout", commands) == "checkout");
  CHECK(suggest("ad", commands) == "add");
  CHECK(suggest("DIFF", commands) == "diff");
  CHECK_FALSE(suggest("zebra", commands).has_value());
  CHECK_FALSE(suggest("x", commands).has_value());
  CHECK_FALSE(suggest("", commands).has_value());
  CHECK_FALSE(suggest("status", std::vector<std::string>{}).has_value());
}

TEST_CASE("of two candidates the closer one wins, of equal ones the first") {
  const std::vector<std::string> names{"staging", "stages", "stage"};
  CHECK(suggest("stagee", names) == "stages");
  CHECK(suggest("stage", names) == "stage");
}

TEST_CASE("a hostile name costs nothing") {
  const std::string huge(4U << 20U, 'a');
  const std::vector<std::string> candidates{huge, "status"};
  const auto started = std::chrono::steady_clock::now();
  CHECK_FALSE(suggest(huge, candidates).has_value());
  CHECK_FALSE(suggest("aaaa", candidates).has_value());
  CHECK(std::chrono::steady_clock::now() - started < std::chrono::seconds(2));
}

TEST_CASE("did_you_mean is a question or nothing, and escapes") {
  const std::vector<std::string> names{"pre\033pare"};
  CHECK(mlops::did_you_mean("prepare", names) == "did you mean 'pre\\x1bpare'?");
  CHECK(mlops::did_you_mean("zzz", names).empty());
}
