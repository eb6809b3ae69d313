#include "base/units.h"

#include <array>
#include <limits>

#include <fmt/format.h>

namespace mlops {

namespace {

struct Unit {
  std::string_view name;
  std::uint64_t size;
};

constexpr std::uint64_t kLargest = std::numeric_limits<std::int64_t>::max();

constexpr std::array<Unit, 12> kByteUnits{{{"", 1},
                                           {"B", 1},
                                           {"KiB", 1ULL << 10U},
                                           {"MiB", 1ULL << 20U},
                                           {"GiB", 1ULL << 30U},
                                           {"TiB", 1ULL << 40U},
                                           {"PiB", 1ULL << 50U},
                                           {"kB", 1'000ULL},
                                           {"MB", 1'000'000ULL},
                                           {"GB", 1'000'000'000ULL},
                                           {"TB", 1'000'000'000'000ULL},
                                           {"PB", 1'000'000'000'000'000ULL}}};

// In the order in which they may follow each other: "1h30m", never "30m1h".
constexpr std::array<Unit, 5> kTimeUnits{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// a × b + c, or nothing beyond 2^63-1.
std::optional<std::uint64_t> multiply_add(std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  std::uint64_t out = 0;
  if (__builtin_mul_overflow(a, b, &out) || __builtin_add_overflow(out, c, &out) ||
      out > kLargest) {
    return std::nullopt;
  }
  return out;
}

/// Takes the digits at the front of `text`; nothing when there are none or too many.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::optional<std::uint64_t> number;
  while (!text.empty() && is_digit(text.front())) {
    number = multiply_add(number.value_or(0), 10, static_cast<std::uint64_t>(text.front() - '0'));
    if (!number) {
      return std::nullopt;
    }
    text.remove_prefix(1);
  }
  return number;
}

}  // namespace

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  const std::optional<std::uint64_t> number = take_number(text);
  if (!number) {
    return std::nullopt;
  }
  if (text.size() > 1 && text.front() == ' ') {
    text.remove_prefix(1);
  }
  for (const Unit& unit : kByteUnits) {
    if (text == unit.name) {
      return multiply_add(*number, unit.size, 0);
    }
  }
  return std::nullopt;
}

std::string format_bytes(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 6> kNames{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  if (bytes < 1024) {
    return fmt::format("{} B", bytes);
  }
  double value = static_cast<double>(bytes);
  std::size_t name = 0;
  // 1023.95 KiB would be shown as 1024.0 KiB.
  while (value >= 1023.95 && name + 1 < kNames.size()) {
    value /= 1024;
    ++name;
  }
  return fmt::format("{:.1f} {}", value, kNames[name]);
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::uint64_t total = 0;
  std::size_t next_unit = 0;
  if (text.empty()) {
    return std::nullopt;
  }
  while (!text.empty()) {
    const std::optional<std::uint64_t> number = take_number(text);
    std::size_t name_size = 0;
    while (name_size < text.size() && is_letter(text[name_size])) {
      ++name_size;
    }
    const std::string_view name = text.substr(0, name_size);
    std::size_t unit = next_unit;
    while (unit < kTimeUnits.size() && kTimeUnits[unit].name != name) {
      ++unit;
    }
    if (!number || unit == kTimeUnits.size()) {
      return std::nullopt;
    }
    const std::optional<std::uint64_t> sum = multiply_add(*number, kTimeUnits[unit].size, total);
    if (!sum) {
      return std::nullopt;
    }
    total = *sum;
    next_unit = unit + 1;
    text.remove_prefix(name_size);
  }
  return std::chrono::milliseconds(static_cast<std::int64_t>(total));
}

std::string format_duration(std::chrono::milliseconds duration) {
  const std::int64_t ms = duration.count();
  const bool is_negative = ms < 0;
  // Unsigned, because the smallest 64-bit number has no positive twin.
  const std::uint64_t size =
      is_negative ? 0 - static_cast<std::uint64_t>(ms) : static_cast<std::uint64_t>(ms);
  const std::string_view sign = is_negative ? "-" : "";
  const std::uint64_t seconds = size / 1000;
  const std::uint64_t minutes = seconds / 60;
  const std::uint64_t hours = minutes / 60;
  if (size < 1000) {
    return fmt::format("{}{}ms", sign, size);
  }
  if (seconds < 10) {
    return fmt::format("{}{}.{}s", sign, seconds, size % 1000 / 100);
  }
  if (seconds < 60) {
    return fmt::format("{}{}s", sign, seconds);
  }
  if (minutes < 60) {
    return fmt::format("{}{}m{:02}s", sign, minutes, seconds % 60);
  }
  if (hours < 24) {
    return fmt::format("{}{}h{:02}m", sign, hours, minutes % 60);
  }
  return fmt::format("{}{}d{:02}h", sign, hours / 24, hours % 24);
}

std::string format_time(std::int64_t unix_ns) {
  using std::chrono::floor;
  // Seconds first: the midnight before the smallest time does not fit in nanoseconds.
  const auto time = floor<std::chrono::seconds>(
      std::chrono::sys_time<std::chrono::nanoseconds>{std::chrono::nanoseconds(unix_ns)});
  const auto day = floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
                     static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()),
                     clock.hours().count(),
                     clock.minutes().count(),
                     clock.seconds().count());
}

std::string format_count(std::uint64_t count) {
  std::string digits = fmt::format("{}", count);
  for (std::size_t i = digits.size(); i > 3; i -= 3) {
    digits.insert(i - 3, ",");
  }
  return digits;
}

std::string plural(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", format_count(count), noun, count == 1 ? "" : "s");
}

}  // namespace mlops
