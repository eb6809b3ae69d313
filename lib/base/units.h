#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mlops {

/// "24GiB", "500 MB", "1024" (bytes) → bytes. Binary (KiB…PiB) and decimal (kB…PB) units; nothing
/// on a syntax error or beyond 2^63-1.
std::optional<std::uint64_t> parse_bytes(std::string_view text);
/// 184218 → "179.9 KiB": one decimal at most, for people. Scripts get the number.
std::string format_bytes(std::uint64_t bytes);

/// "2h", "90s", "1h30m", "10d", "250ms" → duration; nothing on a syntax error, a sign or overflow.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
/// 3723 s → "1h02m"; 4.2 s → "4.2s": for people.
std::string format_duration(std::chrono::milliseconds duration);

/// Nanoseconds since the epoch → "2026-11-22T20:01:31Z" (RFC 3339, UTC).
std::string format_time(std::int64_t unix_ns);

/// 1234567 → "1,234,567".
std::string format_count(std::uint64_t count);
/// count + noun with a plural s: "1 file", "2 files".
std::string plural(std::uint64_t count, std::string_view noun);

}  // namespace mlops
