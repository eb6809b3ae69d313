#include "diff/unit_collector.h"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "diff/cells.h"
#include "diff/row_reader.h"
#include "diff/text_measure.h"

namespace mlops::diff {
namespace {

/// So much of a vector stands in a list of rows.
constexpr std::size_t kShownElements = 4;

double figure(const PairRow& row, PairValue value) {
  return row.value[static_cast<std::size_t>(value)];
}

}  // namespace

void UnitCollector::take(const RowRef& at, std::uint64_t hash) {
  if (set_.task == policy::Task::text) {
    take_text(at, hash);
  } else {
    take_vector(at, hash);
  }
}

void UnitCollector::take_text(const RowRef& at, std::uint64_t hash) {
  const std::string_view o = old_cell(at, *plan_.prediction).text;
  const std::string_view n = new_cell(at, *plan_.prediction).text;
  const auto label = plan_.label ? std::optional(known_cell(at, *plan_.label).text) : std::nullopt;
  const TextMeasure measure = measure_text(o, n, label);
  Samples& samples = out_.samples;
  samples.pair.add(measure.pair);
  samples.old_version.own.add(measure.old_version);
  samples.new_version.own.add(measure.new_version);
  out_.seen.by_tokens += measure.by_tokens ? 1U : 0U;
  out_.seen.too_long += measure.too_long ? 1U : 0U;
  const double similarity = figure(measure.pair, PairValue::similarity);
  list(at, hash, std::isnan(similarity) ? 1 : 1 - similarity, o != n);
}

void UnitCollector::take_vector(const RowRef& at, std::uint64_t hash) {
  const VectorValue o = vector_of(at, true);
  const VectorValue n = vector_of(at, false);
  if (o.shape != n.shape || !plan_.vector.is_same_width()) {
    ++out_.seen.shape_mismatches;
    out_.samples.pair.add(invalid_vectors());
    list(at, hash, std::numeric_limits<double>::infinity(), true);
    return;
  }
  const VectorMeasure measure = measure_vectors(o, n, tolerance_);
  out_.seen.new_nonfinite += measure.has_new_nonfinite ? 1U : 0U;
  out_.samples.pair.add(measure.pair);
  const double cosine = figure(measure.pair, PairValue::cosine);
  const double distance = set_.task == policy::Task::embedding && std::isfinite(cosine)
                              ? 1 - cosine
                              : figure(measure.pair, PairValue::max_abs);
  list(at, hash, distance, measure.is_changed);
}

VectorValue UnitCollector::vector_of(const RowRef& at, bool is_old) const {
  const table::Source& source = is_old ? plan_.request.old_table : plan_.request.new_table;
  const auto cell_of = [&](const PlannedColumn& column) -> const table::Cell& {
    return is_old ? old_cell(at, column) : new_cell(at, column);
  };
  VectorValue value;
  if (!plan_.vector.is_packed) {
    for (const PlannedColumn& column : plan_.vector.columns) {
      value.values.push_back(number_of(cell_of(column),
                                       at,
                                       column.name,
                                       is_old ? Side::old_version : Side::new_version,
                                       source));
    }
    value.shape.push_back(value.values.size());
    return value;
  }
  const PlannedColumn& column = plan_.vector.columns.front();
  const table::Cell& cell = cell_of(column);
  if (cell.kind == table::Cell::Kind::null) {
    return value;
  }
  if (auto parsed = parse_vector(cell.text)) {
    return *std::move(parsed);
  }
  const auto row = is_old ? at.batch.old_rows[at.row] : at.batch.new_rows[at.row];
  throw Error(ErrorKind::config,
              fmt::format("{}: column {} holds no list of numbers in row {}",
                          quote(source.name),
                          quote(column.name),
                          format_count(row + 1)),
              "write [0.1, 0.2], or a column for each element: emb_0, emb_1 and prediction = "
              "\"emb\"");
}

std::string UnitCollector::answer_text(const RowRef& at, bool is_old) const {
  if (plan_.prediction) {
    return std::string(
        (is_old ? old_cell(at, *plan_.prediction) : new_cell(at, *plan_.prediction)).text);
  }
  const VectorValue value = vector_of(at, is_old);
  std::string text = "[";
  for (std::size_t i = 0; i < value.values.size() && i < kShownElements; ++i) {
    text += fmt::format("{}{:g}", i == 0 ? "" : ", ", value.values[i]);
  }
  return text + (value.values.size() > kShownElements ? ", …]" : "]");
}

void UnitCollector::list(const RowRef& at, std::uint64_t hash, double badness, bool is_changed) {
  if (!is_changed) {
    return;
  }
  ++out_.seen.changed;
  out_.samples.changed.back() = 1;
  const auto label = [&] {
    return plan_.label ? std::string(known_cell(at, *plan_.label).text) : std::string();
  };
  changed_.offer(at, [&](ChangedRow& row) {
    row.label = label();
    row.old_prediction = answer_text(at, true);
    row.new_prediction = answer_text(at, false);
    row.extra = extra_cells(at, plan_.extra);
  });
  worst_.offer({false, 0, badness, hash}, [&] {
    WorstRow row;
    row.key = key_text(at);
    row.label = label();
    row.old_prediction = answer_text(at, true);
    row.new_prediction = answer_text(at, false);
    row.loss_change = badness;
    row.extra = extra_cells(at, plan_.extra);
    return row;
  });
}

}  // namespace mlops::diff
