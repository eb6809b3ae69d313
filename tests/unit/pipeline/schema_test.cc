#include "pipeline/schema.h"

#include <map>
#include <set>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "config/toml.h"
#include "pipeline/pipeline.h"
#include "support/temp_dir.h"

using namespace mlops;
using namespace mlops::pipeline;
using nlohmann::json;

namespace {

/// Where a table of the format stands in a file, as a JSON pointer.
const std::map<std::string_view, std::string> kPlaces{
    {"document", ""},
    {"environment-process", "/environment/e"},
    {"environment-venv", "/environment/e"},
    {"environment-conda", "/environment/e"},
    {"environment-container", "/environment/e"},
    {"build", "/environment/e/build"},
    {"pool-local", "/pool/p"},
    {"slots", "/pool/p/slots"},
    {"pool-kubernetes", "/pool/p"},
    {"limits", "/pool/p/limits"},
    {"stage", "/stage/a"},
    {"out", "/stage/a/outs/0"},
    {"metrics", "/stage/a/metrics/0"},
    {"plot", "/stage/a/plots/0"},
    {"checkpoint", "/stage/a/checkpoint"},
    {"matrix", "/stage/a/matrix"},
    {"env", "/stage/a/env"},
    {"secret", "/stage/a/secrets/0"},
    {"resources", "/stage/a/resources"},
    {"timeout", "/stage/a/timeout"},
    {"retry", "/stage/a/retry"},
    {"predictions", "/predictions/s"},
    {"hooks", "/hooks"},
    {"schedule", "/schedule/0"},
};

/// What the tables above stand in, and the names that examples refer to.
json surroundings_of(std::string_view object) {
  json document{{"schema", 1},
                {"environment", {{"py", {{"type", "process"}}}}},
                {"pool", {{"gpu", {{"type", "kubernetes"}}}}},
                {"stage", {{"a", {{"cmd", {"true"}}}}}}};
  if (object == "build") {
    document["environment"]["e"] = {{"type", "container"}};
  }
  if (object == "slots" || object == "limits") {
    document["pool"]["p"] = {{"type", object == "slots" ? "local" : "kubernetes"}};
  }
  if (object == "checkpoint") {
    document["stage"]["a"]["outs"] = {{{"path", "ckpt"}, {"persist", true}}};
  }
  return document;
}

std::string to_toml(const json& value) {
  if (value.is_object()) {
    std::string text;
    for (const auto& [key, element] : value.items()) {
      text += fmt::format(
          "{}{} = {}", text.empty() ? "" : ", ", config::toml_key(key), to_toml(element));
    }
    return "{ " + text + " }";
  }
  if (value.is_array()) {
    std::string text = "[";
    for (const auto& element : value) {
      text += to_toml(element) + ", ";
    }
    return text + "]";
  }
  return value.is_string() ? config::toml_string(value.get<std::string>()) : value.dump();
}

/// Empty when the parser takes it.
std::string problem_of(const json& document) {
  std::string text;
  for (const auto& [key, value] : document.items()) {
    text += fmt::format("{} = {}\n", config::toml_key(key), to_toml(value));
  }
  try {
    parse_pipeline(text, "pipeline.toml");
    return "";
  } catch (const Error& error) {
    return text + error.what();
  }
}

/// Puts a table that has `key` = `value`, and what it needs besides, in its place. Empty when the
/// parser takes one of them, else what it said about the last.
std::string problem_of(const SchemaObject& object, const std::string& key, const json& value) {
  std::string problem;
  for (const auto& sample : json::parse(object.samples)) {
    auto document = surroundings_of(object.name);
    auto& place = document[json::json_pointer(kPlaces.at(object.name))];
    if (object.name == "document") {
      place.update(sample);
    } else {
      place = sample;
    }
    place[key] = value;
    problem = problem_of(document);
    if (problem.empty()) {
      return "";
    }
  }
  return problem;
}

std::string type_of(const json& value) {
  return value.is_number() ? "number" : value.type_name();
}

/// The JSON types that a shape lets through.
std::set<std::string> types_of(const json& shape, const json& definitions) {
  std::set<std::string> types;
  const auto add = [&](const json& type) {
    types.insert(type == "integer" ? "number" : type.get<std::string>());
  };
  if (shape.contains("$ref")) {
    const auto name = shape["$ref"].get<std::string>().substr(std::string_view("#/$defs/").size());
    return types_of(definitions.at(name), definitions);
  }
  for (const auto* choice : {"oneOf", "anyOf"}) {
    if (shape.contains(choice) && !shape.contains("type")) {
      for (const auto& one : shape[choice]) {
        types.merge(types_of(one, definitions));
      }
    }
  }
  if (shape.contains("enum")) {
    for (const auto& value : shape["enum"]) {
      types.insert(type_of(value));
    }
  }
  if (shape.contains("const")) {
    types.insert(type_of(shape["const"]));
  }
  if (shape.contains("type") && shape["type"].is_array()) {
    std::for_each(shape["type"].begin(), shape["type"].end(), add);
  } else if (shape.contains("type")) {
    add(shape["type"]);
  }
  return types;
}

/// Every key below `value` that a table of the schema does not have, or has with another type.
void compare(const json& value,
             const json& schema,
             const json& definitions,
             const std::string& at) {
  if (schema.contains("$ref")) {
    const auto name = schema["$ref"].get<std::string>().substr(std::string_view("#/$defs/").size());
    compare(value, definitions.at(name), definitions, at);
    return;
  }
  CAPTURE(at);
  CHECK(types_of(schema, definitions).contains(type_of(value)));
  for (const auto* choice : {"oneOf", "anyOf"}) {
    if (!schema.contains(choice) || schema.contains("properties")) {
      continue;
    }
    for (const auto& one : schema[choice]) {
      const auto& form =
          one.contains("$ref") ? definitions.at(one["$ref"].get<std::string>().substr(8)) : one;
      const bool is_form = !form.contains("properties") || !form["properties"].contains("type") ||
                           form["properties"]["type"]["const"] == value["type"];
      if (types_of(form, definitions).contains(type_of(value)) && is_form) {
        compare(value, form, definitions, at);
      }
    }
    return;
  }
  if (value.is_array() && schema.contains("items")) {
    for (const auto& element : value) {
      compare(element, schema["items"], definitions, at + "[]");
    }
  }
  if (!value.is_object()) {
    return;
  }
  for (const auto& [key, element] : value.items()) {
    CAPTURE(key);
    if (schema.contains("properties") && schema["properties"].contains(key)) {
      compare(element, schema["properties"][key], definitions, at + "." + key);
    } else if (schema.contains("additionalProperties")) {
      REQUIRE(schema["additionalProperties"] != false);
      compare(element, schema["additionalProperties"], definitions, at + "." + key);
    }
  }
}

json to_json(const config::Value& value) {
  using Kind = config::Value::Kind;
  switch (value.kind()) {
    case Kind::string:
      return value.as_string();
    case Kind::integer:
      return value.as_integer();
    case Kind::number:
      return value.as_number();
    case Kind::boolean:
      return value.as_bool();
    case Kind::datetime:
      return nullptr;
    case Kind::array: {
      auto array = json::array();
      for (const auto& element : value.as_array()) {
        array.push_back(to_json(element));
      }
      return array;
    }
    case Kind::table:
      break;
  }
  auto object = json::object();
  const auto table = value.as_table();
  for (const auto& key : table.keys()) {
    object[key] = to_json(table.require(key));
  }
  return object;
}

std::vector<std::pair<SchemaObject, SchemaKey>> all_keys() {
  std::vector<std::pair<SchemaObject, SchemaKey>> all;
  for (const auto& object : schema_objects()) {
    for (const auto& key : object.keys) {
      all.emplace_back(object, key);
    }
  }
  return all;
}

json schema() {
  return json::parse(pipeline_schema().dump());
}

}  // namespace

TEST_CASE("every key of the conformance sample is in the schema, with its type", "[schema]") {
  const auto text = mlops::test::read_file(MLOPS_TEST_DATA "/sample.toml");
  const auto table = config::parse_toml(text, "sample.toml");
  auto document = json::object();
  for (const auto& key : table.keys()) {
    document[key] = to_json(table.require(key));
  }
  REQUIRE(document.size() == 10);
  compare(document, schema(), schema()["$defs"], "");
}

TEST_CASE("every key of the schema is one of the parser's, with each of its types", "[schema]") {
  const auto definitions = schema()["$defs"];
  for (const auto& [object, key] : all_keys()) {
    CAPTURE(object.name, key.name);
    const auto name = key.name == "*" ? std::string("axis") : std::string(key.name);
    auto wanted = types_of(json::parse(key.shape), definitions);
    for (const auto& example : json::parse(key.examples)) {
      CHECK(problem_of(object, name, example) == "");
      wanted.erase(type_of(example));
    }
    CHECK(wanted.empty());
  }
}

TEST_CASE("what the schema gives no type to, the parser refuses", "[schema]") {
  const auto definitions = schema()["$defs"];
  const std::vector<json> values{true, 7, "word", json::array(), json::object()};
  for (const auto& [object, key] : all_keys()) {
    const auto name = key.name == "*" ? std::string("axis") : std::string(key.name);
    const auto types = types_of(json::parse(key.shape), definitions);
    for (const auto& value : values) {
      CAPTURE(object.name, key.name, value.dump());
      if (!types.contains(type_of(value))) {
        CHECK(problem_of(object, name, value) != "");
      }
    }
  }
}

TEST_CASE("what the schema requires, the parser misses", "[schema]") {
  for (const auto& [object, key] : all_keys()) {
    if (key.need == SchemaKey::Need::optional) {
      continue;
    }
    CAPTURE(object.name, key.name);
    auto document = surroundings_of(object.name);
    auto& place = document[json::json_pointer(kPlaces.at(object.name))];
    const auto samples = json::parse(object.samples);
    place = object.name == "document" ? json(document) : samples[0];
    place.erase(std::string(key.name));
    CHECK(problem_of(document) != "");
  }
}

TEST_CASE("schema and parser know no other keys", "[schema]") {
  const auto all = schema();
  for (const auto& object : schema_objects()) {
    CAPTURE(object.name);
    const auto& described =
        object.name == "document" ? all : all["$defs"][std::string(object.name)];
    if (object.name != "matrix") {
      CHECK(described["additionalProperties"] == false);
      CHECK(problem_of(object, "no_such_key", 1).find("no_such_key") != std::string::npos);
    }
    CHECK(problem_of(object, "no such key", 1) != "");
  }
}
