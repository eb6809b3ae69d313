#include "diff/stream_merger.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "diff/slice_values.h"

namespace mlops::diff {
namespace {

constexpr auto kAsItIs = [](std::uint32_t code) { return code; };

/// A code of one thread as one of all; the special codes are the same everywhere.
std::uint32_t translated(const std::vector<std::uint32_t>& codes, std::uint32_t code) {
  return code < codes.size() ? codes[code] : code;
}

}  // namespace

StreamMerger::StreamMerger(const ColumnPlan& plan,
                           const policy::PredictionSet& set,
                           const ListedRows& rows)
    : plan_(plan),
      classes_(plan, set, plan.request.old_table, plan.request.new_table),
      all_numbers_(plan.slices.size(), true),
      worst_(rows.worst) {
  for (const PlannedColumn& column : plan.slices) {
    slices_.emplace_back(SliceValues::kMaxValues + 1, "slice column " + quote(column.name));
  }
  out_.samples.task = set.task;
  out_.samples.has_labels = plan.label.has_value();
  out_.seen.slice_differences.resize(plan.slices.size());
}

StreamMerger::Codes StreamMerger::codes_for(const LabelCodes& from, LabelCodes& into) {
  Codes codes;
  for (const std::string& text : from.texts()) {
    codes.push_back(into.code(text));
  }
  return codes;
}

void StreamMerger::add(ClassStream& stream) {
  const Codes class_codes = codes_for(stream.classes_.classes(), classes_.classes());
  const auto recode = [&](std::uint32_t code) { return translated(class_codes, code); };
  std::vector<Codes> value_codes;
  for (std::size_t i = 0; i < slices_.size(); ++i) {
    value_codes.push_back(codes_for(stream.slices_[i].labels, slices_[i]));
    all_numbers_[i] = all_numbers_[i] && stream.slices_[i].all_numbers;
  }
  for (const ClassTotals::Part& part : stream.sums_.parts()) {
    Codes values = part.values;
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = translated(value_codes[i], values[i]);
    }
    parts_[std::move(values)].add(part.sums, recode);
  }
  totals_->unlabelled.add(stream.unlabelled_, recode);
  totals_->moved.add(stream.moved_);
  totals_->grid.add(stream.grid_);
  worst_.add(std::move(stream.worst_));
  singles_.add(stream.singles_);
  mismatch_.add(stream.mismatch_);
  count(stream.seen_);
}

void StreamMerger::count(const Observations& seen) {
  Observations& all = out_.seen;
  for (std::uint64_t Observations::*const figure : {&Observations::label_mismatches,
                                                    &Observations::new_nonfinite,
                                                    &Observations::changed,
                                                    &Observations::ties,
                                                    &Observations::outside_old,
                                                    &Observations::outside_new,
                                                    &Observations::sum_off_old,
                                                    &Observations::sum_off_new,
                                                    &Observations::prediction_kind_changes}) {
    all.*figure += seen.*figure;
  }
  for (std::size_t i = 0; i < all.slice_differences.size(); ++i) {
    all.slice_differences[i] += seen.slice_differences[i];
  }
}

/// The columns of slices with values in their order, and the parts by those.
bool StreamMerger::finish_slices() {
  std::vector<Codes> final_codes;
  for (std::size_t i = 0; i < slices_.size(); ++i) {
    if (all_numbers_[i] && slices_[i].size() > SliceValues::kMaxNumbersAsLabels) {
      return false;
    }
    final_codes.push_back(slices_[i].sort());
    SliceColumn column{plan_.slices[i].name, slices_[i].texts(), {}};
    column.values.emplace_back(SliceValues::kNone);
    out_.samples.columns.push_back(std::move(column));
  }
  for (auto& [values, sums] : parts_) {
    ClassTotals::Part& part = totals_->parts.emplace_back();
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto none = static_cast<std::uint32_t>(final_codes[i].size());
      part.values.push_back(values[i] == kNoCode ? none : final_codes[i][values[i]]);
    }
    part.sums = sums;
  }
  return true;
}

/// Classes by final codes, in the sums and in what is said of them.
void StreamMerger::finish_classes() {
  bool has_other = false;
  const auto look = [&](const ClassSums& sums) {
    sums.each([&](const Answers& answers, std::uint64_t) {
      has_other = has_other || answers.before == kOtherCode || answers.after == kOtherCode;
    });
  };
  for (const ClassTotals::Part& part : totals_->parts) {
    look(part.sums);
  }
  look(totals_->unlabelled);
  const FinalCodes final_code(classes_, has_other);
  const auto settle = [&](ClassSums& sums) {
    ClassSums settled;
    settled.add(sums, final_code);
    sums = std::move(settled);
  };
  for (ClassTotals::Part& part : totals_->parts) {
    settle(part.sums);
    totals_->labelled.add(part.sums, kAsItIs);
  }
  settle(totals_->unlabelled);
  final_code.name_other(out_.worst);
  describe_classes(classes_, final_code, out_.samples);
  ClassesSeen seen;
  for (const ClassSums* sums : {&totals_->labelled, &totals_->unlabelled}) {
    sums->each([&](const Answers& answers, std::uint64_t) {
      seen.labels.insert(answers.label);
      seen.before.insert(answers.before);
      seen.after.insert(answers.after);
    });
  }
  out_.seen.new_labels = new_labels(seen, out_.samples.classes);
  out_.seen.vanished_labels = vanished_labels(seen, out_.samples.classes);
}

std::optional<Collected> StreamMerger::finish(table::Alignment alignment) {
  if (!finish_slices()) {
    return std::nullopt;
  }
  out_.worst = worst_.take();
  finish_classes();
  out_.samples.size = alignment.matched;
  out_.seen.alignment = std::move(alignment);
  out_.seen.unlabelled = totals_->unlabelled.rows();
  out_.seen.single_keys = singles_.texts();
  out_.seen.first_mismatch = mismatch_.first();
  out_.samples.totals = std::move(totals_);
  out_.path.is_fast = true;
  return std::move(out_);
}

}  // namespace mlops::diff
