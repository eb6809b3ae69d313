#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "config/toml.h"

namespace mlops::config {

/// One parameter document as JSON, its top a table. Error{config} with file and line, for syntax,
/// duplicate keys, values that JSON cannot hold (nan, inf, integers beyond 64 bits), invalid UTF-8,
/// NUL, and beyond `limits`.
nlohmann::json parse_toml_params(std::string_view text,
                                 const std::string& file,
                                 const Limits& limits);
nlohmann::json parse_json_params(std::string_view text,
                                 const std::string& file,
                                 const Limits& limits);
/// The same whatever the top is.
nlohmann::json parse_json(std::string_view text, const std::string& file, const Limits& limits);
/// YAML 1.2 core schema; one document; aliases add at most 10,000 nodes; no merge keys, no tags of
/// other schemas.
nlohmann::json parse_yaml_params(std::string_view text,
                                 const std::string& file,
                                 const Limits& limits);

/// Shared by the three: size, UTF-8 and NUL.
void check_param_text(std::string_view text, const std::string& file, const Limits& limits);

/// Of a file of parameters or metrics.
inline constexpr const char* kNoTable = "the top must be a table of names and values";
inline constexpr const char* kTableHint =
    "such as {\"accuracy\": 0.9} in JSON, accuracy: 0.9 in YAML";
[[noreturn]] void fail_param(const std::string& file,
                             std::size_t line,
                             std::string_view problem,
                             std::string hint = {});

}  // namespace mlops::config
