#include "stats/text_similarity.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "base/text.h"
#include "base/utf8.h"

namespace mlops::stats {
namespace {

constexpr std::size_t kWord = 64;

std::vector<std::string_view> tokens_of(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  std::vector<std::string_view> tokens;
  for (std::size_t at = text.find_first_not_of(kSpace); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(kSpace, at), text.size());
    tokens.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(kSpace, end);
  }
  return tokens;
}

/// Where each symbol stands in the pattern, a bit a place.
class Places {
 public:
  explicit Places(std::span<const std::uint32_t> pattern)
      : blocks_((pattern.size() + kWord - 1) / kWord), none_(blocks_, 0) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      auto& bits = places_.try_emplace(pattern[i], none_).first->second;
      bits[i / kWord] |= std::uint64_t{1} << (i % kWord);
    }
  }
  std::size_t blocks() const { return blocks_; }
  const std::vector<std::uint64_t>& of(std::uint32_t symbol) const {
    const auto found = places_.find(symbol);
    return found == places_.end() ? none_ : found->second;
  }

 private:
  std::size_t blocks_;
  std::vector<std::uint64_t> none_;
  std::unordered_map<std::uint32_t, std::vector<std::uint64_t>> places_;
};

/// One column of the matrix of distances as the differences of its cells.
struct Block {
  std::uint64_t plus = ~std::uint64_t{0};
  std::uint64_t minus = 0;

  /// Moves to the next column; the difference above the block goes in, the one at `last` comes out.
  int step(std::uint64_t equal, int above, std::uint64_t last) {
    const std::uint64_t negative = above < 0 ? 1U : 0U;
    const std::uint64_t with_minus = equal | minus;
    equal |= negative;
    const std::uint64_t diagonal = (((equal & plus) + plus) ^ plus) | equal;
    std::uint64_t horizontal_plus = minus | ~(diagonal | plus);
    std::uint64_t horizontal_minus = plus & diagonal;
    const int below = (horizontal_plus & last) != 0 ? 1 : (horizontal_minus & last) != 0 ? -1 : 0;
    horizontal_plus = (horizontal_plus << 1U) | (above > 0 ? 1U : 0U);
    horizontal_minus = (horizontal_minus << 1U) | negative;
    plus = horizontal_minus | ~(with_minus | horizontal_plus);
    minus = horizontal_plus & with_minus;
    return below;
  }
};

Similarity similarity_of(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
  const std::size_t longer = std::max(a.size(), b.size());
  const auto distance = static_cast<double>(edit_distance(a, b));
  return {longer == 0 ? 1 : 1 - distance / static_cast<double>(longer), false};
}

}  // namespace

std::vector<std::uint32_t> code_points(std::string_view text) {
  std::vector<std::uint32_t> points;
  points.reserve(text.size());
  while (!text.empty()) {
    const Utf8Char next = decode_utf8(text);
    // A byte that is no UTF-8 is no character of that number.
    points.push_back(next.valid ? next.code : 0x110000U + next.code);
    text.remove_prefix(next.length);
  }
  return points;
}

std::size_t edit_distance(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
  if (a.size() < b.size()) {
    std::swap(a, b);
  }
  if (b.empty()) {
    return a.size();
  }
  const Places places(b);
  std::vector<Block> blocks(places.blocks());
  const std::uint64_t last = std::uint64_t{1} << ((b.size() - 1) % kWord);
  std::int64_t distance = static_cast<std::int64_t>(b.size());
  for (const std::uint32_t symbol : a) {
    const std::vector<std::uint64_t>& equal = places.of(symbol);
    int carried = 1;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const bool is_last = i + 1 == blocks.size();
      carried = blocks[i].step(equal[i], carried, is_last ? last : std::uint64_t{1} << 63U);
    }
    distance += carried;
  }
  return static_cast<std::size_t>(distance);
}

Similarity text_similarity(std::string_view a, std::string_view b) {
  if (a == b) {
    return {1, false};
  }
  const std::vector<std::uint32_t> points_a = code_points(a);
  const std::vector<std::uint32_t> points_b = code_points(b);
  if (std::max(points_a.size(), points_b.size()) <= kMaxCompared) {
    return similarity_of(points_a, points_b);
  }
  std::map<std::string_view, std::uint32_t> numbers;
  const auto number = [&](const std::vector<std::string_view>& tokens) {
    std::vector<std::uint32_t> numbered;
    numbered.reserve(tokens.size());
    for (const std::string_view token : tokens) {
      numbered.push_back(
          numbers.try_emplace(token, static_cast<std::uint32_t>(numbers.size())).first->second);
    }
    return numbered;
  };
  const std::vector<std::uint32_t> tokens_a = number(tokens_of(a));
  const std::vector<std::uint32_t> tokens_b = number(tokens_of(b));
  if (std::max(tokens_a.size(), tokens_b.size()) > kMaxCompared) {
    return {std::nullopt, true};
  }
  return {similarity_of(tokens_a, tokens_b).value, true};
}

double token_jaccard(std::string_view a, std::string_view b) {
  const std::vector<std::string_view> list_a = tokens_of(a);
  const std::vector<std::string_view> list_b = tokens_of(b);
  const std::set<std::string_view> set_a(list_a.begin(), list_a.end());
  const std::set<std::string_view> set_b(list_b.begin(), list_b.end());
  const auto common = static_cast<double>(
      std::count_if(set_a.begin(), set_a.end(), [&](auto token) { return set_b.contains(token); }));
  const double either = static_cast<double>(set_a.size() + set_b.size()) - common;
  return either == 0 ? 1 : common / either;
}

}  // namespace mlops::stats
