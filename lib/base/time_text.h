#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mlops {

/// Points in time as tables and policies spell them → microseconds since the epoch, UTC. The years
/// are 0001 to 9999 of the Gregorian calendar; what is not spelled just so is nothing.
///
///     date      = 4digit "-" 2digit "-" 2digit
///     timestamp = date ("T" / " ") 2digit ":" 2digit [":" 2digit ["." 1*9digit]] [zone]
///     zone      = "Z" / ("+" / "-") 2digit [[":"] 2digit]          none: UTC
///
/// Digits beyond the microsecond are dropped; there is no leap second.
std::optional<std::int64_t> parse_date(std::string_view text);
std::optional<std::int64_t> parse_timestamp(std::string_view text);

}  // namespace mlops
