#include "report/json_bytes.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace mlops::report::test {

using Json = nlohmann::ordered_json;

TEST_CASE("records in UTF-8 stay as they are") {
  const Json record{{"path", "d\u00e9"}, {"list", {"a", 1}}, {"none", nullptr}};
  Json spelt = record;
  spell_bytes(spelt);
  CHECK(spelt == record);
}

TEST_CASE("two names that differ in bytes stay apart, and the bytes can be had back") {
  Json record{{"path", "a\xff"}, {"size", 1}};
  Json other{{"path", "a\xfe"}, {"size", 1}};
  spell_bytes(record);
  spell_bytes(other);
  CHECK(record.dump() == R"({"path":"a\\xff","path_hex":"61ff","size":1})");
  CHECK(other["path"] != record["path"]);
  Json literal{{"path", "a\\xff"}};
  spell_bytes(literal);
  CHECK(literal["path"] == record["path"]);
  CHECK_FALSE(literal.contains("path_hex"));
}

TEST_CASE("bytes deeper down, in lists and in keys are told too") {
  Json record{{"files", {{{"path", "\xff"}}}}, {"staged", {"ok", "\xfe"}}, {"\xfd", 1}};
  spell_bytes(record);
  CHECK(record["files"][0]["path_hex"] == "ff");
  CHECK(record["staged"] == Json{"ok", "\\xfe"});
  CHECK(record["staged_hex"] == Json{nullptr, "fe"});
  CHECK(record["\\xfd"] == 1);
  CHECK_NOTHROW(record.dump());
}

}  // namespace mlops::report::test
