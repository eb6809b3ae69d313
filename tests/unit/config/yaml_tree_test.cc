#include "config/yaml_tree.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "unit/config/refusal.h"

using namespace mlops::config;
using mlops::test::refusal_of;
using nlohmann::json;

namespace {

YamlNode tree(const std::string& text) {
  return parse_yaml_tree(text, "d.yaml", {1000, 8});
}

std::string refusal(const std::string& text) {
  return refusal_of([&] { tree(text); }).message;
}

}  // namespace

TEST_CASE("a tree keeps the order of keys, and the line of each value", "[yaml]") {
  const YamlNode top = tree("z: 1\na:\n  - x\n  -\n    - 2.5\nm: {k: true,\n  e: ~}\n");
  CHECK(top.keys == std::vector<std::string>{"z", "a", "m"});
  CHECK(top.find("z")->line == 1);
  const YamlNode& list = *top.find("a");
  CHECK(list.line == 2);
  REQUIRE(list.children.size() == 2);
  CHECK(list.children[0].line == 3);
  CHECK(*list.children[0].text() == "x");
  CHECK(list.children[1].kind == YamlNode::Kind::list);
  const YamlNode& table = *top.find("m");
  CHECK(table.find("k")->line == 6);
  CHECK(*table.find("k")->boolean());
  CHECK(table.find("e")->line == 7);
  CHECK(table.find("e")->is_null());
  CHECK(table.find("x") == nullptr);
  CHECK(table.find("k")->text() == nullptr);
  CHECK(top.to_json() ==
        json::parse(R"({"z": 1, "a": ["x", [2.5]], "m": {"k": true, "e": null}})"));
  CHECK(tree("").kind == YamlNode::Kind::table);
  CHECK(tree("a: &x [1]\nb: *x\n").find("b")->line == 2);
}

TEST_CASE("a tree is bounded", "[yaml]") {
  CHECK(refusal("a: 1\na: 2\n") == "d.yaml:2: duplicate key 'a'");
  CHECK(refusal("- a\n") == "d.yaml:1: the top must be a table");
  CHECK(refusal("a: [[[[[[[[1]]]]]]]]\n") == "d.yaml:1: nested too deeply");
  CHECK(refusal("a: 1\n---\nb: 2\n") == "d.yaml: holds more than one YAML document");
  CHECK(refusal("a: &x 1\n<<: *x\n").find("merge keys") != std::string::npos);
  CHECK(refusal(std::string(1001, '#')).find("larger than") != std::string::npos);
  std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c < 'i'; ++c) {
    const std::string before(1, static_cast<char>(c - 1));
    bomb += std::string(1, c) + ": &" + c + " [*" + before + ",*" + before + ",*" + before + ",*" +
            before + ",*" + before + ",*" + before + ",*" + before + "]\n";
  }
  CHECK(refusal(bomb).find("too many values") != std::string::npos);
}
