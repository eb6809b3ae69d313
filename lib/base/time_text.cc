#include "base/time_text.h"

#include <chrono>

namespace mlops {
namespace {

constexpr std::int64_t kMicros = 1'000'000;
constexpr std::int64_t kDay = 86'400 * kMicros;

bool take(std::string_view& rest, char c) {
  const bool there = rest.starts_with(c);
  rest.remove_prefix(there ? 1 : 0);
  return there;
}

bool is_time_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Exactly `count` digits, whose number is at most `most`.
std::optional<int> take_number(std::string_view& rest, std::size_t count, int most) {
  int number = 0;
  if (rest.size() < count) {
    return std::nullopt;
  }
  for (const char c : rest.substr(0, count)) {
    if (!is_time_digit(c)) {
      return std::nullopt;
    }
    number = number * 10 + (c - '0');
  }
  rest.remove_prefix(count);
  return number <= most ? std::optional(number) : std::nullopt;
}

std::optional<std::int64_t> take_date(std::string_view& rest) {
  const auto year = take_number(rest, 4, 9999);
  if (!year || *year == 0 || !take(rest, '-')) {
    return std::nullopt;
  }
  const auto month = take_number(rest, 2, 12);
  if (!month || !take(rest, '-')) {
    return std::nullopt;
  }
  const auto day = take_number(rest, 2, 31);
  if (!day) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) {
    return std::nullopt;
  }
  return std::chrono::sys_days(date).time_since_epoch().count() * kDay;
}

/// Of a second, up to nine digits.
std::optional<std::int64_t> take_fraction(std::string_view& rest) {
  constexpr std::size_t kMostDigits = 9;
  std::int64_t nanos = 0;
  std::size_t digits = 0;
  while (digits < rest.size() && digits < kMostDigits && is_time_digit(rest[digits])) {
    nanos = nanos * 10 + (rest[digits] - '0');
    ++digits;
  }
  rest.remove_prefix(digits);
  for (std::size_t missing = digits; missing < kMostDigits; ++missing) {
    nanos *= 10;
  }
  return digits == 0 ? std::nullopt : std::optional(nanos / 1000);
}

std::optional<std::int64_t> take_time(std::string_view& rest) {
  const auto hour = take_number(rest, 2, 23);
  if (!hour || !take(rest, ':')) {
    return std::nullopt;
  }
  const auto minute = take_number(rest, 2, 59);
  if (!minute) {
    return std::nullopt;
  }
  std::int64_t micros = (*hour * 3600LL + *minute * 60LL) * kMicros;
  if (take(rest, ':')) {
    const auto second = take_number(rest, 2, 59);
    if (!second) {
      return std::nullopt;
    }
    micros += *second * kMicros;
    if (take(rest, '.')) {
      const auto fraction = take_fraction(rest);
      if (!fraction) {
        return std::nullopt;
      }
      micros += *fraction;
    }
  }
  return micros;
}

/// How far the zone is ahead of UTC.
std::optional<std::int64_t> take_zone(std::string_view& rest) {
  if (rest.empty() || take(rest, 'Z')) {
    return 0;
  }
  const bool is_behind = rest.front() == '-';
  if (!take(rest, '-') && !take(rest, '+')) {
    return std::nullopt;
  }
  const auto hours = take_number(rest, 2, 23);
  if (!hours) {
    return std::nullopt;
  }
  int minutes = 0;
  if (!rest.empty()) {
    take(rest, ':');
    const auto given = take_number(rest, 2, 59);
    if (!given) {
      return std::nullopt;
    }
    minutes = *given;
  }
  const std::int64_t ahead = (*hours * 3600LL + minutes * 60LL) * kMicros;
  return is_behind ? -ahead : ahead;
}

}  // namespace

std::optional<std::int64_t> parse_date(std::string_view text) {
  const auto date = take_date(text);
  return text.empty() ? date : std::nullopt;
}

std::optional<std::int64_t> parse_timestamp(std::string_view text) {
  const auto date = take_date(text);
  if (!date || (!take(text, 'T') && !take(text, ' '))) {
    return std::nullopt;
  }
  const auto time = take_time(text);
  if (!time) {
    return std::nullopt;
  }
  const auto zone = take_zone(text);
  return zone && text.empty() ? std::optional(*date + *time - *zone) : std::nullopt;
}

}  // namespace mlops
