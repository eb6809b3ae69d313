#include "table/npy_value.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>

#include "base/text.h"

namespace mlops::table {
namespace {

std::uint64_t bits_of(std::span<const std::uint8_t> bytes, bool is_big_endian) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bits = (bits << 8U) | bytes[is_big_endian ? i : bytes.size() - 1 - i];
  }
  return bits;
}

template <typename Number>
void append_number(Number number, std::string& text) {
  std::array<char, 32> buffer;
  const std::to_chars_result written =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  text.append(buffer.data(), written.ptr);
}

// Bits of IEEE 754 binary16 without the sign; beyond the largest as if exponents went on.
double half_magnitude(std::uint32_t bits) {
  const int exponent = static_cast<int>(bits >> 10U);
  const double fraction = bits & 0x3FFU;
  return exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(fraction + 1024, exponent - 25);
}

// No decimal is rounded to a half in C++20, so the shortest is found: the first that lies closer to
// this number than to its neighbours.
void append_half(std::uint32_t bits, std::string& text) {
  const std::uint32_t magnitude = bits & 0x7FFFU;
  if (magnitude > 0x7C00U) {
    text.append("nan");
    return;
  }
  text.append((bits & 0x8000U) != 0 ? "-" : "");
  if (magnitude == 0x7C00U || magnitude == 0) {
    text.append(magnitude == 0 ? "0" : "inf");
    return;
  }
  const double value = half_magnitude(magnitude);
  const double low = (half_magnitude(magnitude - 1) + value) / 2;
  const double high = (half_magnitude(magnitude + 1) + value) / 2;
  constexpr int kMostDigits = 5;
  std::array<char, 32> buffer;
  double read = 0;
  for (int digits = 1; digits <= kMostDigits; ++digits) {
    const std::to_chars_result written = std::to_chars(buffer.data(),
                                                       buffer.data() + buffer.size(),
                                                       value,
                                                       std::chars_format::scientific,
                                                       digits - 1);
    std::from_chars(buffer.data(), written.ptr, read);
    if (read > low && read < high) {
      break;
    }
  }
  append_number(read, text);
}

void append_floating(std::span<const std::uint8_t> bytes, std::uint64_t bits, std::string& text) {
  if (bytes.size() == 8) {
    append_number(std::bit_cast<double>(bits), text);
  } else if (bytes.size() == 4) {
    append_number(std::bit_cast<float>(static_cast<std::uint32_t>(bits)), text);
  } else {
    append_half(static_cast<std::uint32_t>(bits), text);
  }
}

void append_integer(std::span<const std::uint8_t> bytes, std::uint64_t bits, std::string& text) {
  const unsigned unused = static_cast<unsigned>(64 - 8 * bytes.size());
  append_number(static_cast<std::int64_t>(bits << unused) >> unused, text);
}

bool append_bytes(std::span<const std::uint8_t> bytes, std::string& text) {
  std::string_view value(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  value = value.substr(0, value.find_last_not_of('\0') + 1);
  text.append(value);
  return value.find('\0') == std::string_view::npos && is_utf8(value);
}

void append_utf8(std::uint32_t point, std::string& text) {
  const int tails = point < 0x80U ? 0 : point < 0x800U ? 1 : point < 0x10000U ? 2 : 3;
  constexpr std::array<std::uint32_t, 4> kLeads{0, 0xC0U, 0xE0U, 0xF0U};
  text.push_back(
      static_cast<char>(kLeads[static_cast<std::size_t>(tails)] | (point >> (6 * tails))));
  for (int tail = tails - 1; tail >= 0; --tail) {
    text.push_back(static_cast<char>(0x80U | ((point >> (6 * tail)) & 0x3FU)));
  }
}

bool append_utf32(std::span<const std::uint8_t> bytes, bool is_big_endian, std::string& text) {
  const auto point_at = [&](std::size_t i) {
    return static_cast<std::uint32_t>(bits_of(bytes.subspan(4 * i, 4), is_big_endian));
  };
  std::size_t length = bytes.size() / 4;
  while (length > 0 && point_at(length - 1) == 0) {
    --length;
  }
  for (std::size_t i = 0; i < length; ++i) {
    const std::uint32_t point = point_at(i);
    if (point == 0 || point > 0x10FFFFU || (point >= 0xD800U && point < 0xE000U)) {
      return false;
    }
    append_utf8(point, text);
  }
  return true;
}

}  // namespace

bool append_npy_value(const NpyType& type, std::span<const std::uint8_t> bytes, std::string& text) {
  switch (type.kind) {
    case NpyType::Kind::bytes:
      return append_bytes(bytes, text);
    case NpyType::Kind::utf32:
      return append_utf32(bytes, type.is_big_endian, text);
    case NpyType::Kind::boolean:
      text.append(bytes[0] == 0 ? "false" : "true");
      return bytes[0] <= 1;
    default:
      break;
  }
  const std::uint64_t bits = bits_of(bytes, type.is_big_endian);
  if (type.kind == NpyType::Kind::integer) {
    append_integer(bytes, bits, text);
  } else if (type.kind == NpyType::Kind::natural) {
    append_number(bits, text);
  } else {
    append_floating(bytes, bits, text);
  }
  return true;
}

}  // namespace mlops::table
