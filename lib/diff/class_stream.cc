#include "diff/class_stream.h"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "diff/cells.h"
#include "diff/class_worst.h"
#include "diff/slice_values.h"
#include "table/cell.h"

namespace mlops::diff {
namespace {

[[noreturn]] void give_up(const char* why) {
  throw Error(ErrorKind::config, why);
}

double number_in(std::string_view field) {
  const table::Cell cell = table::parse_cell(field);
  if (cell.kind == table::Cell::Kind::text) {
    give_up("a probability that is no number");
  }
  return cell.kind == table::Cell::Kind::null ? std::numeric_limits<double>::quiet_NaN()
                                              : cell.number;
}

/// Whether the values differ, and not only their spelling.
bool differ(std::string_view before, std::string_view after) {
  return before != after && !table::same_value(table::parse_cell(before), table::parse_cell(after));
}

std::string_view known_field(const PlannedColumn& column,
                             table::FieldTexts old_fields,
                             table::FieldTexts new_fields) {
  return (column.in_old ? old_fields : new_fields)[column.index];
}

}  // namespace

ClassSums* SumsByValues::find(std::span<const std::uint32_t> codes) {
  std::uint32_t at = 0;
  for (std::size_t i = 0; i < columns_; ++i) {
    const std::size_t place = codes[i] + 1U;  // 0 for kNoCode
    if (place >= nodes_[at].size()) {
      nodes_[at].resize(place + 1);
    }
    if (nodes_[at][place] == 0) {
      const bool is_last = i + 1 == columns_;
      if (is_last && parts_.size() >= kMostParts) {
        return nullptr;
      }
      nodes_[at][place] = static_cast<std::uint32_t>(is_last ? parts_.size() + 1 : nodes_.size());
      if (is_last) {
        parts_.push_back({{codes.begin(), codes.end()}, {}});
      } else {
        nodes_.emplace_back();
      }
    }
    at = nodes_[at][place];
  }
  if (columns_ == 0 && parts_.empty()) {
    parts_.emplace_back();
  }
  return &parts_[columns_ == 0 ? 0 : at - 1].sums;
}

ClassStream::Slice::Slice(const std::string& name)
    : labels(SliceValues::kMaxValues + 1, "slice column " + quote(name)), fields(labels) {}

ClassStream::ClassStream(const ColumnPlan& plan,
                         const policy::PredictionSet& set,
                         const ListedRows& rows)
    : plan_(plan),
      classes_(plan, set, plan.request.old_table, plan.request.new_table),
      fields_(classes_.classes()),
      values_(plan.slices.size()),
      sums_(plan.slices.size()),
      worst_(rows.worst) {
  for (const PlannedColumn& column : plan.slices) {
    slices_.emplace_back(column.name);
  }
  seen_.slice_differences.resize(plan.slices.size());
}

void ClassStream::matched(table::FieldTexts key,
                          table::FieldTexts old_fields,
                          table::FieldTexts new_fields) {
  FieldCodes::Known before;
  FieldCodes::Known after;
  read(old_fields, old_answer_, before);
  read(new_fields, new_answer_, after);
  count_oddities(before, after);
  take_slices(old_fields, new_fields);
  const std::uint32_t label = take_label(key, old_fields, new_fields);
  if (classes_.classes().size() > ClassSums::kMostClasses) {
    give_up("many classes");
  }
  if (const auto positive = classes_.positive_column()) {
    const double o = old_answer_.probabilities[*positive];
    const double n = new_answer_.probabilities[*positive];
    moved_.add(n - o);
    grid_.add(o, n);
  }
  const Answers answers{label, old_answer_.prediction, new_answer_.prediction};
  seen_.changed += answers.before != answers.after ? 1U : 0U;
  if (plan_.label && label == kNoCode) {
    unlabelled_.add(answers);
    return;
  }
  ClassSums* const sums = sums_.find(values_);
  if (sums == nullptr) {
    give_up("many slices");
  }
  sums->add(answers);
  if (plan_.label) {
    add_to(*sums, label);
    offer_row(key, label);
  }
}

void ClassStream::read(table::FieldTexts fields,
                       ClassAnswer& answer,
                       FieldCodes::Known& prediction) {
  answer.probabilities.clear();
  for (const PlannedColumn& column : plan_.probabilities) {
    answer.probabilities.push_back(number_in(fields[column.index]));
  }
  if (plan_.prediction) {
    prediction = fields_.of(fields[plan_.prediction->index]);
    classes_.complete(answer, prediction.code);
  } else {
    classes_.complete(answer, std::nullopt);
  }
}

void ClassStream::count_oddities(const FieldCodes::Known& before, const FieldCodes::Known& after) {
  using Kind = table::Cell::Kind;
  seen_.new_nonfinite += before.is_finite && !after.is_finite ? 1U : 0U;
  const bool both = before.kind != Kind::null && after.kind != Kind::null;
  seen_.prediction_kind_changes += both && before.kind != after.kind ? 1U : 0U;
  for (std::size_t i = 0; i < old_answer_.probabilities.size(); ++i) {
    const bool lost =
        std::isfinite(old_answer_.probabilities[i]) && !std::isfinite(new_answer_.probabilities[i]);
    seen_.new_nonfinite += lost ? 1U : 0U;
  }
  seen_.outside_old += old_answer_.outside ? 1U : 0U;
  seen_.outside_new += new_answer_.outside ? 1U : 0U;
  seen_.sum_off_old += old_answer_.sum_off ? 1U : 0U;
  seen_.sum_off_new += new_answer_.sum_off ? 1U : 0U;
  seen_.ties += new_answer_.tie ? 1U : 0U;
}

std::uint32_t ClassStream::take_label(table::FieldTexts key,
                                      table::FieldTexts old_fields,
                                      table::FieldTexts new_fields) {
  if (!plan_.label) {
    return kNoCode;
  }
  const PlannedColumn& column = *plan_.label;
  const std::string_view before = old_fields[column.index];
  const std::string_view after = new_fields[column.index];
  if (column.in_old && column.in_new && differ(before, after)) {
    ++seen_.label_mismatches;
    mismatch_.offer(key_hash(key), [&] {
      return fmt::format("{}: {} -> {}",
                         key_text(key),
                         cell_text(table::parse_cell(before)),
                         cell_text(table::parse_cell(after)));
    });
  }
  return fields_.of(column.in_old ? before : after).code;
}

void ClassStream::take_slices(table::FieldTexts old_fields, table::FieldTexts new_fields) {
  for (std::size_t i = 0; i < slices_.size(); ++i) {
    const PlannedColumn& column = plan_.slices[i];
    Slice& slice = slices_[i];
    const std::size_t before = slice.labels.size();
    const FieldCodes::Known& known = slice.fields.of(known_field(column, old_fields, new_fields));
    values_[i] = known.code;
    slice.all_numbers = slice.all_numbers && known.kind != table::Cell::Kind::text;
    if (slice.labels.size() > before && slice.all_numbers &&
        slice.labels.size() > SliceValues::kMaxNumbersAsLabels) {
      give_up("a slice of many numbers");
    }
    const bool differs = column.in_old && column.in_new &&
                         differ(old_fields[column.index], new_fields[column.index]);
    seen_.slice_differences[i] += differs ? 1U : 0U;
  }
}

void ClassStream::add_to(ClassSums& sums, std::uint32_t label) {
  if (classes_.probability_class().empty()) {
    return;
  }
  const ProbabilityColumns columns{classes_.probability_class(), classes_.positive_column()};
  for (const auto& [side, answer] :
       {std::pair{Side::old_version, &old_answer_}, std::pair{Side::new_version, &new_answer_}}) {
    const auto p = [&p = answer->probabilities](std::size_t column) { return p[column]; };
    sums.of(side).add(forecast_of(columns, label, p), squared_error_of(columns, label, p));
  }
}

void ClassStream::offer_row(table::FieldTexts key, std::uint32_t label) {
  const ClassLoss loss = loss_of(classes_, label, old_answer_, new_answer_);
  if (!worst_.wants(bound_of(loss))) {
    return;
  }
  const Badness badness = badness_of(loss, key_hash(key));
  if (!is_worse(badness) || !worst_.wants(badness)) {
    return;
  }
  worst_.offer(badness, [&] {
    WorstRow row = describe(classes_, loss, badness, old_answer_, new_answer_);
    row.key = key_text(key);
    return row;
  });
}

void ClassStream::single(table::TableSide /*side*/,
                         table::FieldTexts key,
                         table::FieldTexts /*fields*/) {
  singles_.offer(key_hash(key), [&] { return key_text(key); });
}

}  // namespace mlops::diff
