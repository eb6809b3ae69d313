#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mlops {

std::string to_hex(std::span<const std::uint8_t> bytes);
/// Fills `out` from exactly 2 × out.size() lower-case hex digits; false otherwise.
bool from_hex(std::string_view text, std::span<std::uint8_t> out);

}  // namespace mlops
