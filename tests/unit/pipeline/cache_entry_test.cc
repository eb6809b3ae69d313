#include "pipeline/cache_entry.h"

#include <catch2/catch.hpp>

using namespace mlops;
using namespace mlops::pipeline;

namespace {

Instance instance() {
  Instance made;
  made.outs = {{"", "model.bin", OutKind::data, false, true},
               {"", "data/out", OutKind::data, false, false}};
  return made;
}

CacheEntry entry() {
  CacheEntry made;
  made.parts = {{"command", "4:true,"}, {"dep \xff", "x"}};
  made.environment = "e";
  made.grade = "strong";
  made.run_id = "20260101-000000-abcd";
  made.outs = {{"model.bin", {"", store::EntryKind::file, 3, 1, {}}, store::ObjectId{}},
               {"data/out", {"", store::EntryKind::directory, 5, 2, {}}, std::nullopt}};
  return made;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

bool is_miss(const std::string& text) {
  return !decode_cache_entry(text, instance());
}

}  // namespace

TEST_CASE("a cached result reads back as it was, its outs in the order of the declaration") {
  auto swapped = entry();
  std::swap(swapped.outs[0], swapped.outs[1]);
  const auto read = decode_cache_entry(encode_cache_entry(swapped), instance());
  REQUIRE(read);
  CHECK(encode_cache_entry(*read) == encode_cache_entry(entry()));
  CHECK(read->outs[0].root);
  CHECK_FALSE(read->outs[1].root);
}

TEST_CASE("a cached result that is damaged, or of other outs, is a miss") {
  const auto text = encode_cache_entry(entry());
  CHECK_FALSE(is_miss(text));
  CHECK(is_miss(""));
  CHECK(is_miss("[]"));
  CHECK(is_miss(replaced(text, "\"version\":1", "\"version\":2")));
  CHECK(is_miss(replaced(text, "\"model.bin\"", "\"other\"")));
  CHECK(is_miss(replaced(text, "\"kind\":1", "\"kind\":9")));
  auto one = entry();
  one.outs.pop_back();
  CHECK(is_miss(encode_cache_entry(one)));
}

TEST_CASE("counts of a cached result are whole numbers that are not negative") {
  const auto text = encode_cache_entry(entry());
  for (const std::string bad : {"-1", "1.5", "1e300", "\"3\"", "null", "true"}) {
    INFO(bad);
    CHECK(is_miss(replaced(text, "\"size\":3", "\"size\":" + bad)));
    CHECK(is_miss(replaced(text, "\"files\":1", "\"files\":" + bad)));
    CHECK(is_miss(replaced(text, "\"kind\":1", "\"kind\":" + bad)));
  }
}
