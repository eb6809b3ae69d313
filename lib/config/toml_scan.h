#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "config/toml.h"

namespace mlops::config {

/// Reads TOML text without recursion and without building anything, as far as is needed to refuse
/// what must not reach the parser: Error{config} beyond `limits`, on invalid UTF-8, control
/// characters, a CR outside CRLF, and on nesting (brackets, dotted keys) deeper than allowed.
/// It never sees less nesting than a TOML parser would; what is not TOML is the parser's to refuse.
void check_toml_text(std::string_view text, const std::string& file, const Limits& limits);

/// One line of a document that holds a header or a key: byte ranges into the text.
struct TomlStatement {
  enum class Kind { header, array_header, assignment };
  Kind kind = Kind::assignment;
  std::size_t begin = 0;         ///< of its first line
  std::size_t end = 0;           ///< behind its last line break
  std::vector<std::string> key;  ///< segments, unescaped
  std::size_t value_begin = 0;   ///< assignments: of the value
  std::size_t value_end = 0;     ///< behind the value, without white space and comment
};

/// The headers and assignments of a document that parse_toml accepted, in order.
std::vector<TomlStatement> scan_statements(std::string_view text, const std::string& file);

/// The segments of a dotted key as TOML writes it: `data.set."a/b".remote`. Error{config}
/// otherwise.
std::vector<std::string> split_toml_key(std::string_view dotted);

}  // namespace mlops::config
