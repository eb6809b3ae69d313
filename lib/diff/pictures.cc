#include "diff/pictures.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "diff/class_totals.h"
#include "diff/score_pictures.h"

namespace mlops::diff {
namespace {

constexpr std::size_t kMaxTransitions = 400;

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

constexpr std::size_t kLikenessBins = 40;

/// What tells of a pair of answers how alike they are, at most 1.
struct Likeness {
  PairValue value;
  std::string_view title;
  double low = 0;
};

std::optional<Likeness> likeness_of(policy::Task task) {
  switch (task) {
    case policy::Task::text:
      return Likeness{PairValue::similarity, "similarity of both texts"};
    case policy::Task::ranking:
      return Likeness{PairValue::rbo, "rank-biased overlap of both lists"};
    case policy::Task::embedding:
    case policy::Task::tensor:
      return Likeness{PairValue::cosine, "cosine of both vectors", -1};
    default:
      break;
  }
  return std::nullopt;
}

/// Units by how alike both answers are; those without a figure are left out.
std::vector<Histogram> likeness_histograms(const Samples& samples) {
  const auto likeness = likeness_of(samples.task);
  if (!likeness || samples.pair.of(likeness->value).empty()) {
    return {};
  }
  Histogram result;
  result.title = likeness->title;
  result.by = "likeness";
  result.counts.assign(kLikenessBins, 0);
  const double width = (1 - likeness->low) / kLikenessBins;
  for (std::size_t i = 0; i <= kLikenessBins; ++i) {
    result.edges.push_back(likeness->low + width * static_cast<double>(i));
  }
  for (const double value : samples.pair.of(likeness->value)) {
    if (std::isfinite(value)) {
      const double place = std::clamp((value - likeness->low) / width, 0.0, kLikenessBins - 1.0);
      ++result.counts[static_cast<std::size_t>(place)];
    }
  }
  return {result};
}

/// Rows by the codes of the old and the new prediction.
using CountsOfPairs = std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t>;

CountsOfPairs pairs_of(const Samples& samples) {
  CountsOfPairs counts;
  if (samples.totals) {
    for (const ClassSums* sums : {&samples.totals->labelled, &samples.totals->unlabelled}) {
      sums->each([&](const Answers& answers, std::uint64_t rows) {
        counts[{answers.before, answers.after}] += rows;
      });
    }
    return counts;
  }
  for (std::size_t row = 0; row < samples.size; ++row) {
    ++counts[{samples.old_version.prediction[row], samples.new_version.prediction[row]}];
  }
  return counts;
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
  const CountsOfPairs counts = pairs_of(samples);
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
  const std::string title = fmt::format("change of {}", score_name_of(samples));
  if (samples.totals) {
    return samples.positive_column ? std::vector{samples.totals->moved.finish(title)}
                                   : std::vector<Histogram>{};
  }
  const auto scores = scores_of(samples);
  if (!scores) {
    return likeness_histograms(samples);
  }
  DifferenceHistogram moved;
  for (std::size_t row = 0; row < samples.size; ++row) {
    moved.add((*scores->after)[row] - (*scores->before)[row]);
  }
  std::vector<Histogram> histograms{moved.finish(title)};
  if (samples.task == policy::Task::regression && samples.has_labels) {
    DifferenceHistogram growth;
    for (const std::uint32_t row : samples.labelled) {
      growth.add(std::abs((*scores->after)[row] - samples.target[row]) -
                 std::abs((*scores->before)[row] - samples.target[row]));
    }
    histograms.push_back(growth.finish("change of |error|"));
  }
  return histograms;
}

std::optional<Density> density_of(const Samples& samples) {
  if (samples.totals) {
    return samples.positive_column ? std::optional(samples.totals->grid.finish()) : std::nullopt;
  }
  const auto scores = scores_of(samples);
  if (!scores) {
    return std::nullopt;
  }
  std::pair<double, double> range{0, 1};
  if (samples.task == policy::Task::regression) {
    range = range_of(*scores);
    if (!(range.first < range.second)) {
      return std::nullopt;
    }
  }
  ScoreGrid grid(range.first, range.second);
  for (std::size_t row = 0; row < samples.size; ++row) {
    grid.add((*scores->before)[row], (*scores->after)[row]);
  }
  return grid.finish();
}

}  // namespace mlops::diff
