#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "config/toml.h"

namespace mlops::config {

/// One value of a YAML document of another tool: keys in the order of the file, and in which line
/// each value stands.
struct YamlNode {
  enum class Kind { scalar, list, table };
  using Scalar = std::variant<std::nullptr_t, bool, std::int64_t, double, std::string>;

  Kind kind = Kind::scalar;
  Scalar scalar = nullptr;
  std::vector<std::string> keys{};  ///< of a table, as many as children, each once
  std::vector<YamlNode> children{};
  std::uint32_t line = 0;  ///< of its key, where it has one

  bool is_null() const;
  const std::string* text() const;                   ///< null pointer: it is no text
  const bool* boolean() const;                       ///< likewise
  const YamlNode* find(std::string_view key) const;  ///< linear; null pointer: none
  nlohmann::json to_json() const;
};

/// As parse_yaml_params: YAML 1.2's core schema, bounded, Error{config} with file and line. The top
/// is a table, an empty document an empty one.
YamlNode parse_yaml_tree(std::string_view text, const std::string& file, const Limits& limits);

}  // namespace mlops::config
