#include "config/toml.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <sstream>

#define TOML_ENABLE_UNRELEASED_FEATURES 0
#include <fmt/format.h>
#include <toml++/toml.h>

#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "config/toml_scan.h"
#include "os/file.h"

namespace mlops::config {

struct Document {
  toml::table root;
  /// Which keys were asked for. By table and not by handle, so that all handles agree.
  mutable std::map<const toml::table*, std::set<std::string, std::less<>>> asked;
};

namespace {

std::string_view kind_phrase(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::string:
      return "a string";
    case Value::Kind::integer:
      return "an integer";
    case Value::Kind::number:
      return "a number";
    case Value::Kind::boolean:
      return "true or false";
    case Value::Kind::datetime:
      return "a date or time";
    case Value::Kind::array:
      return "an array";
    case Value::Kind::table:
      return "a table";
  }
  return "a value";
}

std::string child_key(const std::string& parent, std::string_view key) {
  return parent.empty() ? toml_key(key) : parent + "." + toml_key(key);
}

[[noreturn]] void fail_position(const Position& position,
                                std::string_view problem,
                                std::string hint) {
  throw Error(
      ErrorKind::config, fmt::format("{}: {}", to_string(position), problem), std::move(hint));
}

bool has_nul(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

/// What the parser accepts and we do not: depth that dotted keys and headers add up to, and NUL
/// written as an escape, which would cut paths and arguments short.
void check_node(const toml::node& node, const Position& at, std::uint32_t depth_left) {
  if (depth_left == 0) {
    fail_position(at, "nested too deeply", {});
  }
  if (const auto* text = node.as_string(); text != nullptr && has_nul(text->get())) {
    fail_position(at, "contains a NUL character", {});
  }
  if (const auto* array = node.as_array(); array != nullptr) {
    for (const auto& element : *array) {
      check_node(element, {at.file, element.source().begin.line, at.key}, depth_left - 1);
    }
  }
  if (const auto* table = node.as_table(); table != nullptr) {
    for (const auto& [key, value] : *table) {
      Position position{at.file, key.source().begin.line, child_key(at.key, key.str())};
      if (has_nul(key.str())) {
        fail_position(position, "contains a NUL character", {});
      }
      check_node(value, position, depth_left - 1);
    }
  }
}

}  // namespace

struct Table::State {
  std::shared_ptr<const Document> document;
  const toml::table* table = nullptr;
  Position position;
};

/// The one place that knows what stands behind Value and Table.
struct Access {
  static const toml::node& node(const Value& value) {
    return *static_cast<const toml::node*>(value.node_);
  }
  static Value make_value(std::shared_ptr<const Document> document,
                          const toml::node& node,
                          Position position) {
    Value value;
    value.document_ = std::move(document);
    value.node_ = &node;
    value.position_ = std::make_shared<const Position>(std::move(position));
    return value;
  }
  static std::shared_ptr<const Document> document(const Value& value) {
    return std::static_pointer_cast<const Document>(value.document_);
  }
  static Table make_table(std::shared_ptr<const Document> document,
                          const toml::table& table,
                          Position position) {
    Table made;
    made.state_ = std::make_shared<Table::State>(
        Table::State{std::move(document), &table, std::move(position)});
    return made;
  }
  [[noreturn]] static void fail_kind(const Value& value, Value::Kind wanted) {
    value.fail(fmt::format("must be {}, not {}", kind_phrase(wanted), kind_phrase(value.kind())));
  }
};

Value::Kind Value::kind() const {
  switch (Access::node(*this).type()) {
    case toml::node_type::string:
      return Kind::string;
    case toml::node_type::integer:
      return Kind::integer;
    case toml::node_type::floating_point:
      return Kind::number;
    case toml::node_type::boolean:
      return Kind::boolean;
    case toml::node_type::array:
      return Kind::array;
    case toml::node_type::table:
      return Kind::table;
    default:
      return Kind::datetime;
  }
}

const Position& Value::position() const {
  return *position_;
}

std::string Value::as_string() const {
  if (const auto* text = Access::node(*this).as_string(); text != nullptr) {
    return text->get();
  }
  Access::fail_kind(*this, Kind::string);
}

std::string Value::as_datetime() const {
  if (kind() != Kind::datetime) {
    Access::fail_kind(*this, Kind::datetime);
  }
  std::ostringstream out;
  Access::node(*this).visit([&out](const auto& node) {
    if constexpr (toml::is_chronological<decltype(node)>) {
      out << node.get();
    }
  });
  return out.str();
}

std::int64_t Value::as_integer() const {
  if (const auto* number = Access::node(*this).as_integer(); number != nullptr) {
    return number->get();
  }
  Access::fail_kind(*this, Kind::integer);
}

double Value::as_number() const {
  if (const auto* number = Access::node(*this).as_floating_point(); number != nullptr) {
    if (!std::isfinite(number->get())) {
      fail("must be a finite number");
    }
    return number->get();
  }
  if (const auto* number = Access::node(*this).as_integer(); number != nullptr) {
    return static_cast<double>(number->get());
  }
  Access::fail_kind(*this, Kind::number);
}

bool Value::as_bool() const {
  if (const auto* truth = Access::node(*this).as_boolean(); truth != nullptr) {
    return truth->get();
  }
  Access::fail_kind(*this, Kind::boolean);
}

std::vector<Value> Value::as_array() const {
  const auto* array = Access::node(*this).as_array();
  if (array == nullptr) {
    Access::fail_kind(*this, Kind::array);
  }
  std::vector<Value> values;
  values.reserve(array->size());
  for (std::size_t i = 0; i < array->size(); ++i) {
    const toml::node& element = *array->get(i);
    values.push_back(Access::make_value(
        Access::document(*this),
        element,
        {position_->file, element.source().begin.line, fmt::format("{}[{}]", position_->key, i)}));
  }
  return values;
}

Table Value::as_table() const {
  const auto* table = Access::node(*this).as_table();
  if (table == nullptr) {
    Access::fail_kind(*this, Kind::table);
  }
  return Access::make_table(Access::document(*this), *table, *position_);
}

std::vector<std::string> Value::as_strings() const {
  std::vector<std::string> strings;
  for (const auto& element : as_array()) {
    strings.push_back(element.as_string());
  }
  return strings;
}

void Value::fail(std::string_view problem, std::string hint) const {
  fail_position(*position_, problem, std::move(hint));
}

const Position& Table::position() const {
  return state_->position;
}

std::optional<Value> Table::find(std::string_view key) const {
  state_->document->asked[state_->table].emplace(key);
  const auto found = state_->table->find(key);
  if (found == state_->table->end()) {
    return std::nullopt;
  }
  const Position& parent = state_->position;
  return Access::make_value(
      state_->document,
      found->second,
      {parent.file, found->first.source().begin.line, child_key(parent.key, key)});
}

Value Table::require(std::string_view key) const {
  if (auto value = find(key); value) {
    return *value;
  }
  fail(fmt::format("key {} is missing", quote(key)));
}

std::optional<std::string> Table::find_string(std::string_view key) const {
  const auto value = find(key);
  return value ? std::optional(value->as_string()) : std::nullopt;
}

std::optional<std::int64_t> Table::find_integer(std::string_view key) const {
  const auto value = find(key);
  return value ? std::optional(value->as_integer()) : std::nullopt;
}

std::optional<double> Table::find_number(std::string_view key) const {
  const auto value = find(key);
  return value ? std::optional(value->as_number()) : std::nullopt;
}

std::optional<bool> Table::find_bool(std::string_view key) const {
  const auto value = find(key);
  return value ? std::optional(value->as_bool()) : std::nullopt;
}

std::optional<Table> Table::find_table(std::string_view key) const {
  const auto value = find(key);
  return value ? std::optional(value->as_table()) : std::nullopt;
}

std::vector<std::string> Table::find_strings(std::string_view key) const {
  const auto value = find(key);
  return value ? value->as_strings() : std::vector<std::string>{};
}

std::vector<Table> Table::find_tables(std::string_view key) const {
  std::vector<Table> tables;
  if (const auto value = find(key); value) {
    for (const auto& element : value->as_array()) {
      tables.push_back(element.as_table());
    }
  }
  return tables;
}

std::optional<std::string> Table::find_choice(std::string_view key,
                                              std::span<const std::string> choices) const {
  const auto value = find(key);
  if (!value) {
    return std::nullopt;
  }
  auto text = value->as_string();
  if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
    std::vector<std::string> quoted;
    std::transform(choices.begin(), choices.end(), std::back_inserter(quoted), quote);
    value->fail(fmt::format("must be one of {}, not {}", join(quoted, ", "), quote(text)),
                did_you_mean(text, choices));
  }
  return text;
}

std::vector<std::string> Table::keys() const {
  std::vector<const toml::key*> found;
  for (const auto& [key, value] : *state_->table) {
    found.push_back(&key);
  }
  std::stable_sort(found.begin(), found.end(), [](const toml::key* a, const toml::key* b) {
    const auto at = [](const toml::key* key) { return key->source().begin; };
    return std::pair(at(a).line, at(a).column) < std::pair(at(b).line, at(b).column);
  });
  std::vector<std::string> names;
  std::transform(found.begin(), found.end(), std::back_inserter(names), [](const toml::key* key) {
    return std::string(key->str());
  });
  return names;
}

void Table::finish() const {
  const auto& asked = state_->document->asked[state_->table];
  for (const auto& key : keys()) {
    if (!asked.contains(key)) {
      const std::vector<std::string> known(asked.begin(), asked.end());
      const Position& parent = state_->position;
      fail_position({parent.file,
                     state_->table->find(key)->first.source().begin.line,
                     child_key(parent.key, key)},
                    "unknown key",
                    did_you_mean(key, known));
    }
  }
}

void Table::fail(std::string_view problem, std::string hint) const {
  fail_position(state_->position, problem, std::move(hint));
}

Table parse_toml(std::string_view text, std::string file, const Limits& limits) {
  check_toml_text(text, file, limits);
  auto document = std::make_shared<Document>();
  try {
    document->root = toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    const auto line = error.source().begin.line;
    throw Error(
        ErrorKind::config,
        fmt::format(
            "{}: not valid TOML: {}", to_string(Position{file, line, {}}), error.description()));
  }
  const Position top{std::move(file), 0, {}};
  check_node(document->root, top, limits.max_depth + 1);
  const auto& root = document->root;
  return Access::make_table(std::move(document), root, top);
}

Table load_toml(const std::string& path, std::string file, const Limits& limits) {
  const auto text = os::read_file_if_exists(path, limits.max_bytes);
  if (!text) {
    throw Error(ErrorKind::config, fmt::format("{} does not exist", quote(file)));
  }
  return parse_toml(*text, std::move(file), limits);
}

}  // namespace mlops::config
