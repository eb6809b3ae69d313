#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "config/params.h"
#include "unit/config/refusal.h"

using mlops::config::Params;
using mlops::test::Refusal;
using mlops::test::refusal_of;
using nlohmann::json;

namespace {

json yaml(const std::string& text) {
  Params params;
  params.merge_text(text, "p.yaml");
  return params.all();
}

Refusal yaml_refusal(const std::string& text) {
  return refusal_of([&] { Params().merge_text(text, "p.yaml"); });
}

}  // namespace

TEST_CASE("plain scalars follow the core schema of YAML 1.2", "[params]") {
  CHECK(yaml("a: ~\nb: null\nc:\n") == json::parse(R"({"a": null, "b": null, "c": null})"));
  CHECK(yaml("a: true\nb: False\nc: yes\nd: no\ne: on\n") ==
        json::parse(R"({"a": true, "b": false, "c": "yes", "d": "no", "e": "on"})"));
  CHECK(yaml("a: 12\nb: -7\nc: +3\nd: 0o17\ne: 0xfF\nf: 017\n") ==
        json::parse(R"({"a": 12, "b": -7, "c": 3, "d": 15, "e": 255, "f": 17})"));
  CHECK(yaml("a: 1.5\nb: -.5\nc: 1.\nd: 1e3\ne: +1.5E-2\n") ==
        json::parse(R"({"a": 1.5, "b": -0.5, "c": 1.0, "d": 1000.0, "e": 0.015})"));
  CHECK(yaml("a: 1_000")["a"] == "1_000");
  CHECK(yaml("a: 12:30\nb: 1e\nc: .\nd: 2020-01-01\n") ==
        json::parse(R"({"a": "12:30", "b": "1e", "c": ".", "d": "2020-01-01"})"));
}

TEST_CASE("integers stay integers and numbers stay numbers", "[params]") {
  CHECK(yaml("a: 1")["a"].is_number_integer());
  CHECK(yaml("a: 1.0")["a"].is_number_float());
  CHECK(yaml("a: '1'")["a"].is_string());
  CHECK(yaml("a: \"true\"")["a"].is_string());
  CHECK(yaml("a: |\n  1\n")["a"] == "1\n");
}

TEST_CASE("core tags force a type; other tags are refused", "[params]") {
  CHECK(yaml("a: !!str 1")["a"] == "1");
  CHECK(yaml("a: !!float 1")["a"].is_number_float());
  CHECK(yaml("a: !!map {b: !!seq [1]}")["a"]["b"][0] == 1);
  CHECK(yaml_refusal("a: !!int x").message ==
        "p.yaml:1: tag 'tag:yaml.org,2002:int' does not fit 'x'");
  CHECK(yaml_refusal("a: !!python/object:os.system x").kind == "config");
  CHECK(yaml_refusal("a: !!binary x").kind == "config");
  CHECK(yaml_refusal("a: !mine [1]").kind == "config");
}

TEST_CASE("values that JSON cannot hold are refused with their line", "[params]") {
  CHECK(yaml_refusal("a: 1\nb: .nan\n").message ==
        "p.yaml:2: nan and inf are not parameter values");
  CHECK(yaml_refusal("a: -.inf\n").kind == "config");
  CHECK(yaml_refusal("a: 9223372036854775808\n").message == "p.yaml:1: integer is beyond 64 bits");
  CHECK(yaml_refusal("a: 0xffffffffffffffff\n").kind == "config");
  CHECK(yaml_refusal("a: 1e999\n").message == "p.yaml:1: number is out of range");
}

TEST_CASE("keys are plain texts, once each", "[params]") {
  CHECK(yaml_refusal("a: 1\nb: 2\na: 3\n").message == "p.yaml:3: duplicate key 'a'");
  CHECK(yaml_refusal("? [1, 2]\n: 3\n").message == "p.yaml:1: a key must be a text");
  CHECK(yaml_refusal("~: 1\n? \n: 2\n").kind == "config");
  CHECK(yaml("1: x\ntrue: y\n") == json::parse(R"({"1": "x", "true": "y"})"));
  CHECK(yaml_refusal("a: &x {b: 1}\nc:\n  <<: *x\n").message ==
        "p.yaml:3: merge keys ('<<') are not part of YAML 1.2");
}

TEST_CASE("aliases copy; a bomb of aliases does not go off", "[params]") {
  CHECK(yaml("a: &x [1, {b: 2}]\nc: *x\n") ==
        json::parse(R"({"a": [1, {"b": 2}], "c": [1, {"b": 2}]})"));
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; ++i) {
    const auto name = "a" + std::to_string(i);
    const auto below = "*a" + std::to_string(i - 1);
    bomb += name + ": &" + name + " [" + below;
    for (int k = 0; k < 8; ++k) {
      bomb += "," + below;
    }
    bomb += "]\n";
  }
  CHECK(yaml_refusal(bomb).kind == "config");
  // Few values, and much text.
  std::string text = "a: &a " + std::string(100'000, 'x') + "\nb: [*a";
  for (int i = 0; i < 20; ++i) {
    text += ", *a";
  }
  CHECK(yaml_refusal(text + "]\n").kind == "config");
  CHECK(yaml_refusal("a: &a [*a]\n").kind == "config");
  CHECK(yaml_refusal("a: *nobody\n").kind == "config");
}

TEST_CASE("YAML's nesting is bounded in flow and in blocks", "[params]") {
  CHECK(yaml_refusal("a: " + std::string(100'000, '[')).kind == "config");
  CHECK(yaml_refusal("a: " + std::string(100'000, '{')).kind == "config");
  std::string sequence = "a:\n";
  for (int i = 0; i < 20'000; ++i) {
    sequence += "- ";
  }
  CHECK(yaml_refusal(sequence + "x\n").kind == "config");
  std::string blocks;
  for (std::size_t i = 0; i < 1'000; ++i) {
    blocks += std::string(i, ' ') + "a:\n";
  }
  CHECK(yaml_refusal(blocks).kind == "config");
}

TEST_CASE("one document, its top a table; nothing at all is no parameter", "[params]") {
  CHECK(yaml("") == json::object());
  CHECK(yaml("# only a comment\n") == json::object());
  CHECK(yaml("---\na: 1\n") == json::parse(R"({"a": 1})"));
  CHECK(yaml_refusal("a: 1\n---\nb: 2\n").message == "p.yaml: holds more than one YAML document");
  CHECK(yaml_refusal("- 1\n").message == "p.yaml:1: the top must be a table of names and values");
  CHECK(yaml_refusal("a: [1\nb: 2\n").message.find("not valid YAML") != std::string::npos);
}
