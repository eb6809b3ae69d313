#include "table/cell.h"

#include <array>
#include <cfloat>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "base/text.h"

namespace mlops::table {
namespace {

constexpr double kExactIntegers = 9007199254740992.0;  // 2^53: below, a double holds every integer
constexpr std::size_t kPlainDigits = 64;               // longer integers are written as 1.5e400

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view take_digits(std::string_view& rest) {
  std::size_t count = 0;
  while (count < rest.size() && is_digit(rest[count])) {
    ++count;
  }
  const std::string_view digits = rest.substr(0, count);
  rest.remove_prefix(count);
  return digits;
}

bool take_sign(std::string_view& rest) {
  if (rest.empty() || (rest.front() != '-' && rest.front() != '+')) {
    return false;
  }
  const bool is_negative = rest.front() == '-';
  rest.remove_prefix(1);
  return is_negative;
}

// A finite number as it is spelled: integer.fraction × 10^exponent.
struct Spelling {
  bool is_negative = false;
  std::string_view integer;
  std::string_view fraction;
  std::int64_t exponent = 0;  // kept within ±kMaxExponent, which no text can outweigh
};
constexpr std::int64_t kMaxExponent = 1'000'000'000'000;

std::optional<std::int64_t> take_exponent(std::string_view& rest) {
  const bool is_negative = take_sign(rest);
  const std::string_view digits = take_digits(rest);
  if (digits.empty()) {
    return std::nullopt;
  }
  std::int64_t exponent = 0;
  for (const char c : digits) {
    exponent = std::min(kMaxExponent, exponent * 10 + (c - '0'));
  }
  return is_negative ? -exponent : exponent;
}

std::optional<Spelling> spelling_of(std::string_view text) {
  Spelling spelling;
  spelling.is_negative = take_sign(text);
  spelling.integer = take_digits(text);
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    spelling.fraction = take_digits(text);
  }
  const bool is_padded = spelling.integer.size() > 1 && spelling.integer.front() == '0';
  if (is_padded || (spelling.integer.empty() && spelling.fraction.empty())) {
    return std::nullopt;
  }
  if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
    text.remove_prefix(1);
    const std::optional<std::int64_t> exponent = take_exponent(text);
    if (!exponent) {
      return std::nullopt;
    }
    spelling.exponent = *exponent;
  }
  return text.empty() ? std::optional(spelling) : std::nullopt;
}

constexpr double kTens[] = {1e0,
                            1e1,
                            1e2,
                            1e3,
                            1e4,
                            1e5,
                            1e6,
                            1e7,
                            1e8,
                            1e9,
                            1e10,
                            1e11,
                            1e12,
                            1e13,
                            1e14,
                            1e15,
                            1e16,
                            1e17};
constexpr std::size_t kFewDigits = 17;

// Nearly all numbers: some digits, perhaps a point. Digits and power of ten are doubles without
// rounding, and their quotient is rounded once: the double that from_chars finds. Nothing for
// other texts, and for numbers that need a closer look.
std::optional<double> few_digits(std::string_view text) {
  const bool has_sign = text.front() == '-' || text.front() == '+';
  const std::string_view unsigned_text = text.substr(has_sign ? 1 : 0);
  if (unsigned_text.size() > kFewDigits || FLT_EVAL_METHOD != 0) {
    return std::nullopt;
  }
  std::uint64_t digits = 0;
  std::size_t at = 0;
  const auto take = [&] {
    for (; at < unsigned_text.size() && is_digit(unsigned_text[at]); ++at) {
      digits = digits * 10 + static_cast<std::uint64_t>(unsigned_text[at] - '0');
    }
  };
  take();
  if (at == 0 || (at > 1 && unsigned_text.front() == '0')) {
    return std::nullopt;
  }
  std::size_t fraction = 0;
  if (at < unsigned_text.size() && unsigned_text[at] == '.') {
    const std::size_t point = ++at;
    take();
    fraction = at - point;
  }
  if (at < unsigned_text.size() || digits > static_cast<std::uint64_t>(kExactIntegers)) {
    return std::nullopt;
  }
  const double magnitude = static_cast<double>(digits) / kTens[fraction];
  return text.front() == '-' ? -magnitude : magnitude;
}

std::optional<double> non_finite(std::string_view text) {
  const bool is_negative = take_sign(text);
  if (text.size() != 3 && text.size() != 8) {
    return std::nullopt;
  }
  const std::string name = to_lower_ascii(text);
  if (name == "nan") {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (name == "inf" || name == "infinity") {
    const double infinity = std::numeric_limits<double>::infinity();
    return is_negative ? -infinity : infinity;
  }
  return std::nullopt;
}

// The power of ten of the first digit that is not 0: decides between overflow and underflow.
bool is_tiny(const Spelling& spelling) {
  const std::size_t lead = spelling.integer.find_first_not_of('0');
  if (lead != std::string_view::npos) {
    return static_cast<std::int64_t>(spelling.integer.size() - lead) + spelling.exponent <= 0;
  }
  const std::size_t zeros =
      std::min(spelling.fraction.find_first_not_of('0'), spelling.fraction.size());
  return spelling.exponent - static_cast<std::int64_t>(zeros) <= 0;
}

double value_of(std::string_view text, const Spelling& spelling) {
  take_sign(text);
  double magnitude = 0;
  const std::from_chars_result parsed =
      std::from_chars(text.data(), text.data() + text.size(), magnitude);
  if (parsed.ec == std::errc::result_out_of_range) {
    magnitude = is_tiny(spelling) ? 0.0 : std::numeric_limits<double>::infinity();
  }
  return spelling.is_negative ? -magnitude : magnitude;
}

std::string shortest(double number) {
  if (std::isnan(number)) {
    return "nan";
  }
  if (std::isinf(number)) {
    return number < 0 ? "-inf" : "inf";
  }
  std::array<char, 32> buffer;
  const std::to_chars_result written =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  return {buffer.data(), written.ptr};
}

// Significant digits and the power of ten of the last of them; no digits for zero.
struct Significant {
  std::string digits;
  std::int64_t exponent = 0;
};

Significant significant_of(const Spelling& spelling) {
  Significant result;
  result.digits.reserve(spelling.integer.size() + spelling.fraction.size());
  result.digits.append(spelling.integer).append(spelling.fraction);
  result.exponent = spelling.exponent - static_cast<std::int64_t>(spelling.fraction.size());
  result.digits.erase(0, std::min(result.digits.find_first_not_of('0'), result.digits.size()));
  const std::size_t kept = result.digits.find_last_not_of('0') + 1;
  result.exponent += static_cast<std::int64_t>(result.digits.size() - kept);
  result.digits.resize(kept);
  return result;
}

std::string integer_text(const Significant& value, bool is_negative) {
  const std::string sign = is_negative ? "-" : "";
  const std::size_t zeros = static_cast<std::size_t>(value.exponent);
  if (value.digits.size() + zeros <= kPlainDigits) {
    return sign + value.digits + std::string(zeros, '0');
  }
  const std::string fraction = value.digits.substr(1);
  return fmt::format("{}{}{}{}e{}",
                     sign,
                     value.digits.front(),
                     fraction.empty() ? "" : ".",
                     fraction,
                     value.digits.size() - 1 + zeros);
}

// One text per number: all digits of an integer, however it is spelled, else the shortest text that
// reads as the same double. Equality of this text is what "the same number" means here; being a
// function of one number alone, it is transitive, which doubles compared with integers are not.
std::string canonical_number(std::string_view text, double number) {
  const std::optional<Spelling> spelling = spelling_of(text);
  if (!spelling) {
    const std::string own = shortest(number);
    return std::isfinite(number) ? canonical_number(own, number) : own;
  }
  const Significant value = significant_of(*spelling);
  if (value.digits.empty()) {
    return "0";
  }
  // Exponents of this size are not read exactly. Halved, so that how the number is spelled (with
  // millions of fraction digits, say) does not decide on which side it falls.
  if (value.exponent >= kMaxExponent / 2) {
    return shortest(number);
  }
  if (value.exponent >= 0) {
    return integer_text(value, spelling->is_negative);
  }
  const std::string own = shortest(number);
  // A fraction that the double does not hold: the integer that it became. Its own text has no
  // fraction digits left, or is the shortest already: this ends.
  return own == text || number != std::trunc(number) || !std::isfinite(number)
             ? own
             : canonical_number(own, number);
}

bool is_plain_integer(std::string_view text) {
  if (!text.empty() && text.front() == '-') {
    text.remove_prefix(1);
  }
  if (text.empty() || text.size() > kPlainDigits || text.front() == '0') {
    return false;
  }
  return take_digits(text).size() > 0 && text.empty();
}

}  // namespace

Cell parse_cell(std::string_view text) {
  if (text.empty()) {
    return {};
  }
  if (const std::optional<double> number = few_digits(text)) {
    return {Cell::Kind::number, *number, text};
  }
  if (const std::optional<Spelling> spelling = spelling_of(text)) {
    return {Cell::Kind::number, value_of(text, *spelling), text};
  }
  if (const std::optional<double> number = non_finite(text)) {
    return {Cell::Kind::number, *number, text};
  }
  return {Cell::Kind::text, 0, text};
}

std::string canonical_label(const Cell& cell) {
  switch (cell.kind) {
    case Cell::Kind::null:
      return {};
    case Cell::Kind::text:
      return std::string(cell.text);
    case Cell::Kind::number:
      break;
  }
  return is_plain_integer(cell.text) ? std::string(cell.text)
                                     : canonical_number(cell.text, cell.number);
}

bool same_value(const Cell& a, const Cell& b) {
  if (a.kind != b.kind) {
    return false;
  }
  if (a.kind != Cell::Kind::number) {
    return a.kind == Cell::Kind::null || a.text == b.text;
  }
  if (std::abs(a.number) < kExactIntegers) {
    return a.number == b.number;
  }
  if (std::isnan(a.number) || std::isnan(b.number)) {
    return std::isnan(a.number) && std::isnan(b.number);
  }
  return a.number == b.number && canonical_label(a) == canonical_label(b);
}

void append_to_key(const Cell& cell, std::string& key) {
  const bool is_as_it_is = cell.kind != Cell::Kind::number || is_plain_integer(cell.text);
  const std::string canonical = is_as_it_is ? std::string() : canonical_label(cell);
  const std::string_view text = is_as_it_is ? cell.text : std::string_view(canonical);
  // A length of 0 is null: no text of a value is empty.
  for (std::uint32_t rest = static_cast<std::uint32_t>(text.size()), i = 0; i < 4; ++i) {
    key.push_back(static_cast<char>((rest >> (8 * i)) & 0xFFU));
  }
  key.append(text);
}

}  // namespace mlops::table
