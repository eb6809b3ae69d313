#include "config/params.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "unit/config/refusal.h"

using mlops::config::canonical_json;
using mlops::config::Params;
using mlops::test::Refusal;
using mlops::test::refusal_of;
using nlohmann::json;

namespace {

Refusal merge_refusal(const std::string& text, const std::string& file) {
  return refusal_of([&] { Params().merge_text(text, file); });
}

json merged(const std::string& text, const std::string& file) {
  Params params;
  params.merge_text(text, file);
  return params.all();
}

}  // namespace

TEST_CASE("the three formats give the same values", "[params]") {
  const auto expected =
      json::parse(R"({"train": {"lr": 0.1, "layers": [1, 2], "on": true, "name": "x"}, "n": 3})");
  CHECK(merged("n = 3\n[train]\nlr = 0.1\nlayers = [1, 2]\non = true\nname = 'x'\n", "p.toml") ==
        expected);
  CHECK(merged(R"({"n": 3, "train": {"lr": 1e-1, "layers": [1, 2], "on": true, "name": "x"}})",
               "p.json") == expected);
  CHECK(merged("n: 3\ntrain:\n  lr: 0.1\n  layers: [1, 2]\n  on: true\n  name: x\n", "p.YML") ==
        expected);
  CHECK(merge_refusal("", "p.txt").message ==
        "parameter file 'p.txt' must end in .toml, .json, .yaml or .yml");
}

TEST_CASE("later files win key by key; arrays are replaced whole", "[params]") {
  Params params;
  params.merge_text("a.x = 1\na.y = 2\nl = [1, 2, 3]\n", "1.toml");
  params.merge_text(R"({"a": {"y": 5}, "l": [9]})", "2.json");
  CHECK(params.all() == json::parse(R"({"a": {"x": 1, "y": 5}, "l": [9]})"));
  params.merge_text("a: 7\n", "3.yaml");
  CHECK(*params.find("a") == 7);
  CHECK(params.find("a.x") == nullptr);
}

TEST_CASE("set reads TOML values, else strings", "[params]") {
  Params params;
  params.set("train.lr=0.1");
  params.set("train.n = 3");
  params.set("train.opt=adam");
  params.set("train.s='3'");
  params.set("train.l=[1, 2]");
  params.set("train.eq=a=b");
  params.set("train.empty=");
  params.set("x=1\ny = 2");
  CHECK(params.find("train.lr")->is_number_float());
  CHECK(params.find("train.n")->is_number_integer());
  CHECK(*params.find("train.opt") == "adam");
  CHECK(*params.find("train.s") == "3");
  CHECK(*params.find("train.l") == json::parse("[1, 2]"));
  CHECK(*params.find("train.eq") == "a=b");
  CHECK(*params.find("train.empty") == "");
  CHECK(*params.find("x") == "1\ny = 2");
  CHECK(params.find("y") == nullptr);
  params.set("train=1");
  CHECK(*params.find("train") == 1);
}

TEST_CASE("set refuses what is no assignment, and nan", "[params]") {
  for (const auto* const bad : {"", "a", "=1", "a..b=1", ".a=1"}) {
    INFO(bad);
    CHECK(refusal_of([&] { Params().set(bad); }).kind == "usage");
  }
  std::string deep = "a";
  for (int i = 0; i < 100'000; ++i) {
    deep += ".a";
  }
  CHECK(refusal_of([&] { Params().set(deep + "=1"); }).kind == "usage");
  CHECK(refusal_of([&] { Params().set("a=nan"); }).kind == "config");
}

TEST_CASE("JSON: duplicate keys, large integers, depth and syntax name their line", "[params]") {
  CHECK(merge_refusal("{\"a\": 1,\n \"a\": 2}", "p.json").message == "p.json:2: duplicate key 'a'");
  CHECK(merge_refusal("{\"a\": {\"b\": 1, \"b\": 2}}", "p.json").kind == "config");
  CHECK(merge_refusal("{\n\"a\": 9223372036854775808}", "p.json").message ==
        "p.json:2: integer is beyond 64 bits");
  CHECK(merge_refusal("{\"a\": 123456789012345678901234567890}", "p.json").message ==
        "p.json:1: integer is beyond 64 bits");
  CHECK(merge_refusal("{\"a\": 1e999}", "p.json").kind == "config");
  CHECK(merge_refusal("{\"a\": NaN}", "p.json").kind == "config");
  CHECK(merge_refusal("{\"a\": \"\\u0000\"}", "p.json").message ==
        "p.json:1: contains a NUL character");
  CHECK(merge_refusal("{\"a\": \"\\ud800\"}", "p.json").kind == "config");
  CHECK(merge_refusal("{\n\n\"a\": }", "p.json").message.starts_with("p.json:3: not valid JSON"));
  CHECK(merge_refusal("{} {}", "p.json").kind == "config");
  CHECK(merge_refusal("", "p.json").kind == "config");
  CHECK(merge_refusal("[1]", "p.json").message ==
        "p.json:1: the top must be a table of names and values");
  CHECK(merge_refusal("{\"a\":" + std::string(100'000, '['), "p.json").message ==
        "p.json:1: nested too deeply");
  CHECK(merged("{\"a\": 9223372036854775807}", "p.json")["a"] == 9223372036854775807);
}

TEST_CASE("files beyond the limits or not UTF-8 are refused", "[params]") {
  for (const auto* const file : {"p.json", "p.yaml", "p.toml"}) {
    INFO(file);
    CHECK(merge_refusal(std::string((4U << 20U) + 1U, ' '), file).message.find("larger than") !=
          std::string::npos);
    CHECK(merge_refusal("\"\xff\"", file).message.find("not valid UTF-8") != std::string::npos);
    CHECK(merge_refusal(std::string("\0", 1), file).kind == "config");
  }
}

TEST_CASE("canonical text: sorted, tight, 1 and 1.0 apart, shortest numbers", "[params]") {
  CHECK(canonical_json(json::parse(R"({"b": [1, 1.0, -0.0], "a": {"z": null, "c": true}})")) ==
        R"({"a":{"c":true,"z":null},"b":[1,1.0,-0.0]})");
  CHECK(canonical_json(0.1) == "0.1");
  CHECK(canonical_json(1e22) == "1e+22");
  CHECK(canonical_json(5e-324) == "5e-324");
  CHECK(canonical_json(100000.0) == "1e+05");
  CHECK(canonical_json("1") == "\"1\"");
  CHECK(canonical_json("é\n\"") == "\"é\\n\\\"\"");
  CHECK(canonical_json(json::object()) == "{}");
  CHECK(refusal_of([] { canonical_json(json(1.0 / 0.0)); }).kind == "config");
}

TEST_CASE("copies of parameters are independent", "[params]") {
  Params first;
  first.set("a=1");
  Params second = first;
  second.set("a=2");
  CHECK(*first.find("a") == 1);
  first = second;
  CHECK(*first.find("a") == 2);
}
