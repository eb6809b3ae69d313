#include "check/profile_error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <vector>

#include "check/distances.h"

namespace mlops::check {
namespace {

using policy::DriftMethod;

constexpr double kFloor = 1e-4;  ///< of PSI

double share(std::uint64_t count, std::uint64_t of) {
  return of == 0 ? 0 : static_cast<double>(count) / static_cast<double>(of);
}

bool is_shared(const ValueCell* cell) {
  return cell != nullptr && !cell->is_single();
}

/// Each cell of numbers that holds several values, with the shares of both sides in it.
void for_each_shared(const ProfileColumn& column,
                     ValueCounts& base,
                     ValueCounts& now,
                     const std::function<void(const ValueCell&, double, double)>& sink) {
  PairedCounts pairs(base.read_numbers(), now.read_numbers());
  while (const auto pair = pairs.next()) {
    const ValueCell* const cell = column.numbers.find(pair->value);
    if (is_shared(cell)) {
      sink(*cell, share(pair->base, base.numbers()), share(pair->now, now.numbers()));
    }
  }
}

/// At the ends of a cell both functions are known; within it each may rise first.
double ks_error(const ProfileColumn& column, ValueCounts& base, ValueCounts& now) {
  double error = 0;
  for_each_shared(column, base, now, [&](const ValueCell& /*cell*/, double p, double q) {
    error = std::max(error, std::min(p, q));
  });
  return error;
}

/// A number is at most the width of its cell from the middle of it.
std::optional<double> wasserstein_error(double distance,
                                        const ProfileColumn& column,
                                        ValueCounts& base,
                                        ValueCounts& now) {
  constexpr double kLeastDeviation = 1e-3;
  double moved = 0;
  double squares = 0;
  for_each_shared(column, base, now, [&](const ValueCell& cell, double p, double q) {
    const double middle = number_of(cell.middle());
    const double off = std::max(middle - number_of(cell.low), number_of(cell.high()) - middle);
    moved += (p + q) * off;
    squares += p * off * off;
  });
  const double deviation = deviation_of(base);
  const double blur = std::sqrt(squares);
  const double area = distance * std::max(kLeastDeviation, deviation);
  const double most = (area + moved) / std::max(kLeastDeviation, deviation - blur);
  const double least = std::max(0.0, area - moved) / std::max(kLeastDeviation, deviation + blur);
  const double error = std::max(most - distance, distance - least);
  return std::isfinite(error) ? std::optional(error) : std::nullopt;
}

/// What one cell adds to a distance, of the shares of both sides.
double term(DriftMethod method, double p, double q) {
  if (method == DriftMethod::linf) {
    return std::abs(p - q);
  }
  if (method == DriftMethod::psi) {
    const double low = std::max(kFloor, p);
    const double high = std::max(kFloor, q);
    return (high - low) * std::log(high / low);
  }
  const auto part = [&](double x) { return x > 0 ? x * std::log2(2 * x / (p + q)) / 2 : 0; };
  return part(p) + part(q);
}

/// The ends of a distance whose cells are known up to a slack.
struct Ends {
  double least = 0;
  double most = 0;
  void add(DriftMethod method, double low, double high) {
    const bool is_largest = method == DriftMethod::linf;
    least = is_largest ? std::max(least, low) : least + low;
    most = is_largest ? std::max(most, high) : most + high;
  }
  double error(DriftMethod method, double distance) const {
    const bool is_root = method == DriftMethod::js2 || method == DriftMethod::cramers_v;
    const double low = is_root ? std::sqrt(std::max(0.0, least)) : least;
    const double high = is_root ? std::sqrt(std::min(1.0, most)) : most;
    return std::max({0.0, high - distance, distance - low});
  }
};

/// The shares of a cell, each somewhere in a range: the terms are convex and least where both are
/// equal.
void add_range(Ends& ends, DriftMethod method, std::array<double, 2> p, std::array<double, 2> q) {
  double most = 0;
  for (const double x : p) {
    for (const double y : q) {
      most = std::max(most, term(method, x, y));
    }
  }
  const bool may_be_equal = p[0] <= q[1] && q[0] <= p[1];
  const double least = may_be_equal  ? 0
                       : p[0] > q[1] ? term(method, p[0], q[1])
                                     : term(method, p[1], q[0]);
  ends.add(method, least, most);
}

/// A decile of the baseline lies in one cell, or between it and the next one.
struct Edge {
  const ValueCell* cell = nullptr;
  const ValueCell* last = nullptr;  ///< the same, or the next one
  bool is_known() const { return cell == last && cell->is_single(); }
  /// The end of the values among which it may be.
  std::uint64_t high() const { return last->is_single() ? cell->high() : last->high(); }
};

/// In ascending order, each once.
std::vector<Edge> edges_of(const ProfileColumn& column, std::uint64_t numbers) {
  constexpr int kBins = 10;
  std::vector<Edge> edges;
  const std::vector<ValueCell>& cells = column.numbers.list();
  std::size_t at = 0;
  std::uint64_t below = 0;
  for (int i = 1; i < kBins; ++i) {
    const double rank = static_cast<double>(numbers - 1) * i / kBins;
    const auto low_rank = static_cast<std::uint64_t>(std::floor(rank));
    while (below + cells[at].count <= low_rank) {
      below += cells[at++].count;
    }
    const bool is_inside = below + cells[at].count > low_rank + 1 || rank == std::floor(rank);
    const Edge edge{&cells[at], is_inside || at + 1 == cells.size() ? &cells[at] : &cells[at + 1]};
    const bool is_again = edge.is_known() && !edges.empty() && edges.back().is_known() &&
                          edges.back().cell == edge.cell;
    if (!is_again) {
      edges.push_back(edge);
    }
  }
  return edges;
}

/// How many values of each side may be on the other side of an edge.
struct EdgeSlack {
  std::uint64_t base = 0;
  std::uint64_t now = 0;
};

EdgeSlack slack_of(const Edge& edge, ValueCounts& now) {
  EdgeSlack slack;
  if (edge.is_known()) {
    return slack;
  }
  slack.base = edge.cell->is_single() ? 0 : edge.cell->count;
  slack.base += edge.last == edge.cell || edge.last->is_single() ? 0 : edge.last->count;
  auto cursor = now.read_numbers();
  while (const auto one = cursor.next()) {
    const bool is_between = one->value >= edge.cell->low && one->value <= edge.last->high();
    const bool is_end = (edge.cell->is_single() && one->value == edge.cell->low) ||
                        (edge.last->is_single() && one->value == edge.last->low);
    slack.now += is_between && !is_end ? one->count : 0;
  }
  return slack;
}

/// Nothing where two edges may be in one cell.
std::optional<std::vector<EdgeSlack>> edge_slacks(const ProfileColumn& column,
                                                  std::uint64_t numbers,
                                                  ValueCounts& now) {
  std::vector<EdgeSlack> slacks;
  const Edge* before = nullptr;
  const std::vector<Edge> edges = edges_of(column, numbers);
  for (const Edge& edge : edges) {
    if (before != nullptr && !edge.cell->is_single() && edge.cell->low <= before->high()) {
      return std::nullopt;
    }
    slacks.push_back(slack_of(edge, now));
    before = &edge;
  }
  return slacks;
}

std::optional<double> deciles_error(DriftMethod method,
                                    double distance,
                                    const ProfileColumn& column,
                                    ValueCounts& base,
                                    ValueCounts& now) {
  const auto slacks = edge_slacks(column, base.numbers(), now);
  const std::vector<stats::CellCounts> cells = Cells::of_deciles(base, now);
  if (!slacks || slacks->size() != Cells::decile_edges(base).size()) {
    return std::nullopt;
  }
  const std::size_t bins = slacks->size() + 1;
  Ends ends;
  for (std::size_t bin = 0; bin < cells.size(); ++bin) {
    EdgeSlack slack;
    for (const std::size_t edge : {bin - 1, bin}) {
      if (bin < bins && edge < slacks->size()) {
        slack.base += (*slacks)[edge].base;
        slack.now += (*slacks)[edge].now;
      }
    }
    const auto range = [](std::uint64_t count, std::uint64_t off, std::uint64_t of) {
      return std::array{share(count > off ? count - off : 0, of),
                        std::min(1.0, share(count + off, of))};
    };
    add_range(ends,
              method,
              range(cells[bin].base, slack.base, base.rows()),
              range(cells[bin].now, slack.now, now.rows()));
  }
  return ends.error(method, distance);
}

/// Values that are a category of their own for certain, whatever stands beside them, and the rest.
struct Categories {
  std::vector<stats::CellCounts> known;
  stats::CellCounts rest;
};

Categories sort_categories(const ProfileColumn& column, ValueCounts& base, ValueCounts& now) {
  Categories found;
  const std::uint64_t all = base.rows() + now.rows();
  const auto offer = [&](PairedCounts pairs, const ValueCells& cells) {
    while (const auto pair = pairs.next()) {
      const std::uint64_t both = pair->base + pair->now;
      // Fewer than so many others can come as often.
      const bool is_among_most = both * Cells::kMostCategories > all;
      if (is_among_most && !is_shared(cells.find(pair->value))) {
        found.known.push_back({pair->base, pair->now});
      } else {
        found.rest.base += pair->base;
        found.rest.now += pair->now;
      }
    }
  };
  offer(PairedCounts(base.read_numbers(), now.read_numbers()), column.numbers);
  offer(PairedCounts(base.read_texts(), now.read_texts()), column.texts);
  found.known.push_back({base.nulls(), now.nulls()});
  found.known.push_back({base.nans(), now.nans()});
  return found;
}

/// The rest may be one category or as many as it has rows, alike or with nothing in common.
double values_error(DriftMethod method,
                    double distance,
                    const ProfileColumn& column,
                    ValueCounts& base,
                    ValueCounts& now) {
  const Categories found = sort_categories(column, base, now);
  Ends ends;
  for (const stats::CellCounts& cell : found.known) {
    const double value = term(method, share(cell.base, base.rows()), share(cell.now, now.rows()));
    ends.add(method, value, value);
  }
  const double p = share(found.rest.base, base.rows());
  const double q = share(found.rest.now, now.rows());
  const double apart = method == DriftMethod::linf ? std::max(p, q)
                       : method == DriftMethod::psi
                           ? (p + q) * std::log(std::max({1.0, p / kFloor, q / kFloor}))
                           : (p + q) / 2;
  ends.add(method, 0, apart);
  return ends.error(method, distance);
}

/// Chi-square over n is such a sum, too; its correction takes away a part for each cell.
double cramers_error(double distance,
                     const ProfileColumn& column,
                     ValueCounts& base,
                     ValueCounts& now) {
  constexpr double kFew = 5;
  Categories found = sort_categories(column, base, now);
  const double n = static_cast<double>(base.rows() + now.rows());
  const double alpha = static_cast<double>(base.rows()) / n;
  const double beta = static_cast<double>(now.rows()) / n;
  // Rare ones may be merged, and with them the rarest that is not.
  std::sort(found.known.begin(), found.known.end(), [](const auto& a, const auto& b) {
    return a.base + a.now > b.base + b.now;
  });
  Ends ends;
  for (std::size_t i = 0; i < found.known.size(); ++i) {
    const stats::CellCounts& cell = found.known[i];
    const double both = static_cast<double>(cell.base + cell.now);
    if (both == 0) {
      continue;
    }
    const double p = share(cell.base, base.rows());
    const double q = share(cell.now, now.rows());
    const double value = alpha * beta * (p - q) * (p - q) / (alpha * p + beta * q);
    const bool is_safe = both * std::min(alpha, beta) >= kFew && i + 1 < found.known.size();
    ends.add(DriftMethod::cramers_v, is_safe ? value : 0, value);
  }
  ends.add(DriftMethod::cramers_v,
           0,
           beta * share(found.rest.base, base.rows()) + alpha * share(found.rest.now, now.rows()));
  const double rest = static_cast<double>(found.rest.base + found.rest.now);
  const double most_cells = static_cast<double>(found.known.size()) +
                            std::min(rest, static_cast<double>(Cells::kMostCategories));
  const double sides = 1 - 1 / (n - 1);
  ends.least = std::max(0.0, ends.least - most_cells / (n - 1)) / sides;
  ends.most /= sides;
  return ends.error(DriftMethod::cramers_v, distance);
}

}  // namespace

double shared_cells(const ProfileColumn& column) {
  std::uint64_t shared = 0;
  for (const ValueCells* const cells : {&column.numbers, &column.texts}) {
    for (const ValueCell& cell : cells->list()) {
      shared += cell.is_single() ? 0 : cell.count;
    }
  }
  return share(shared, column.numbers.rows() + column.texts.rows());
}

std::optional<double> profile_error(DriftMethod method,
                                    double distance,
                                    const ProfileColumn& column,
                                    ValueCounts& base,
                                    ValueCounts& now) {
  if (column.is_exact()) {
    return 0;
  }
  switch (method) {
    case DriftMethod::ks:
      return ks_error(column, base, now);
    case DriftMethod::w1std:
      return wasserstein_error(distance, column, base, now);
    case DriftMethod::cramers_v:
      return cramers_error(distance, column, base, now);
    case DriftMethod::psi:
    case DriftMethod::js2:
    case DriftMethod::linf:
      break;
  }
  return is_by_value(method, base) ? values_error(method, distance, column, base, now)
                                   : deciles_error(method, distance, column, base, now);
}

}  // namespace mlops::check
