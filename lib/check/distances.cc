#include "check/distances.h"

#include <algorithm>
#include <cmath>
#include <queue>

#include "stats/summary.h"

namespace mlops::check {
namespace {

using policy::DriftMethod;
using stats::CellCounts;

constexpr double kLeastDeviation = 1e-3;
constexpr int kBins = 10;

void add_missing(std::vector<CellCounts>& cells, const ValueCounts& base, const ValueCounts& now) {
  for (const CellCounts& cell :
       {CellCounts{base.nulls(), now.nulls()}, CellCounts{base.nans(), now.nans()}}) {
    if (cell.base + cell.now > 0) {
      cells.push_back(cell);
    }
  }
}

/// D and W1 of the numbers, and the moments of the baseline's.
struct Ordered {
  stats::OrderedDistance distance;
  double deviation = 0;
};

Ordered compare_ordered(ValueCounts& base, ValueCounts& now) {
  Ordered result{{base.numbers(), now.numbers()}, 0};
  PairedCounts pairs(base.read_numbers(), now.read_numbers());
  double mean = 0;
  double squares = 0;  // Welford's sum with weights, in ascending order
  double weight = 0;
  while (const auto pair = pairs.next()) {
    const double value = number_of(pair->value);
    result.distance.add(value, pair->base, pair->now);
    if (pair->base > 0) {
      const double count = static_cast<double>(pair->base);
      const double off = value - mean;
      weight += count;
      mean += off * count / weight;
      squares += count * off * (value - mean);
    }
  }
  result.deviation = std::sqrt(squares / weight);
  return result;
}

Compared compare_wasserstein(ValueCounts& base, ValueCounts& now) {
  const Ordered ordered = compare_ordered(base, now);
  if (ordered.deviation == 0) {
    return {std::nullopt, "the baseline is constant"};
  }
  const double value =
      ordered.distance.wasserstein() / std::max(kLeastDeviation, ordered.deviation);
  if (!std::isfinite(value)) {
    return {std::nullopt, "there are infinities"};
  }
  // Whether the two differ at all is the question of Kolmogorov and Smirnov's test.
  return {stats::Distance{value, ordered.distance.ks().p}, {}};
}

std::optional<stats::Distance> distance_of(DriftMethod method,
                                           const std::vector<CellCounts>& cells) {
  switch (method) {
    case DriftMethod::psi:
      return stats::psi(cells);
    case DriftMethod::js2:
      return stats::js2(cells);
    case DriftMethod::linf:
      return stats::l_infinity(cells);
    case DriftMethod::cramers_v:
      return stats::cramers_v(stats::merge_rare(cells));
    case DriftMethod::ks:
    case DriftMethod::w1std:
      break;
  }
  return std::nullopt;
}

}  // namespace

std::vector<double> quantiles_of(ValueCounts& column, int parts) {
  std::vector<double> edges;
  const double last = static_cast<double>(column.numbers() - 1);
  auto cursor = column.read_numbers();
  std::optional<ValueCount> at = cursor.next();
  std::uint64_t below = 0;  // values before `at`
  const auto value_at = [&](std::uint64_t rank) {
    while (below + at->count <= rank) {
      below += at->count;
      at = cursor.next();
    }
    return number_of(at->value);
  };
  for (int i = 1; i < parts; ++i) {
    const double rank = last * i / parts;
    const auto low_rank = static_cast<std::uint64_t>(std::floor(rank));
    const double low = value_at(low_rank);
    const double part = rank - std::floor(rank);
    // The next value may belong to the next quantile, too: the cursor must not pass it.
    const bool is_next_equal = below + at->count > low_rank + 1;
    double edge = low;
    if (part > 0 && !is_next_equal) {
      auto ahead = cursor;
      const auto next = ahead.next();
      edge = next ? low + part * (number_of(next->value) - low) : low;
    }
    edges.push_back(edge);
  }
  return edges;
}

std::vector<double> Cells::decile_edges(ValueCounts& base) {
  std::vector<double> edges = quantiles_of(base, kBins);
  // Of infinities there may be none between: what is not greater is no edge.
  const auto is_same = [](double before, double edge) { return !(edge > before); };
  edges.erase(std::unique(edges.begin(), edges.end(), is_same), edges.end());
  return edges;
}

std::vector<CellCounts> Cells::of_deciles(ValueCounts& base, ValueCounts& now) {
  const std::vector<double> edges = decile_edges(base);
  std::vector<CellCounts> cells(edges.size() + 1);
  PairedCounts pairs(base.read_numbers(), now.read_numbers());
  std::size_t bin = 0;
  while (const auto pair = pairs.next()) {
    while (bin < edges.size() && number_of(pair->value) >= edges[bin]) {
      ++bin;
    }
    cells[bin].base += pair->base;
    cells[bin].now += pair->now;
  }
  cells.push_back({base.texts(), now.texts()});
  add_missing(cells, base, now);
  return cells;
}

std::vector<CellCounts> Cells::of_values(ValueCounts& base, ValueCounts& now) {
  // The least frequent on top; equally frequent ones by their counts, which no order of rows and no
  // hash decides.
  const auto more = [](const CellCounts& a, const CellCounts& b) {
    return a.base + a.now != b.base + b.now ? a.base + a.now > b.base + b.now : a.base > b.base;
  };
  std::priority_queue<CellCounts, std::vector<CellCounts>, decltype(more)> top(more);
  CellCounts rest;
  const auto offer = [&](PairedCounts pairs) {
    while (const auto pair = pairs.next()) {
      top.push({pair->base, pair->now});
      if (top.size() > kMostCategories) {
        rest.base += top.top().base;
        rest.now += top.top().now;
        top.pop();
      }
    }
  };
  offer(PairedCounts(base.read_numbers(), now.read_numbers()));
  offer(PairedCounts(base.read_texts(), now.read_texts()));
  std::vector<CellCounts> cells;
  for (; !top.empty(); top.pop()) {
    cells.push_back(top.top());
  }
  if (rest.base + rest.now > 0) {
    cells.push_back(rest);
  }
  add_missing(cells, base, now);
  return cells;
}

bool is_by_value(DriftMethod method, const ValueCounts& base) {
  return base.texts() > 0 || base.numbers() == 0 || method == DriftMethod::cramers_v;
}

double deviation_of(ValueCounts& column) {
  return compare_ordered(column, column).deviation;
}

Compared compare_columns(DriftMethod method, ValueCounts& base, ValueCounts& now) {
  if (method == DriftMethod::ks) {
    return {compare_ordered(base, now).distance.ks(), {}};
  }
  if (method == DriftMethod::w1std) {
    return compare_wasserstein(base, now);
  }
  const auto cells =
      is_by_value(method, base) ? Cells::of_values(base, now) : Cells::of_deciles(base, now);
  // Merged they would look alike, whatever they are.
  constexpr double kMostRare = 0.5;
  if (method == DriftMethod::cramers_v && stats::rare_share(cells) > kMostRare) {
    return {std::nullopt,
            "most rows have values too rare for this method: psi or linf compares them"};
  }
  const auto distance = distance_of(method, cells);
  return {distance, distance ? "" : "there is one value only"};
}

}  // namespace mlops::check
