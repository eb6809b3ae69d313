#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::config {

/// Where a value stands, for messages: "pipeline.toml:12: stage.train.cmd".
struct Position {
  std::string file;
  std::uint32_t line = 0;
  std::string key;  ///< dotted path from the top of the document
};
std::string to_string(const Position& position);

/// Limits of a document from git or a user; more is Error{config}.
struct Limits {
  std::uint64_t max_bytes = 4ULL << 20U;
  std::uint32_t max_depth = 32;
};

class Table;

/// One TOML value and where it stands. The as_ functions throw Error{config} with the position and
/// what was expected. Cheap to copy (shares the document).
class Value {
 public:
  enum class Kind { string, integer, number, boolean, datetime, array, table };
  Kind kind() const;
  const Position& position() const;
  bool is(Kind kind) const { return this->kind() == kind; }
  std::string as_string() const;
  std::string as_datetime() const;  ///< RFC 3339 text
  std::int64_t as_integer() const;
  double as_number() const;  ///< integers count as numbers; nan and inf do not
  bool as_bool() const;
  std::vector<Value> as_array() const;
  Table as_table() const;
  std::vector<std::string> as_strings() const;  ///< an array of strings
  /// Error{config}: "<file>:<line>: <key>: <problem>".
  [[noreturn]] void fail(std::string_view problem, std::string hint = {}) const;

 private:
  friend class Table;
  friend struct Access;
  std::shared_ptr<const void> document_;
  const void* node_ = nullptr;
  std::shared_ptr<const Position> position_;
};

/// A table that remembers which keys were asked for: `finish` turns every other key into
/// Error{config} with a suggestion, so that no key of a file is ever ignored. Copies share that
/// memory, and so do two finds of the same table. Not thread-safe.
class Table {
 public:
  const Position& position() const;
  /// Asking marks the key as known, whether it stands there or not.
  std::optional<Value> find(std::string_view key) const;
  Value require(std::string_view key) const;
  /// Typed shorthands of find.
  std::optional<std::string> find_string(std::string_view key) const;
  std::optional<std::int64_t> find_integer(std::string_view key) const;
  std::optional<double> find_number(std::string_view key) const;
  std::optional<bool> find_bool(std::string_view key) const;
  std::optional<Table> find_table(std::string_view key) const;
  std::vector<std::string> find_strings(std::string_view key) const;  ///< empty when absent
  std::vector<Table> find_tables(std::string_view key) const;  ///< [[key]]; empty when absent
  /// One of `choices`, or Error{config} that lists them.
  std::optional<std::string> find_choice(std::string_view key,
                                         std::span<const std::string> choices) const;
  /// Keys as they stand in the file, in file order; for tables whose keys are names.
  std::vector<std::string> keys() const;
  /// Error{config} for the first key that nobody asked for, with a suggestion among those asked
  /// for.
  void finish() const;
  [[noreturn]] void fail(std::string_view problem, std::string hint = {}) const;

 private:
  friend class Value;
  friend struct Access;
  struct State;
  std::shared_ptr<State> state_;
};

/// Parses a whole document. `file` is how messages name it. Error{config} with file and line on
/// syntax errors, duplicate keys, invalid UTF-8, NUL (also as an escape), CR outside CRLF, or
/// beyond the limits.
Table parse_toml(std::string_view text, std::string file, const Limits& limits = {});
/// Reads and parses; Error{config} when the file is missing.
Table load_toml(const std::string& path, std::string file, const Limits& limits = {});

/// "text" as a TOML basic string, everything special escaped.
std::string toml_string(std::string_view text);
/// A key as it stands before '=': bare where it can be, quoted otherwise.
std::string toml_key(std::string_view key);

}  // namespace mlops::config
