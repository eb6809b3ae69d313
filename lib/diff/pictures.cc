#include "diff/pictures.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace mlops::diff {
namespace {

constexpr std::size_t kMaxTransitions = 400;
constexpr std::size_t kBins = 40;
constexpr std::uint32_t kCells = 40;

struct Scores {
  const std::vector<double>* before = nullptr;
  const std::vector<double>* after = nullptr;
};

std::optional<Scores> scores_of(const Samples& samples) {
  if (samples.task == policy::Task::regression) {
    return Scores{&samples.old_version.value, &samples.new_version.value};
  }
  if (samples.task != policy::Task::classification || !samples.positive_column) {
    return std::nullopt;
  }
  return Scores{&samples.old_version.probabilities[*samples.positive_column],
                &samples.new_version.probabilities[*samples.positive_column]};
}

std::size_t cell_of(double value, double low, double high, std::size_t cells) {
  const double position = (value - low) / (high - low) * static_cast<double>(cells);
  return std::min(static_cast<std::size_t>(std::max(position, 0.0)), cells - 1);
}

Histogram histogram(std::string title, const std::vector<double>& values, double limit) {
  Histogram result;
  result.title = std::move(title);
  result.counts.assign(kBins, 0);
  for (std::size_t i = 0; i <= kBins; ++i) {
    result.edges.push_back(-limit + 2 * limit * static_cast<double>(i) / kBins);
  }
  for (const double value : values) {
    ++result.counts[cell_of(value, -limit, limit, kBins)];
  }
  return result;
}

/// The differences that are finite, and half the width that shows them all around 0.
Histogram symmetric_histogram(std::string title, std::vector<double> values) {
  values.erase(
      std::remove_if(values.begin(), values.end(), [](double v) { return !std::isfinite(v); }),
      values.end());
  double limit = 0;
  for (const double value : values) {
    limit = std::max(limit, std::abs(value));
  }
  return histogram(std::move(title), values, limit > 0 ? limit : 1);
}

/// The finite values of both versions lie between these; low > high when there are none.
std::pair<double, double> range_of(const Scores& scores) {
  std::pair<double, double> range{HUGE_VAL, -HUGE_VAL};
  for (const auto* side : {scores.before, scores.after}) {
    for (const double value : *side) {
      if (std::isfinite(value)) {
        range = {std::min(range.first, value), std::max(range.second, value)};
      }
    }
  }
  return range;
}

}  // namespace

std::string score_name_of(const Samples& samples) {
  if (samples.task == policy::Task::regression) {
    return "prediction";
  }
  return samples.positive_column ? fmt::format("p({})", samples.classes[*samples.positive]) : "";
}

std::vector<Transition> transitions_of(const Samples& samples) {
  if (samples.task != policy::Task::classification) {
    return {};
  }
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> counts;
  for (std::size_t row = 0; row < samples.size; ++row) {
    ++counts[{samples.old_version.prediction[row], samples.new_version.prediction[row]}];
  }
  std::vector<std::uint64_t> sizes;
  sizes.reserve(counts.size());
  for (const auto& [pair, count] : counts) {
    sizes.push_back(count);
  }
  std::sort(sizes.rbegin(), sizes.rend());
  const std::uint64_t least = sizes.size() > kMaxTransitions ? sizes[kMaxTransitions] + 1 : 0;
  const auto name = [&](std::uint32_t code) {
    return code == kNoCode ? std::string("(none)") : samples.classes[code];
  };
  std::vector<Transition> transitions;
  for (const auto& [pair, count] : counts) {
    if (count >= least) {
      transitions.push_back({name(pair.first), name(pair.second), count});
    }
  }
  return transitions;
}

std::vector<Histogram> histograms_of(const Samples& samples) {
  const auto scores = scores_of(samples);
  if (!scores) {
    return {};
  }
  std::vector<double> moved;
  for (std::size_t row = 0; row < samples.size; ++row) {
    moved.push_back((*scores->after)[row] - (*scores->before)[row]);
  }
  const bool numbers = samples.task == policy::Task::regression;
  std::vector<Histogram> histograms{
      symmetric_histogram(fmt::format("change of {}", score_name_of(samples)), std::move(moved))};
  if (numbers && samples.has_labels) {
    std::vector<double> growth;
    for (const std::uint32_t row : samples.labelled) {
      growth.push_back(std::abs((*scores->after)[row] - samples.target[row]) -
                       std::abs((*scores->before)[row] - samples.target[row]));
    }
    histograms.push_back(symmetric_histogram("change of |error|", std::move(growth)));
  }
  return histograms;
}

std::optional<Density> density_of(const Samples& samples) {
  const auto scores = scores_of(samples);
  if (!scores) {
    return std::nullopt;
  }
  Density density;
  density.cells = kCells;
  density.counts.assign(std::size_t{kCells} * kCells, 0);
  if (samples.task == policy::Task::regression) {
    std::tie(density.low, density.high) = range_of(*scores);
    if (!(density.low < density.high)) {
      return std::nullopt;
    }
  }
  for (std::size_t row = 0; row < samples.size; ++row) {
    const double o = (*scores->before)[row];
    const double n = (*scores->after)[row];
    if (std::isfinite(o) && std::isfinite(n)) {
      const std::size_t x = cell_of(o, density.low, density.high, kCells);
      const std::size_t y = cell_of(n, density.low, density.high, kCells);
      ++density.counts[y * kCells + x];
    }
  }
  return density;
}

}  // namespace mlops::diff
