#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "base/units.h"
#include "pipeline/parse_stage.h"
#include "pipeline/path.h"

namespace mlops::pipeline {

namespace {

bool is_substituted(std::string_view text) {
  return text.find("${") != std::string_view::npos;
}

}  // namespace

void check_name(const std::string& name, const config::Table& where, std::size_t max) {
  const bool is_plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
  if (name.empty() || !is_plain || name.front() == '-' || name.back() == '-') {
    where.fail(fmt::format("{} is not a name", quote(name)),
               "names are made of a-z, 0-9 and '-', with no '-' at either end");
  }
  if (name.size() > max) {
    where.fail(fmt::format("{} is longer than {} characters", quote(name), max));
  }
}

std::string read_path(const config::Value& value) {
  auto text = value.as_string();
  if (is_substituted(text)) {
    return text;
  }
  if (const auto problem = path_problem(text); !problem.empty()) {
    value.fail(fmt::format("the path {} {}", quote(text), problem));
  }
  return normal_path(text);
}

std::string read_path_or_glob(const config::Value& value) {
  auto text = value.as_string();
  if (is_substituted(text) || !is_glob(text)) {
    return read_path(value);
  }
  if (const auto problem = glob_problem(text); !problem.empty()) {
    value.fail(fmt::format("the pattern {} {}", quote(text), problem));
  }
  return normal_path(text);
}

std::chrono::milliseconds read_duration(const config::Value& value) {
  const auto text = value.as_string();
  const auto duration = parse_duration(text);
  if (!duration || duration->count() <= 0) {
    value.fail(fmt::format("{} is not a duration", quote(text)),
               "write \"90s\", \"10m\" or \"2h\"");
  }
  return *duration;
}

std::uint64_t read_bytes(const config::Value& value) {
  const auto text = value.as_string();
  const auto bytes = parse_bytes(text);
  if (!bytes || *bytes == 0) {
    value.fail(fmt::format("{} is not a size", quote(text)), "write \"512MiB\" or \"24GiB\"");
  }
  return *bytes;
}

std::uint64_t read_count(const config::Value& value, std::uint64_t min, std::uint64_t max) {
  const auto number = value.as_integer();
  if (number < 0 || static_cast<std::uint64_t>(number) < min ||
      static_cast<std::uint64_t>(number) > max) {
    value.fail(fmt::format("must be from {} to {}", min, max));
  }
  return static_cast<std::uint64_t>(number);
}

std::string read_scalar(const config::Value& value) {
  using Kind = config::Value::Kind;
  nlohmann::json json;
  switch (value.kind()) {
    case Kind::string:
      json = value.as_string();
      break;
    case Kind::integer:
      json = value.as_integer();
      break;
    case Kind::number:
      json = value.as_number();
      break;
    case Kind::boolean:
      json = value.as_bool();
      break;
    default:
      value.fail("must be a string, a number, true or false");
  }
  return config::canonical_json(json);
}

std::vector<std::string> read_unique_strings(const config::Value& value) {
  auto strings = value.as_strings();
  std::set<std::string> seen;
  for (const auto& text : strings) {
    if (text.empty()) {
      value.fail("holds an empty string");
    }
    if (!seen.insert(text).second) {
      value.fail(fmt::format("holds {} twice", quote(text)));
    }
  }
  return strings;
}

}  // namespace mlops::pipeline
