#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace mlops::stats {

/// How alike two texts are (definition B9). Bytes that are no UTF-8 count as one character each.

std::vector<std::uint32_t> code_points(std::string_view text);

/// Insertions, deletions and replacements that turn one sequence into the other: Myers 1999 in
/// Hyyrö's form for long patterns, 64 cells a step.
std::size_t edit_distance(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b);

/// Longer texts are compared by tokens, and of more tokens than this there is no figure.
inline constexpr std::size_t kMaxCompared = 20'000;

struct Similarity {
  std::optional<double> value;  ///< nothing: too long
  bool by_tokens = false;
};
/// 1 - distance / length of the longer text; two empty texts are equal.
Similarity text_similarity(std::string_view a, std::string_view b);

/// Tokens, as white space divides them, in both texts over those in either; 1 for none at all.
double token_jaccard(std::string_view a, std::string_view b);

}  // namespace mlops::stats
