#include "config/yaml_scalar.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace mlops::config {

namespace {

using Fail = std::function<void(const std::string&)>;

bool all_of(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

std::size_t count_digits(std::string_view text) {
  return std::min(text.find_first_not_of("0123456789"), text.size());
}

/// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool is_core_float(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) {
    text.remove_prefix(1);
  }
  const auto whole = count_digits(text);
  text.remove_prefix(whole);
  std::size_t fraction = 0;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = count_digits(text);
    text.remove_prefix(fraction);
  }
  if (whole + fraction == 0) {
    return false;
  }
  if (text.empty()) {
    return true;
  }
  if (text.front() != 'e' && text.front() != 'E') {
    return false;
  }
  text.remove_prefix(1);
  if (text.starts_with('-') || text.starts_with('+')) {
    text.remove_prefix(1);
  }
  return !text.empty() && count_digits(text) == text.size();
}

bool is_core_nonfinite(std::string_view text) {
  if (text == ".nan" || text == ".NaN" || text == ".NAN") {
    return true;
  }
  if (text.starts_with('-') || text.starts_with('+')) {
    text.remove_prefix(1);
  }
  return text == ".inf" || text == ".Inf" || text == ".INF";
}

bool is_core_null(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

std::optional<bool> core_bool(std::string_view text) {
  if (text == "true" || text == "True" || text == "TRUE") {
    return true;
  }
  if (text == "false" || text == "False" || text == "FALSE") {
    return false;
  }
  return std::nullopt;
}

/// Digits and base of a core integer; nothing for anything else. Octal is 0o17, never 017.
std::optional<std::pair<std::string_view, int>> core_integer(std::string_view text) {
  constexpr int kOctal = 8;
  constexpr int kDecimal = 10;
  constexpr int kHex = 16;
  if (text.starts_with("0o") && all_of(text.substr(2), "01234567")) {
    return std::pair(text.substr(2), kOctal);
  }
  if (text.starts_with("0x") && all_of(text.substr(2), "0123456789abcdefABCDEF")) {
    return std::pair(text.substr(2), kHex);
  }
  const auto digits = text.starts_with('-') || text.starts_with('+') ? text.substr(1) : text;
  if (!all_of(digits, "0123456789")) {
    return std::nullopt;
  }
  return std::pair(text.starts_with('+') ? digits : text, kDecimal);
}

double finite(const std::string& text, const Fail& fail) {
  const auto digits = std::string_view(text).substr(text.starts_with('+') ? 1 : 0);
  double value = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (parsed.ec != std::errc{} || !std::isfinite(value)) {
    fail("number is out of range");
  }
  return value;
}

nlohmann::json plain(const std::string& text, const Fail& fail) {
  if (is_core_null(text)) {
    return nullptr;
  }
  if (const auto truth = core_bool(text); truth) {
    return *truth;
  }
  if (const auto integer = core_integer(text); integer) {
    const auto& [digits, base] = *integer;
    std::int64_t value = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), value, base).ec !=
        std::errc{}) {
      fail("integer is beyond 64 bits");
    }
    return value;
  }
  if (is_core_nonfinite(text)) {
    fail("nan and inf are not parameter values");
  }
  if (is_core_float(text)) {
    return finite(text, fail);
  }
  return text;
}

}  // namespace

nlohmann::json read_yaml_scalar(const std::string& tag, const std::string& text, const Fail& fail) {
  constexpr std::string_view kCore = "tag:yaml.org,2002:";
  if (tag == "?" || tag.empty()) {
    return plain(text, fail);
  }
  if (tag == "!" || tag == std::string(kCore) + "str") {
    return text;
  }
  auto value = tag.starts_with(kCore) ? plain(text, fail) : nlohmann::json();
  const auto kind = tag.starts_with(kCore) ? tag.substr(kCore.size()) : "";
  if (kind == "float" && value.is_number()) {
    return value.get<double>();
  }
  const bool fits = (kind == "int" && value.is_number_integer()) ||
                    (kind == "bool" && value.is_boolean()) || (kind == "null" && value.is_null());
  if (!fits) {
    fail("tag " + quote(tag) + " does not fit " + quote(text));
  }
  return value;
}

}  // namespace mlops::config
