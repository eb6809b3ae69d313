#include "diff/row_reader.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"

namespace mlops::diff {
namespace {

constexpr std::size_t kMaxClasses = 10'000;
constexpr double kTie = 1e-12;
constexpr double kSumSlack = 1e-3;
constexpr double kThreshold = 0.5;

std::string where_of(const std::optional<PlannedColumn>& column) {
  return "column " + quote(column ? column->name : std::string());
}

}  // namespace

ClassReader::ClassReader(const ColumnPlan& plan,
                         const policy::PredictionSet& set,
                         const table::Source& old_table,
                         const table::Source& new_table)
    : plan_(plan),
      old_table_(old_table),
      new_table_(new_table),
      classes_(kMaxClasses, where_of(plan.prediction ? plan.prediction : plan.label)) {
  for (const auto& [name, column] : set.probabilities) {
    probability_class_.push_back(classes_.code(canonical_name(name)));
  }
  if (set.positive) {
    positive_ = classes_.code(canonical_name(*set.positive));
  } else if (probability_class_.size() == 1) {
    positive_ = probability_class_.front();
  }
  if (positive_ && !probability_class_.empty()) {
    const auto found = std::find(probability_class_.begin(), probability_class_.end(), *positive_);
    positive_column_ = static_cast<std::size_t>(found - probability_class_.begin());
  }
}

void ClassReader::answer(const RowRef& at, Side side, ClassAnswer& answer) {
  const bool is_old = side == Side::old_version;
  answer.probabilities.clear();
  for (const PlannedColumn& column : plan_.probabilities) {
    const table::Cell& cell = is_old ? old_cell(at, column) : new_cell(at, column);
    answer.probabilities.push_back(
        number_of(cell, at, column.name, side, is_old ? old_table_ : new_table_));
  }
  std::optional<std::uint32_t> prediction;
  if (plan_.prediction) {
    prediction =
        classes_.code(is_old ? old_cell(at, *plan_.prediction) : new_cell(at, *plan_.prediction));
  }
  complete(answer, prediction);
}

void ClassReader::complete(ClassAnswer& answer, std::optional<std::uint32_t> prediction) const {
  judge(answer);
  answer.prediction = prediction ? *prediction : derive(answer);
}

void ClassReader::judge(ClassAnswer& answer) const {
  answer.outside = false;
  double total = 0;
  double top = -1;
  double second = -1;
  for (const double p : answer.probabilities) {
    answer.outside = answer.outside || !(p >= 0 && p <= 1);
    total += p;
    second = std::max(second, std::min(top, p));
    top = std::max(top, p);
  }
  const bool several = answer.probabilities.size() > 1;
  answer.sum_off = several && !(std::abs(total - 1) <= kSumSlack);
  answer.tie = several && top - second <= kTie;
}

std::uint32_t ClassReader::derive(const ClassAnswer& answer) const {
  const auto& p = answer.probabilities;
  if (std::any_of(p.begin(), p.end(), [](double value) { return std::isnan(value); })) {
    return kNoCode;
  }
  if (positive_column_) {
    if (p[*positive_column_] >= kThreshold) {
      return *positive_;
    }
    return p.size() == 2 ? probability_class_[1 - *positive_column_] : kOtherCode;
  }
  return probability_class_[static_cast<std::size_t>(std::max_element(p.begin(), p.end()) -
                                                     p.begin())];
}

bool ClassReader::is_right(std::uint32_t prediction, std::uint32_t label) const {
  if (label == kNoCode || prediction == kNoCode) {
    return false;
  }
  return prediction == kOtherCode ? label != *positive_ : prediction == label;
}

std::string ClassReader::text(std::uint32_t code) const {
  if (code == kNoCode) {
    return "(none)";
  }
  return code == kOtherCode ? "not " + classes_.text(*positive_) : classes_.text(code);
}

std::uint32_t ClassReader::other_class() {
  std::uint32_t other = kNoCode;
  for (std::uint32_t code = 0; code < classes_.size(); ++code) {
    if (code == *positive_) {
      continue;
    }
    if (other != kNoCode) {
      throw Error(
          ErrorKind::config,
          fmt::format("the labels {} and {} stand beside the positive class {}, so one "
                      "probability does not say which is predicted",
                      quote(classes_.text(other)),
                      quote(classes_.text(code)),
                      quote(classes_.text(*positive_))),
          "name a column with prediction = \"COLUMN\", or the probabilities of all classes");
    }
    other = code;
  }
  return other != kNoCode ? other : classes_.code("not " + classes_.text(*positive_));
}

double number_of(const table::Cell& cell,
                 const RowRef& at,
                 const std::string& column,
                 Side side,
                 const table::Source& source) {
  if (cell.kind == table::Cell::Kind::null) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (cell.kind != table::Cell::Kind::number) {
    const auto row =
        side == Side::old_version ? at.batch.old_rows[at.row] : at.batch.new_rows[at.row];
    throw Error(ErrorKind::config,
                fmt::format("{}: column {} holds {} in row {}, which is no number",
                            quote(source.name),
                            quote(column),
                            quote(cell.text),
                            format_count(row + 1)));
  }
  return cell.number;
}

}  // namespace mlops::diff
