#include "config/toml.h"

#include <limits>

#include <catch2/catch.hpp>

#include "support/temp_dir.h"
#include "unit/config/refusal.h"

using mlops::config::Limits;
using mlops::config::load_toml;
using mlops::config::parse_toml;
using mlops::config::Value;
using mlops::test::Refusal;
using mlops::test::refusal_of;

namespace {

Refusal parse_refusal(std::string_view text) {
  return refusal_of([&] { parse_toml(text, "f.toml"); });
}

std::string repeat(std::string_view part, std::size_t count) {
  std::string text;
  text.reserve(part.size() * count);
  for (std::size_t i = 0; i < count; ++i) {
    text += part;
  }
  return text;
}

}  // namespace

TEST_CASE("values have the type that the file gives them", "[toml]") {
  const auto table = parse_toml(
      "s = 'x'\ni = -3\nn = 1.5\nb = true\nd = 1979-05-27T07:32:00Z\na = [1, 'two']\n"
      "t = { k = 1 }\n",
      "f.toml");
  CHECK(table.require("s").as_string() == "x");
  CHECK(table.require("i").as_integer() == -3);
  CHECK(table.require("i").as_number() == -3.0);
  CHECK(table.require("n").as_number() == 1.5);
  CHECK(table.require("b").as_bool());
  CHECK(table.require("d").is(Value::Kind::datetime));
  CHECK(table.require("d").as_datetime() == "1979-05-27T07:32:00Z");
  CHECK(table.require("a").as_array().at(1).as_string() == "two");
  CHECK(table.require("t").as_table().find_integer("k") == 1);
  CHECK(table.find("absent") == std::nullopt);
  CHECK(table.find_strings("absent").empty());
}

TEST_CASE("a wrong type is named with file, line and key", "[toml]") {
  const auto table = parse_toml("\n[stage.train]\ncmd = 3\ndeps = ['a', 4]\n", "pipeline.toml");
  const auto train = table.find_table("stage")->find_table("train");
  CHECK(refusal_of([&] { train->find_string("cmd"); }).message ==
        "pipeline.toml:3: stage.train.cmd: must be a string, not an integer");
  CHECK(refusal_of([&] { train->find_strings("deps"); }).message ==
        "pipeline.toml:4: stage.train.deps[1]: must be a string, not an integer");
  CHECK(refusal_of([&] { train->require("outs"); }).message ==
        "pipeline.toml:2: stage.train: key 'outs' is missing");
  CHECK(refusal_of([&] { train->find_string("cmd"); }).kind == "config");
}

TEST_CASE("keys with odd characters are quoted in positions", "[toml]") {
  const auto table = parse_toml("[data.set.\"a b\"]\nremote = 1\n", "f");
  const auto inner = table.find_table("data")->find_table("set")->find_table("a b");
  CHECK(refusal_of([&] { inner->find_string("remote"); }).message ==
        "f:2: data.set.\"a b\".remote: must be a string, not an integer");
}

TEST_CASE("integers are not strings, numbers not integers, nan and inf not numbers", "[toml]") {
  const auto table = parse_toml("i = 1\nn = 1.0\nq = nan\nf = -inf\ns = '1'\n", "f");
  CHECK(refusal_of([&] { table.find_integer("n"); }).message ==
        "f:2: n: must be an integer, not a number");
  CHECK(refusal_of([&] { table.find_number("q"); }).message == "f:3: q: must be a finite number");
  CHECK(refusal_of([&] { table.find_number("f"); }).message == "f:4: f: must be a finite number");
  CHECK(refusal_of([&] { table.find_number("s"); }).message ==
        "f:5: s: must be a number, not a string");
  CHECK(refusal_of([&] { table.find_bool("i"); }).message ==
        "f:1: i: must be true or false, not an integer");
}

TEST_CASE("finish refuses the first key that nobody asked for, with a suggestion",
          "[toml][case-23]") {
  const auto table = parse_toml("schema = 1\nnam = 'x'\nzzz = 1\n", "f");
  table.find_integer("schema");
  table.find_string("name");
  const auto refusal = refusal_of([&] { table.finish(); });
  CHECK(refusal.message == "f:2: nam: unknown key");
  CHECK(refusal.hint.find("'name'") != std::string::npos);
  table.find_string("nam");
  const auto unlike = refusal_of([&] { table.finish(); });
  CHECK(unlike.message == "f:3: zzz: unknown key");
  CHECK(unlike.hint == "keys here: nam, name, schema");
  table.find("zzz");
  CHECK_NOTHROW(table.finish());
}

TEST_CASE("all handles of a table share what was asked for", "[toml]") {
  const auto table = parse_toml("[a]\nx = 1\ny = 2\n", "f");
  table.find_table("a")->find_integer("x");
  const auto again = table.find_table("a");
  CHECK(refusal_of([&] { again->finish(); }).message == "f:3: a.y: unknown key");
  table.require("a").as_table().find_integer("y");
  CHECK_NOTHROW(again->finish());
}

TEST_CASE("keys come in file order", "[toml]") {
  const auto table = parse_toml("z = 1\na = 2\n[m.k]\n[b]\n", "f");
  CHECK(table.keys() == std::vector<std::string>{"z", "a", "m", "b"});
  const auto inline_table = parse_toml("t = { z = 1, b = 2, a = 3 }\n", "f").find_table("t");
  CHECK(inline_table->keys() == std::vector<std::string>{"z", "b", "a"});
}

TEST_CASE("find_choice lists the choices", "[toml]") {
  const std::vector<std::string> choices{"never", "always"};
  const auto table = parse_toml("a = 'always'\nb = 'alway'\n", "f");
  CHECK(table.find_choice("a", choices) == "always");
  CHECK(table.find_choice("c", choices) == std::nullopt);
  const auto refusal = refusal_of([&] { table.find_choice("b", choices); });
  CHECK(refusal.message == "f:2: b: must be one of 'never', 'always', not 'alway'");
  CHECK(refusal.hint.find("'always'") != std::string::npos);
}

TEST_CASE("arrays of tables know their position", "[toml]") {
  const auto table = parse_toml("[[rule]]\nmax = 1\n[[rule]]\nmax = 'x'\n", "f");
  const auto rules = table.find_tables("rule");
  REQUIRE(rules.size() == 2);
  CHECK(rules[0].find_integer("max") == 1);
  CHECK(refusal_of([&] { rules[1].find_integer("max"); }).message ==
        "f:4: rule[1].max: must be an integer, not a string");
}

TEST_CASE("what is not TOML names the line", "[toml][case-23]") {
  for (const std::string bad : {"[&", "[.a]", "[[`", "[\n", "[]", "[[]]", "a.&=1"}) {
    INFO(bad);
    CHECK(parse_refusal(bad).message.starts_with("f.toml:1: not valid TOML"));
  }
  CHECK(parse_refusal("a = 1\nb =\n").message.starts_with("f.toml:2: not valid TOML"));
  CHECK(parse_refusal("a = 1\na = 2\n").message.starts_with("f.toml:2: not valid TOML"));
  CHECK(parse_refusal("[t]\nx = 1\n[t]\n").message.starts_with("f.toml:3: not valid TOML"));
  CHECK(parse_refusal("a = 'x\n").kind == "config");
  CHECK(parse_refusal("a = \"\\q\"\n").kind == "config");
}

TEST_CASE("integers: 2^63-1 is the largest, 2^63 is refused, -1 is read as it is",
          "[toml][case-23]") {
  const auto table = parse_toml("a = 9223372036854775807\nb = -1\n", "f");
  CHECK(table.find_integer("a") == std::numeric_limits<std::int64_t>::max());
  CHECK(table.find_integer("b") == -1);
  CHECK(parse_refusal("a = 9223372036854775808\n").message.starts_with("f.toml:1: "));
  CHECK(parse_refusal("a = 1" + std::string(100'000, '0') + "\n").kind == "config");
}

TEST_CASE("CRLF is a line break; a CR alone is refused", "[toml][case-23]") {
  const auto table = parse_toml("a = 1\r\nb = 2\r\n", "f");
  CHECK(table.find_integer("b") == 2);
  CHECK(parse_refusal("a = 1\nb = 2\rc = 3\n").message ==
        "f.toml:2: carriage return without a line feed");
  CHECK(parse_refusal("a = 1\r").message == "f.toml:1: carriage return without a line feed");
}

TEST_CASE("NUL, control characters and broken UTF-8 are refused", "[toml][case-23]") {
  CHECK(parse_refusal(std::string("a = 1\nb = 'x\0y'\n", 16)).message ==
        "f.toml:2: control character 0x00");
  CHECK(parse_refusal("a = '\x1b[31m'\n").message == "f.toml:1: control character 0x1b");
  CHECK(parse_refusal("a = '\x7f'\n").message == "f.toml:1: control character 0x7f");
  CHECK(parse_refusal("a = 1\n\nb = '\xff'\n").message == "f.toml:3: not valid UTF-8");
  CHECK(parse_refusal("a = '\xed\xa0\x80'\n").message == "f.toml:1: not valid UTF-8");
  CHECK(parse_refusal("x = 1\na = \"p\\u0000q\"\n").message ==
        "f.toml:2: a: contains a NUL character");
  CHECK(parse_refusal("\"k\\u0000\" = 1\n").message.find("NUL") != std::string::npos);
}

TEST_CASE("characters beyond ASCII stand in strings and comments, and are refused elsewhere",
          "[toml]") {
  CHECK(parse_toml("a = \"\"\"x\\\n  \u00e9\"\"\" # \u00e9\n", "f.toml").require("a").as_string() ==
        "x\u00e9");
  for (const std::string bad :
       {"\u00e9 = 1\n", "a\u01dd = 1\n", "a = 1\u00a0\n", "a = \u00e9\n", "[\u2e80]\n"}) {
    INFO(bad);
    CHECK(parse_refusal(bad).kind == "config");
  }
}

TEST_CASE("100 MB are refused before they are looked at", "[toml][case-23]") {
  const std::string large(100U << 20U, '#');
  CHECK(parse_refusal(large).message.starts_with("f.toml: larger than 4"));
  CHECK(refusal_of([&] {
          parse_toml("aaaa = 1", "f", Limits{7, 32});
        }).message.starts_with("f: larger than 7"));
  CHECK_NOTHROW(parse_toml("aaaa = 1", "f", Limits{8, 32}));
}

TEST_CASE("nesting is bounded before the parser recurses", "[toml][case-23]") {
  const std::size_t deep = 100'000;
  CHECK(parse_refusal("a = " + repeat("[", deep) + repeat("]", deep)).message ==
        "f.toml:1: nested deeper than 32 levels");
  CHECK(parse_refusal("a = " + repeat("{a=", deep)).message ==
        "f.toml:1: nested deeper than 32 levels");
  CHECK(parse_refusal("b = 1\n[" + repeat("a.", deep) + "a]\n").message ==
        "f.toml:2: nested deeper than 32 levels");
  CHECK(parse_refusal(repeat("a.", deep) + "a = 1\n").kind == "config");
  CHECK(parse_refusal(repeat("a . ", deep) + "a = 1\n").kind == "config");
  CHECK(parse_refusal(repeat("'a'.", deep) + "a = 1\n").kind == "config");
  CHECK(parse_refusal("a = " + repeat("[\n", deep)).kind == "config");
}

TEST_CASE("depth counts headers, dotted keys and values together", "[toml]") {
  const Limits limits{1U << 20U, 4};
  CHECK_NOTHROW(parse_toml("a.b.c.d = 1\n", "f", limits));
  CHECK(refusal_of([&] { parse_toml("[a.b]\nc.d.e = 1\n", "f", limits); }).message ==
        "f:2: a.b.c.d.e: nested too deeply");
  CHECK(refusal_of([&] { parse_toml("[a.b.c]\nd = [[1]]\n", "f", limits); }).kind == "config");
}

TEST_CASE("load_toml says which file does not exist", "[toml]") {
  const mlops::test::TempDir dir;
  CHECK(refusal_of([&] { load_toml((dir / "no.toml").string(), "no.toml"); }).message ==
        "'no.toml' does not exist");
  mlops::test::write_file(dir / "yes.toml", "a = 1\n");
  CHECK(load_toml((dir / "yes.toml").string(), "yes.toml").find_integer("a") == 1);
}

TEST_CASE("strings and keys written by us are read back as they were", "[toml]") {
  std::string all;
  for (int c = 1; c < 128; ++c) {
    all += static_cast<char>(c);
  }
  for (const auto& text : {all,
                           std::string("é \u202e 漢"),
                           std::string("\"\\\"\"\""),
                           std::string(),
                           std::string("a.b"),
                           std::string("\r\n")}) {
    const auto document =
        mlops::config::toml_key(text) + " = " + mlops::config::toml_string(text) + "\n";
    const auto table = parse_toml(document, "f");
    CHECK(table.keys() == std::vector<std::string>{text});
    CHECK(table.find_string(text) == text);
  }
  CHECK(mlops::config::toml_key("a-b_1") == "a-b_1");
  CHECK(mlops::config::toml_key("a.b") == "\"a.b\"");
}
