#pragma once

#include <string_view>

#include "pipeline/schema.h"

namespace mlops::pipeline {

/// What the rows of both halves of the schema share.

inline constexpr auto kOptionalKey = SchemaKey::Need::optional;
inline constexpr auto kRequiredKey = SchemaKey::Need::required;

namespace shape {

inline constexpr std::string_view kText = R"json({"$ref": "#/$defs/text"})json";
inline constexpr std::string_view kWord = R"json({"$ref": "#/$defs/word"})json";
inline constexpr std::string_view kWords = R"json({"$ref": "#/$defs/words"})json";
inline constexpr std::string_view kPath = R"json({"$ref": "#/$defs/path"})json";
inline constexpr std::string_view kPaths = R"json({"$ref": "#/$defs/paths"})json";
inline constexpr std::string_view kPathList =
    R"json({"type": "array", "items": {"$ref": "#/$defs/path"}})json";
inline constexpr std::string_view kDuration = R"json({"$ref": "#/$defs/duration"})json";
inline constexpr std::string_view kSize = R"json({"$ref": "#/$defs/size"})json";
inline constexpr std::string_view kBoolean = R"json({"type": "boolean"})json";
inline constexpr std::string_view kCommand = R"json({"$ref": "#/$defs/command"})json";
inline constexpr std::string_view kProcessors =
    R"json({"type": "integer", "minimum": 1, "maximum": 65536})json";
inline constexpr std::string_view kGpus =
    R"json({"type": "integer", "minimum": 0, "maximum": 1024})json";
inline constexpr std::string_view kNameOrNames =
    R"json({"oneOf": [{"type": "string"}, {"$ref": "#/$defs/names"}]})json";

}  // namespace shape

}  // namespace mlops::pipeline
