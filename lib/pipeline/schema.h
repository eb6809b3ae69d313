#pragma once

#include <span>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace mlops::pipeline {

/// One key of a table; the name "*" stands for every name that a user may choose.
struct SchemaKey {
  std::string_view name;
  enum class Need { optional, required } need;
  std::string_view shape;  ///< JSON Schema of its values
  std::string_view help;
  std::string_view examples;  ///< JSON array: at least one of each type that it may have
};

/// One table of the format (mlops-pipeline(5)): what stands behind `[stage.train]` or `retry = {}`.
struct SchemaObject {
  std::string_view name;
  std::string_view help;
  std::string_view samples;  ///< JSON array: the least that each of its forms needs
  std::string_view rules;    ///< JSON object: what does not follow from its keys one by one
  std::span<const SchemaKey> keys;
};

/// Every table and key there is. A test holds each of them against parse_pipeline, and
/// parse_pipeline's against them: both know the same format.
std::vector<SchemaObject> schema_objects();
/// The two halves of it: stages with what stands in them, and the rest of the file.
std::span<const SchemaObject> schema_objects_of_stages();
std::span<const SchemaObject> schema_objects_of_file();

/// JSON Schema, draft 2020-12, for editors. What no schema can say (names that must exist, cycles,
/// durations beyond 64 bits) `mlops pipeline validate` finds.
nlohmann::ordered_json pipeline_schema();

}  // namespace mlops::pipeline
