#include "config/toml_scan.h"

#include <catch2/catch.hpp>

#include "unit/config/refusal.h"

using mlops::config::Limits;
using mlops::config::scan_statements;
using mlops::config::split_toml_key;
using mlops::config::TomlStatement;
using mlops::test::refusal_of;

TEST_CASE("brackets within strings and comments are no nesting", "[toml]") {
  const Limits limits{1U << 20U, 2};
  for (const auto* const text : {"a = '[[[[[['\n",
                                 "a = \"[[[\\\"[[[\"\n",
                                 "# [[[[[[[\na = 1\n",
                                 "a = '''\n[[[[[\n'''\n",
                                 "a = \"\"\"[[[\"\"[[[\"\"\"\"\"\n",
                                 "a = 1.5 # ......\n",
                                 "'a.b.c.d.e' = 1\n"}) {
    INFO(text);
    CHECK_NOTHROW(mlops::config::check_toml_text(text, "f", limits));
    CHECK_NOTHROW(mlops::config::parse_toml(text, "f", limits));
  }
  CHECK(refusal_of([&] {
          mlops::config::check_toml_text("a = '''x'''\nb = [[[1]]]\n", "f", limits);
        }).message == "f:2: nested deeper than 2 levels");
  CHECK(refusal_of([&] {
          mlops::config::check_toml_text("a = \"\"\"x\"\"\"\"\"\nb = [[[1]]]\n", "f", limits);
        }).message == "f:2: nested deeper than 2 levels");
}

TEST_CASE("statements are found with their byte ranges", "[toml]") {
  const std::string text =
      "# head\n\nschema = 1 # one\n[data.\"a.b\"]\r\nx  = [ 1, # in\n  ']' ] # after\n"
      "[[r]]\ny.z = '''\n[no]\n'''\nlast = \"#\"";
  const auto found = scan_statements(text, "f");
  REQUIRE(found.size() == 6);
  const auto value = [&](std::size_t i) {
    return text.substr(found[i].value_begin, found[i].value_end - found[i].value_begin);
  };
  CHECK(found[0].key == std::vector<std::string>{"schema"});
  CHECK(value(0) == "1");
  CHECK(text.substr(found[0].begin, found[0].end - found[0].begin) == "schema = 1 # one\n");
  CHECK(found[1].kind == TomlStatement::Kind::header);
  CHECK(found[1].key == std::vector<std::string>{"data", "a.b"});
  CHECK(value(2) == "[ 1, # in\n  ']' ]");
  CHECK(found[3].kind == TomlStatement::Kind::array_header);
  CHECK(found[4].key == std::vector<std::string>{"y", "z"});
  CHECK(value(4) == "'''\n[no]\n'''");
  CHECK(value(5) == "\"#\"");
  CHECK(found[5].end == text.size());
}

TEST_CASE("offsets count a byte order mark", "[toml]") {
  const std::string text =
      "\xef\xbb\xbf"
      "a = 1\n";
  const auto found = scan_statements(text, "f");
  REQUIRE(found.size() == 1);
  CHECK(text.substr(found[0].value_begin, found[0].value_end - found[0].value_begin) == "1");
}

TEST_CASE("dotted keys are split as TOML writes them", "[toml]") {
  CHECK(split_toml_key("a.\"b.c\" . 'd'") == std::vector<std::string>{"a", "b.c", "d"});
  CHECK(split_toml_key("\"\\u00e9\"") == std::vector<std::string>{"é"});
  for (const auto* const bad : {"", "a.", ".a", "a b", "a=1", "\"a", "a\nb"}) {
    INFO(bad);
    CHECK(refusal_of([&] { split_toml_key(bad); }).kind == "config");
  }
}
