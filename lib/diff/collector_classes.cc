// What a Collector does with classes.
#include <algorithm>
#include <optional>
#include <set>

#include "diff/cells.h"
#include "diff/class_names.h"
#include "diff/class_worst.h"
#include "diff/collector.h"

namespace mlops::diff {

void Collector::list_classes(const RowRef& at,
                             std::optional<std::uint32_t> label,
                             const ClassAnswer& o,
                             const ClassAnswer& n) {
  changed_.offer(at, [&](ChangedRow& row) {
    const auto text = [&](std::uint32_t code) {
      return code == kNoCode ? std::string() : classes_.text(code);
    };
    const auto score = [&](const ClassAnswer& answer) -> std::optional<double> {
      const auto positive = classes_.positive_column();
      return positive ? std::optional(answer.probabilities[*positive]) : std::nullopt;
    };
    if (label) {
      const bool before = classes_.is_right(o.prediction, *label);
      const bool after = classes_.is_right(n.prediction, *label);
      row.kind = before && !after   ? ChangedRow::Kind::negative_flip
                 : after && !before ? ChangedRow::Kind::positive_flip
                                    : ChangedRow::Kind::changed;
      row.label = text(*label);
    }
    row.old_prediction = text(o.prediction);
    row.new_prediction = text(n.prediction);
    row.old_score = score(o);
    row.new_score = score(n);
    row.extra = extra_cells(at, plan_.extra);
  });
}

void Collector::take_classes(const RowRef& at, std::uint64_t hash) {
  classes_.answer(at, Side::old_version, old_answer_);
  classes_.answer(at, Side::new_version, new_answer_);
  const ClassAnswer& o = old_answer_;
  const ClassAnswer& n = new_answer_;
  Observations& seen = out_.seen;
  seen.outside_old += o.outside ? 1U : 0U;
  seen.outside_new += n.outside ? 1U : 0U;
  seen.sum_off_old += o.sum_off ? 1U : 0U;
  seen.sum_off_new += n.sum_off ? 1U : 0U;
  seen.ties += n.tie ? 1U : 0U;
  const std::optional<std::uint32_t> label =
      plan_.label ? std::optional(classes_.label(known_cell(at, *plan_.label))) : std::nullopt;
  if (o.prediction != n.prediction) {
    ++seen.changed;
    list_classes(at, label, o, n);
  }
  old_version().prediction.push_back(o.prediction);
  new_version().prediction.push_back(n.prediction);
  old_predicted_.insert(o.prediction);
  new_predicted_.insert(n.prediction);
  for (std::size_t i = 0; i < o.probabilities.size(); ++i) {
    old_version().probabilities[i].push_back(o.probabilities[i]);
    new_version().probabilities[i].push_back(n.probabilities[i]);
  }
  if (label) {
    labels_seen_.insert(*label);
    out_.samples.label.push_back(*label);
    offer_class_row(at, hash, *label, o, n);
  }
}

void Collector::offer_class_row(const RowRef& at,
                                std::uint64_t hash,
                                std::uint32_t label,
                                const ClassAnswer& o,
                                const ClassAnswer& n) {
  if (label == kNoCode) {
    return;
  }
  const ClassLoss loss = loss_of(classes_, label, o, n);
  if (!worst_.wants(bound_of(loss))) {
    return;
  }
  const Badness badness = badness_of(loss, hash);
  if (!is_worse(badness) || !worst_.wants(badness)) {
    return;
  }
  worst_.offer(badness, [&] {
    WorstRow row = describe(classes_, loss, badness, o, n);
    row.key = key_text(at);
    row.extra = extra_cells(at, plan_.extra);
    return row;
  });
}

/// Settles the class that has no column, and gives classes codes that follow from their names.
void Collector::finish_classes() {
  Samples& s = out_.samples;
  const FinalCodes final_code(
      classes_,
      old_predicted_.codes().contains(kOtherCode) || new_predicted_.codes().contains(kOtherCode));
  final_code.name_other(out_.worst);
  final_code.name_other(out_.changed_rows);
  for (auto* codes : {&s.label, &old_version().prediction, &new_version().prediction}) {
    std::transform(codes->begin(), codes->end(), codes->begin(), final_code);
  }
  describe_classes(classes_, final_code, s);
  const auto settled = [&](const SeenCodes& codes) {
    std::set<std::uint32_t> result;
    for (const std::uint32_t code : codes.codes()) {
      result.insert(final_code(code));
    }
    return result;
  };
  const ClassesSeen seen{settled(labels_seen_), settled(old_predicted_), settled(new_predicted_)};
  out_.seen.new_labels = new_labels(seen, s.classes);
  out_.seen.vanished_labels = vanished_labels(seen, s.classes);
}

}  // namespace mlops::diff
