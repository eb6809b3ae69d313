#include "config/params.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "config/param_formats.h"
#include "config/toml.h"

namespace mlops::config {

namespace {

using nlohmann::json;

json to_json(const Value& value);

json to_json(const Table& table) {
  auto object = json::object();
  for (const auto& key : table.keys()) {
    object[key] = to_json(table.require(key));
  }
  return object;
}

/// Recursion is as deep as the document, which the parser bounded.
json to_json(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::string:
      return value.as_string();
    case Value::Kind::integer:
      return value.as_integer();
    case Value::Kind::number:
      return value.as_number();
    case Value::Kind::boolean:
      return value.as_bool();
    case Value::Kind::datetime:
      return value.as_datetime();
    case Value::Kind::table:
      return to_json(value.as_table());
    case Value::Kind::array: {
      auto array = json::array();
      for (const auto& element : value.as_array()) {
        array.push_back(to_json(element));
      }
      return array;
    }
  }
  return nullptr;
}

void merge_into(json& target, json&& source) {
  if (!target.is_object() || !source.is_object()) {
    target = std::move(source);
    return;
  }
  for (auto& [key, value] : source.items()) {
    merge_into(target[key], std::move(value));
  }
}

json parse_by_ending(std::string_view text, const std::string& file) {
  const auto name = to_lower_ascii(file);
  const Limits limits;
  if (name.ends_with(".toml")) {
    return parse_toml_params(text, file, limits);
  }
  if (name.ends_with(".json")) {
    return parse_json_params(text, file, limits);
  }
  if (name.ends_with(".yaml") || name.ends_with(".yml")) {
    return parse_yaml_params(text, file, limits);
  }
  throw Error(ErrorKind::config,
              fmt::format("parameter file {} must end in .toml, .json, .yaml or .yml", quote(file)),
              "rename it after its format");
}

/// The text as one TOML value; nothing where it is none, or more than one.
std::optional<Value> find_toml_value(std::string_view text) {
  try {
    const auto table = parse_toml("value = " + std::string(text), "--set");
    return table.keys() == std::vector<std::string>{"value"} ? table.find("value") : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;  // a bare word such as `adam`: a string
  }
}

std::string number_text(double number) {
  if (!std::isfinite(number)) {
    throw Error(ErrorKind::config, "nan and inf are not parameter values", "write a number");
  }
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  std::string text(buffer.data(), end);
  // A number stays a number: 1.0 is not 1.
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

std::string string_text(const std::string& text) {
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

void append_canonical(const json& value, std::string& out) {
  if (value.is_number_float()) {
    out += number_text(value.get<double>());
  } else if (value.is_string()) {
    out += string_text(value.get_ref<const std::string&>());
  } else if (value.is_array()) {
    out += '[';
    for (std::size_t i = 0; i < value.size(); ++i) {
      out += i == 0 ? "" : ",";
      append_canonical(value[i], out);
    }
    out += ']';
  } else if (value.is_object()) {
    out += '{';
    bool first = true;
    for (const auto& [key, child] : value.items()) {
      out += first ? "" : ",";
      first = false;
      out += string_text(key) + ":";
      append_canonical(child, out);
    }
    out += '}';
  } else {
    out += value.dump();
  }
}

}  // namespace

void fail_param(const std::string& file,
                std::size_t line,
                std::string_view problem,
                std::string hint) {
  throw Error(ErrorKind::config,
              line == 0 ? fmt::format("{}: {}", file, problem)
                        : fmt::format("{}:{}: {}", file, line, problem),
              std::move(hint));
}

void check_param_text(std::string_view text, const std::string& file, const Limits& limits) {
  if (text.size() > limits.max_bytes) {
    fail_param(file, 0, fmt::format("larger than {}", format_bytes(limits.max_bytes)));
  }
  if (!is_utf8(text)) {
    fail_param(file, 0, "not valid UTF-8");
  }
  if (text.find('\0') != std::string_view::npos) {
    fail_param(file, 0, "contains a NUL character");
  }
}

json parse_toml_params(std::string_view text, const std::string& file, const Limits& limits) {
  return to_json(parse_toml(text, file, limits));
}

Params::Params() : root_(std::make_unique<json>(json::object())) {}
Params::Params(const Params& other) : root_(std::make_unique<json>(*other.root_)) {}
Params& Params::operator=(const Params& other) {
  *this = Params(other);
  return *this;
}
Params::Params(Params&&) noexcept = default;
Params& Params::operator=(Params&&) noexcept = default;
Params::~Params() = default;

void Params::merge_text(std::string_view text, const std::string& file) {
  merge_into(*root_, parse_by_ending(text, file));
}

void Params::set(std::string_view assignment) {
  const auto equals = assignment.find('=');
  const auto path = trim(assignment.substr(0, equals));
  const auto parts = split(path, '.');
  const bool named =
      std::none_of(parts.begin(), parts.end(), [](std::string_view part) { return part.empty(); });
  if (equals == std::string_view::npos || !named || parts.size() > Limits{}.max_depth ||
      assignment.find('\0') != std::string_view::npos || !is_utf8(assignment)) {
    throw Error(ErrorKind::usage,
                fmt::format("{} is not KEY=VALUE", quote(assignment)),
                "--set train.lr=0.1");
  }
  const auto text = trim(assignment.substr(equals + 1));
  const auto typed = find_toml_value(text);
  auto value = typed ? to_json(*typed) : json(std::string(text));
  json* target = root_.get();
  for (const auto part : parts) {
    if (!target->is_object()) {
      *target = json::object();
    }
    target = &(*target)[std::string(part)];
  }
  *target = std::move(value);
}

const json* Params::find(std::string_view dotted_path) const {
  const json* at = root_.get();
  for (const auto part : split(dotted_path, '.')) {
    if (!at->is_object()) {
      return nullptr;
    }
    const auto found = at->find(std::string(part));
    if (found == at->end()) {
      return nullptr;
    }
    at = &*found;
  }
  return at;
}

const json& Params::all() const {
  return *root_;
}

std::string canonical_json(const json& value) {
  std::string text;
  append_canonical(value, text);
  return text;
}

}  // namespace mlops::config
