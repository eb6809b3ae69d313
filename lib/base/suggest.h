#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mlops {

/// Damerau–Levenshtein distance (adjacent transpositions count one), over bytes.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate closest to `name`, if one is close enough to be a likely slip of the fingers.
std::optional<std::string> suggest(std::string_view name, std::span<const std::string> candidates);

/// "did you mean 'x'?" or an empty string: the hint of an unknown key, command or stage.
std::string did_you_mean(std::string_view name, std::span<const std::string> candidates);

}  // namespace mlops
