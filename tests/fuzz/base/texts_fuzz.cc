#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/text.h"
#include "base/time_text.h"
#include "base/units.h"
#include "fuzz/harness.h"

namespace {

using namespace mlops;

void check_glob(std::string_view pattern, std::string_view text) {
  const bool matches = glob_match(pattern, text);
  if (!is_glob(pattern) && pattern.find('\\') == pattern.npos) {
    fuzz::require(matches == (pattern == text));
  }
  fuzz::require(glob_match("**", text));
  fuzz::require(!matches || glob_match(std::string(pattern) + "**", text));
}

void check_units(std::string_view text) {
  if (const auto bytes = parse_bytes(text)) {
    fuzz::require(parse_bytes(std::to_string(*bytes)) == bytes);
    format_bytes(*bytes);
    format_count(*bytes);
    format_time(static_cast<std::int64_t>(*bytes));
  }
  if (const auto duration = parse_duration(text)) {
    fuzz::require(parse_duration(std::to_string(duration->count()) + "ms") == duration);
    format_duration(*duration);
    format_duration(-*duration);
  }
}

/// A date is its day's first timestamp; a zone moves it by what it says.
void check_times(std::string_view text) {
  constexpr std::int64_t kMicrosAnHour = 3'600'000'000;
  const auto date = parse_date(text);
  if (date) {
    const std::string day(text);
    fuzz::require(parse_timestamp(day + "T00:00") == date);
    fuzz::require(parse_timestamp(day + " 00:00:00-01") == *date + kMicrosAnHour);
  }
  fuzz::require(!(date && parse_timestamp(text)));
}

/// What goes to a terminal is one line of UTF-8 without anything that moves a cursor.
void check_shown(std::string_view text) {
  const auto shown = escape_for_terminal(text);
  fuzz::require(is_utf8(shown) && escape_for_terminal(shown) == shown);
  for (const char c : shown) {
    fuzz::require(static_cast<unsigned char>(c) >= 0x20U && c != 0x7f);
  }
  fuzz::require(display_width(shown) <= 2 * shown.size());
  quote(text);
  shell_quote(text);
}

}  // namespace

/// The bytes as pattern and path, parted by the first newline; as sizes and times; as a name to
/// show.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::as_text(data, size);
  const std::size_t cut = std::min(text.find('\n'), text.size());
  check_glob(text.substr(0, cut), text.substr(std::min(cut + 1, text.size())));
  check_units(text);
  check_times(text);
  check_shown(text);
  return 0;
}
