#include "base/suggest.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"

namespace mlops {

namespace {

// A slip of the fingers is short; and a hostile name of megabytes costs nothing.
constexpr std::size_t kLongestName = 128;

std::size_t likely_distance(std::size_t longest) {
  return std::max<std::size_t>(1, longest / 3);
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Three rolling rows of the optimal string alignment table.
  std::array<std::vector<std::size_t>, 3> rows;
  rows.fill(std::vector<std::size_t>(b.size() + 1));
  for (std::size_t j = 0; j <= b.size(); ++j) {
    rows[0][j] = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::vector<std::size_t>& row = rows[i % 3];
    const std::vector<std::size_t>& above = rows[(i - 1) % 3];
    const std::vector<std::size_t>& above_that = rows[(i + 1) % 3];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t differs = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + differs});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], above_that[j - 2] + 1);
      }
    }
  }
  return rows[a.size() % 3][b.size()];
}

std::optional<std::string> suggest(std::string_view name, std::span<const std::string> candidates) {
  if (name.empty() || name.size() > kLongestName) {
    return std::nullopt;
  }
  const std::string typed = to_lower_ascii(name);
  std::optional<std::string> best;
  std::size_t best_distance = 0;
  for (const std::string& candidate : candidates) {
    const std::size_t longest = std::max(name.size(), candidate.size());
    const std::size_t shortest = std::min(name.size(), candidate.size());
    const std::size_t limit = likely_distance(longest);
    if (candidate.empty() || candidate.size() > kLongestName || longest - shortest > limit) {
      continue;
    }
    const std::size_t distance = edit_distance(typed, to_lower_ascii(candidate));
    if (distance <= limit && distance < longest && (!best || distance < best_distance)) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view name, std::span<const std::string> candidates) {
  const std::optional<std::string> candidate = suggest(name, candidates);
  return candidate ? "did you mean " + quote(*candidate) + "?" : std::string();
}

}  // namespace mlops
