#include "table/cell.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cfloat>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "base/text.h"

namespace mlops::table {
namespace {

constexpr std::size_t kPlainDigits = 64;  // longer integers are written as 1.5e400

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
constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

// Up to eight bytes as a word, the first byte the lowest; nothing behind them is read.
std::uint64_t load_few(const char* bytes, std::size_t count) {
  if (count >= 4) {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::memcpy(&low, bytes, sizeof low);
    std::memcpy(&high, bytes + count - sizeof high, sizeof high);
    return low | static_cast<std::uint64_t>(high) << (8 * (count - sizeof high));
  }
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < count; ++i) {
    word |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  return word;
}

constexpr std::uint64_t all_bytes(unsigned char byte) {
  return 0x0101'0101'0101'0101U * byte;
}

// Where the first point stands in a word; 8 without one.
std::size_t find_point(std::uint64_t word) {
  const std::uint64_t other = word ^ all_bytes('.');
  const std::uint64_t zeros = (other - all_bytes(1)) & ~other & all_bytes(0x80);
  return static_cast<std::size_t>(std::countr_zero(zeros)) / 8;
}

bool are_digits(std::uint64_t word) {
  const std::uint64_t above = (word + all_bytes(6)) & all_bytes(0xF0);
  return (word & all_bytes(0xF0)) == all_bytes('0') && above == all_bytes('0');
}

// Eight digits by three multiplications, the first digit in the lowest byte.
std::uint64_t eight_digits(std::uint64_t word) {
  word = ((word & all_bytes(0x0F)) * (10 * 256 + 1)) >> 8U;
  word = ((word & 0x00FF'00FF'00FF'00FFU) * (100 * 65536 + 1)) >> 16U;
  return ((word & 0x0000'FFFF'0000'FFFFU) * (10000 * (std::uint64_t{1} << 32U) + 1)) >> 32U;
}

// The same as few_digits for up to eight bytes without a sign, which most numbers are.
double eight_bytes(std::string_view text) {
  std::uint64_t word = load_few(text.data(), text.size());
  const std::size_t point = std::min(find_point(word), text.size());
  if (point == 0 || (point > 1 && text.front() == '0')) {
    return kNoNumber;
  }
  std::size_t digits = text.size();
  if (point < text.size()) {
    const std::uint64_t before = (std::uint64_t{1} << (8 * point)) - 1;
    word = (word & before) | ((word >> 8U) & ~before);
    --digits;
  }
  // Zeros before the digits change nothing. Two shifts: one by 64 would be undefined.
  const std::size_t missing = 8 * (8 - digits);
  word = word << missing | all_bytes('0') >> 1U >> (63 - missing);
  return are_digits(word) ? static_cast<double>(eight_digits(word)) / kTens[digits - point]
                          : kNoNumber;
}

// As few_digits, for texts of any length without a sign.
[[gnu::noinline]] double up_to_17_digits(std::string_view text) {
  if (text.size() > kFewDigits) {
    return kNoNumber;
  }
  std::uint64_t digits = 0;
  std::size_t at = 0;
  const auto take = [&] {
    for (; at < text.size() && is_digit(text[at]); ++at) {
      digits = digits * 10 + static_cast<std::uint64_t>(text[at] - '0');
    }
  };
  take();
  if (at == 0 || (at > 1 && text.front() == '0')) {
    return kNoNumber;
  }
  std::size_t fraction = 0;
  if (at < text.size() && text[at] == '.') {
    const std::size_t point = ++at;
    take();
    fraction = at - point;
  }
  if (at < text.size() || digits > static_cast<std::uint64_t>(kExactIntegers)) {
    return kNoNumber;
  }
  return static_cast<double>(digits) / kTens[fraction];
}

// Nearly all numbers: some digits, perhaps a point. Digits and power of ten are doubles without
// rounding, and their quotient is rounded once: the double that from_chars finds. kNoNumber for
// other texts, and for numbers that need a closer look. An optional would cost more than all this:
// what is stored in two pieces and copied in one waits.
double few_digits(std::string_view text) {
  const bool is_negative = text.front() == '-';
  text.remove_prefix(is_negative || text.front() == '+' ? 1 : 0);
  if (text.empty() || FLT_EVAL_METHOD != 0) {
    return kNoNumber;
  }
  const bool is_word = text.size() <= 8 && std::endian::native == std::endian::little;
  const double magnitude = is_word ? eight_bytes(text) : up_to_17_digits(text);
  return is_negative ? -magnitude : magnitude;
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

// Apart, so that what nearly all cells take stays short.
[[gnu::noinline]] Cell parse_closely(std::string_view text) {
  if (const std::optional<Spelling> spelling = spelling_of(text)) {
    return {Cell::Kind::number, value_of(text, *spelling), text};
  }
  if (const std::optional<double> number = non_finite(text)) {
    return {Cell::Kind::number, *number, text};
  }
  return {Cell::Kind::text, 0, text};
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
  const double number = few_digits(text);
  return std::isnan(number) ? parse_closely(text) : Cell{Cell::Kind::number, number, text};
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

bool same_value_closely(const Cell& a, const Cell& b) {
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
