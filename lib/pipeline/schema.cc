#include "pipeline/schema.h"

#include <string>

#include <nlohmann/json.hpp>

namespace mlops::pipeline {

namespace {

using nlohmann::ordered_json;

constexpr std::string_view kDocument = "document";

/// Values with a spelling of their own; `shape` of a key refers to them.
ordered_json value_definitions() {
  return ordered_json::parse(R"json({
    "text": {"type": "string"},
    "word": {"type": "string", "minLength": 1},
    "words": {"type": "array", "items": {"$ref": "#/$defs/word"}, "uniqueItems": true},
    "names": {"type": "array", "items": {"type": "string"}},
    "command": {"type": "array", "items": {"type": "string"}, "minItems": 1},
    "name": {"type": "string", "pattern": "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", "maxLength": 30},
    "path": {"type": "string", "minLength": 1, "pattern": "^[^/]"},
    "paths": {"type": "array", "items": {"$ref": "#/$defs/path"}, "uniqueItems": true},
    "duration": {"type": "string",
                 "pattern": "^(?=.)([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$"},
    "size": {"type": "string", "pattern": "^[0-9]+( ?([KMGTP]iB|[kMGTP]B|B))?$"},
    "variable": {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"},
    "scalar": {"type": ["string", "number", "boolean"]}
  })json");
}

/// `[environment.NAME]` and `[pool.NAME]` have a form for each type; an out is a path or a table.
ordered_json choice_definitions() {
  return ordered_json::parse(R"json({
    "environment": {"oneOf": [{"$ref": "#/$defs/environment-process"},
                              {"$ref": "#/$defs/environment-venv"},
                              {"$ref": "#/$defs/environment-conda"},
                              {"$ref": "#/$defs/environment-container"}]},
    "pool": {"oneOf": [{"$ref": "#/$defs/pool-local"}, {"$ref": "#/$defs/pool-kubernetes"}]},
    "any-out": {"oneOf": [{"$ref": "#/$defs/path"}, {"$ref": "#/$defs/out"}]},
    "any-metrics": {"oneOf": [{"$ref": "#/$defs/path"}, {"$ref": "#/$defs/metrics"}]},
    "any-plot": {"oneOf": [{"$ref": "#/$defs/path"}, {"$ref": "#/$defs/plot"}]}
  })json");
}

ordered_json describe_key(const SchemaKey& key) {
  auto property = ordered_json::parse(key.shape);
  property["description"] = key.help;
  property["examples"] = ordered_json::parse(key.examples);
  return property;
}

/// Closed: a key that is not in the table is an error, as it is for the parser.
ordered_json describe(const SchemaObject& object) {
  ordered_json schema{{"type", "object"}, {"description", object.help}};
  auto properties = ordered_json::object();
  auto required = ordered_json::array();
  ordered_json others = false;
  for (const auto& key : object.keys) {
    if (key.name == "*") {
      others = describe_key(key);
    } else {
      properties[std::string(key.name)] = describe_key(key);
    }
    if (key.need == SchemaKey::Need::required) {
      required.push_back(key.name);
    }
  }
  schema["properties"] = std::move(properties);
  schema["additionalProperties"] = std::move(others);
  if (!required.empty()) {
    schema["required"] = std::move(required);
  }
  schema.update(ordered_json::parse(object.rules));
  schema["examples"] = ordered_json::parse(object.samples);
  return schema;
}

}  // namespace

std::vector<SchemaObject> schema_objects() {
  const auto file = schema_objects_of_file();
  const auto stages = schema_objects_of_stages();
  std::vector<SchemaObject> objects(file.begin(), file.end());
  objects.insert(objects.end(), stages.begin(), stages.end());
  return objects;
}

nlohmann::ordered_json pipeline_schema() {
  ordered_json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                      {"title", "pipeline.toml of mlops, schema 1"}};
  auto definitions = value_definitions();
  definitions.update(choice_definitions());
  for (const auto& object : schema_objects()) {
    if (object.name == kDocument) {
      schema.update(describe(object));
    } else {
      definitions[std::string(object.name)] = describe(object);
    }
  }
  schema["$defs"] = std::move(definitions);
  return schema;
}

}  // namespace mlops::pipeline
