#include "diff/slice_search.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <tuple>

#include <fmt/format.h>

#include "base/text.h"
#include "diff/tolerance.h"
#include "stats/binomial.h"
#include "stats/correction.h"
#include "stats/interval.h"

namespace mlops::diff {
namespace {

/// Cells of a crossing beyond this are too many to be slices of enough rows.
constexpr std::size_t kMaxCells = 100'000;

/// Which rows got worse, and what that is called.
struct Worse {
  std::string what;
  std::vector<std::uint8_t> rows;
};

bool has_own(const Samples& samples, OwnValue value) {
  return samples.has_labels && !samples.old_version.own.of(value).empty();
}

Worse worse_classes(const Samples& s) {
  Worse worse{s.has_labels ? "negative_flip_rate" : "churn", {}};
  for (std::size_t row = 0; row < s.size; ++row) {
    const std::uint32_t o = s.old_version.prediction[row];
    const std::uint32_t n = s.new_version.prediction[row];
    worse.rows.push_back(s.has_labels ? o == s.label[row] && n != o : n != o);
  }
  return worse;
}

Worse worse_numbers(const Samples& s, const policy::Tolerance& tolerance) {
  Worse worse{s.has_labels ? "worsened_rate" : "churn", {}};
  for (std::size_t row = 0; row < s.size; ++row) {
    const double o = s.old_version.value[row];
    const double n = s.new_version.value[row];
    if (!s.has_labels) {
      worse.rows.push_back(!within(tolerance, o, n));
      continue;
    }
    const double before = std::abs(o - s.target[row]);
    const double after = std::abs(n - s.target[row]);
    const bool lost = std::isfinite(before) && !std::isfinite(after);
    worse.rows.push_back(lost || (!within(tolerance, before, after) && after > before));
  }
  return worse;
}

Worse worse_units(const Samples& s) {
  const OwnValue value =
      s.task == policy::Task::ranking ? OwnValue::ndcg : OwnValue::label_similarity;
  if (!has_own(s, value)) {
    return {"churn", s.changed};
  }
  Worse worse{"worsened_rate", {}};
  for (std::size_t row = 0; row < s.size; ++row) {
    worse.rows.push_back(s.new_version.own.of(value)[row] < s.old_version.own.of(value)[row]);
  }
  return worse;
}

Worse worse_rows(const Samples& samples, const policy::Tolerance& tolerance) {
  switch (samples.task) {
    case policy::Task::classification:
      return worse_classes(samples);
    case policy::Task::regression:
      return worse_numbers(samples, tolerance);
    default:
      break;
  }
  return worse_units(samples);
}

struct Cell {
  std::uint64_t n = 0;
  std::uint64_t worse = 0;
};

class Search {
 public:
  Search(const Samples& samples, const SearchRequest& request)
      : samples_(samples), request_(request), worse_(worse_rows(samples, request.tolerance)) {
    result_.what = worse_.what;
    result_.columns = request.columns;
    result_.min_rows = request.min_rows;
    result_.n = samples.labelled.size();
    for (const std::uint32_t row : samples.labelled) {
      result_.worse += worse_.rows[row];
    }
  }

  void add_columns(const CancelToken& cancel);
  SliceSearch finish();

 private:
  std::vector<Cell> count(const SliceColumn& column) const;
  void add_single(const SliceColumn& column, const std::vector<Cell>& cells);
  void add_crossing(const SliceColumn& a,
                    const SliceColumn& b,
                    std::span<const Cell> cells_a,
                    std::span<const Cell> cells_b);
  void add(std::string columns, std::string value, const Cell& cell);

  const Samples& samples_;
  const SearchRequest& request_;
  Worse worse_;
  SliceSearch result_;
  std::vector<FoundSlice> tested_;
  std::vector<double> p_values_;
};

std::vector<Cell> Search::count(const SliceColumn& column) const {
  std::vector<Cell> cells(column.values.size());
  for (const std::uint32_t row : samples_.labelled) {
    Cell& cell = cells[column.codes[row]];
    ++cell.n;
    cell.worse += worse_.rows[row];
  }
  return cells;
}

void Search::add(std::string columns, std::string value, const Cell& cell) {
  if (cell.n < request_.min_rows || cell.n == result_.n) {
    return;
  }
  const double overall = static_cast<double>(result_.worse) / static_cast<double>(result_.n);
  FoundSlice slice;
  slice.columns = std::move(columns);
  slice.value = std::move(value);
  slice.n = cell.n;
  slice.worse = cell.worse;
  slice.interval = stats::wilson(cell.worse, cell.n, request_.alpha);
  tested_.push_back(std::move(slice));
  p_values_.push_back(
      std::clamp(stats::binomial_upper_tail(cell.worse, cell.n, overall), 0.0, 1.0));
}

void Search::add_single(const SliceColumn& column, const std::vector<Cell>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    add(column.name, column.values[i], cells[i]);
  }
}

void Search::add_crossing(const SliceColumn& a,
                          const SliceColumn& b,
                          std::span<const Cell> cells_a,
                          std::span<const Cell> cells_b) {
  const std::size_t width = b.values.size();
  if (a.values.size() * width > kMaxCells) {
    result_.left_out.push_back(a.name + "*" + b.name);
    return;
  }
  std::vector<Cell> cells(a.values.size() * width);
  for (const std::uint32_t row : samples_.labelled) {
    Cell& cell = cells[a.codes[row] * width + b.codes[row]];
    ++cell.n;
    cell.worse += worse_.rows[row];
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const bool is_one_column =
        cells[i].n == cells_a[i / width].n || cells[i].n == cells_b[i % width].n;
    if (!is_one_column) {
      add(a.name + "*" + b.name, a.values[i / width] + "*" + b.values[i % width], cells[i]);
    }
  }
}

void Search::add_columns(const CancelToken& cancel) {
  std::vector<const SliceColumn*> columns;
  std::vector<std::vector<Cell>> cells;
  for (const std::string& name : request_.columns) {
    const auto found = std::find_if(samples_.columns.begin(),
                                    samples_.columns.end(),
                                    [&](const auto& column) { return column.name == name; });
    if (found == samples_.columns.end() || found->codes.empty()) {
      result_.left_out.push_back(name);
      continue;
    }
    columns.push_back(&*found);
    cells.push_back(count(*found));
    add_single(*found, cells.back());
  }
  for (std::size_t a = 0; a < columns.size(); ++a) {
    for (std::size_t b = a + 1; b < columns.size(); ++b) {
      cancel.check();
      add_crossing(*columns[a], *columns[b], cells[a], cells[b]);
    }
  }
}

SliceSearch Search::finish() {
  result_.tested = tested_.size();
  const double overall =
      result_.n == 0 ? 0 : static_cast<double>(result_.worse) / static_cast<double>(result_.n);
  const std::vector<double> adjusted = stats::holm(p_values_);
  for (std::size_t i = 0; i < tested_.size(); ++i) {
    if (tested_[i].interval.low > overall && adjusted[i] <= request_.alpha) {
      tested_[i].p_adjusted = adjusted[i];
      result_.found.push_back(std::move(tested_[i]));
    }
  }
  std::sort(result_.found.begin(), result_.found.end(), [](const auto& a, const auto& b) {
    return std::tie(a.p_adjusted, a.columns, a.value) < std::tie(b.p_adjusted, b.columns, b.value);
  });
  return std::move(result_);
}

}  // namespace

SliceSearch search_slices(const Samples& samples,
                          const SearchRequest& request,
                          const CancelToken& cancel) {
  Search search(samples, request);
  search.add_columns(cancel);
  return search.finish();
}

}  // namespace mlops::diff
