#include "diff/compare.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "diff/builtin_rules.h"
#include "diff/calibration.h"
#include "diff/collect.h"
#include "diff/column_plan.h"
#include "diff/measures.h"
#include "diff/metrics_classification.h"
#include "diff/pictures.h"
#include "diff/rules.h"
#include "diff/slice_search.h"
#include "diff/table_bytes.h"
#include "diff/task_figures.h"
#include "diff/tolerance.h"
#include "stats/mcnemar.h"

namespace mlops::diff {
namespace {

using policy::Verdict;

constexpr std::uint64_t kShownMinimum = 30;

void check_input(const CompareInput& input) {
  const policy::PredictionSet& set = input.set;
  policy::check_prediction_set(set, "predictions " + quote(set.name));
  if (set.task != policy::Task::classification && !set.prediction) {
    throw Error(
        ErrorKind::config,
        fmt::format(
            "predictions {}: {} needs 'prediction'", quote(set.name), policy::to_string(set.task)));
  }
}

/// The pages of one comparison, filled in the order of the report.
class Comparison {
 public:
  Comparison(const CompareInput& input, const policy::Safeguards& safeguards, Collected collected)
      : input_(input),
        safeguards_(safeguards),
        collected_(std::move(collected)),
        samples_(collected_.samples),
        tolerance_(tolerance_of(safeguards.diff, input.set.prediction.value_or(""))) {}

  PredictionReport run(const CancelToken& cancel);

 private:
  void head();
  void refuse(Incomparable what);
  Counts count_rows() const;
  void counts();
  void figures(const CancelToken& cancel);
  std::vector<std::size_t> ask_metrics(Measures& measures, const RowGroup* group) const;
  std::vector<Slice> ask_slices(Measures& measures, const std::vector<std::string>& slices);
  std::vector<std::string> all_slices() const;
  std::vector<std::string> all_features() const;
  void ask_gaps(Measures& measures);
  void ask_gap(Measures& measures, const std::string& feature, const std::string& name);
  void pictures();
  void list_changed();
  void conclude();

  struct PlacedGap {
    std::size_t place;
    std::vector<std::string> left_out;
  };
  const CompareInput& input_;
  const policy::Safeguards& safeguards_;
  Collected collected_;
  const Samples& samples_;
  policy::Tolerance tolerance_;
  std::vector<PlacedGap> gaps_;
  PredictionReport report_;
};

void Comparison::head() {
  report_.set = input_.set;
  report_.alpha = safeguards_.diff.alpha;
  report_.decide = safeguards_.diff.decide;
  report_.old_name = input_.old_name;
  report_.new_name = input_.new_name;
  report_.path = collected_.path;
  std::tie(report_.old_sha256, report_.new_sha256) = digests_of(input_);
  report_.counts.matched = collected_.seen.alignment.matched;
  report_.counts.only_old = collected_.seen.alignment.only_old;
  report_.counts.only_new = collected_.seen.alignment.only_new;
  report_.findings = input_.notes;
  for (std::string& finding : findings_of(collected_.seen, samples_)) {
    report_.findings.push_back(std::move(finding));
  }
  if (auto finding = find_unseen_positive(samples_, input_.new_table.name)) {
    report_.findings.push_back(*std::move(finding));
  }
}

void Comparison::refuse(Incomparable what) {
  report_.incomparable = what;
  report_.rules =
      insufficient_rules(input_.set,
                         safeguards_,
                         what == Incomparable::labels ? "the labels differ" : "the keys differ");
}

Counts Comparison::count_rows() const {
  std::vector<std::uint32_t> every(samples_.size);
  std::iota(every.begin(), every.end(), 0U);
  return counts_of(samples_, {every, {}}, tolerance_);
}

void Comparison::counts() {
  const Counts found = samples_.totals ? count_flips(samples_) : count_rows();
  const table::Alignment& rows = collected_.seen.alignment;
  report_.counts = found;
  report_.counts.matched = rows.matched;
  report_.counts.only_old = rows.only_old;
  report_.counts.only_new = rows.only_new;
  if (samples_.task == policy::Task::classification && samples_.has_labels) {
    report_.mcnemar_p = stats::mcnemar(found.negative_flips, found.positive_flips).p;
  }
}

std::vector<std::size_t> Comparison::ask_metrics(Measures& measures, const RowGroup* group) const {
  std::vector<std::size_t> places;
  for (const MetricDefinition& metric : metric_definitions()) {
    const bool is_asked =
        group == nullptr && std::find(input_.metrics.begin(), input_.metrics.end(), metric.name) !=
                                input_.metrics.end();
    const bool ours =
        is_asked || (metric.shown == Shown::always && missing_for(metric, samples_).empty());
    if (ours) {
      places.push_back(measures.ask(metric, group, Draw::no));
    }
  }
  return places;
}

std::vector<std::string> Comparison::all_slices() const {
  std::vector<std::string> slices = input_.set.slices;
  for (const policy::DiffRule& rule : safeguards_.rules) {
    const bool ours = !rule.predictions || *rule.predictions == input_.set.name;
    for (const std::string& slice : rule.slices) {
      const bool known = std::find(slices.begin(), slices.end(), slice) != slices.end();
      if (ours && !known && has_columns(samples_, slice)) {
        slices.push_back(slice);
      }
    }
  }
  return slices;
}

std::vector<std::string> Comparison::all_features() const {
  std::vector<std::string> features = input_.set.sensitive_features;
  for (const policy::DiffRule& rule : safeguards_.rules) {
    const bool ours = !rule.predictions || *rule.predictions == input_.set.name;
    if (ours && rule.sensitive_feature && has_columns(samples_, *rule.sensitive_feature) &&
        std::find(features.begin(), features.end(), *rule.sensitive_feature) == features.end()) {
      features.push_back(*rule.sensitive_feature);
    }
  }
  return features;
}

/// Slices with their figures; the intervals are those that exist without drawing.
std::vector<Slice> Comparison::ask_slices(Measures& measures,
                                          const std::vector<std::string>& slices) {
  std::vector<Slice> result;
  for (const std::string& name : slices) {
    for (const RowGroup& group : measures.groups(name)) {
      Slice& slice = result.emplace_back();
      slice.column = name;
      slice.value = group.value;
      slice.n = group.n;
      slice.sufficient = slice.n >= kShownMinimum;
      slice.counts = counts_of(samples_, group.unweighted(), tolerance_);
      for (const std::size_t place : ask_metrics(measures, &group)) {
        slice.metrics.push_back(measures.as_metric(place, safeguards_.diff.alpha));
      }
    }
  }
  return result;
}

/// Every sensitive feature shows how far its groups lie apart in the main metric, and what rules
/// ask.
void Comparison::ask_gaps(Measures& measures) {
  const std::string main = main_gap(samples_);
  for (const std::string& feature : all_features()) {
    std::vector<std::string> names;
    if (!main.empty()) {
      names.push_back(main);
    }
    for (const policy::DiffRule& rule : safeguards_.rules) {
      if (rule.sensitive_feature == feature && policy::belongs_to(rule.parsed, samples_.task) &&
          std::find(names.begin(), names.end(), rule.metric) == names.end()) {
        names.push_back(rule.metric);
      }
    }
    for (const std::string& name : names) {
      ask_gap(measures, feature, name);
    }
  }
}

void Comparison::ask_gap(Measures& measures, const std::string& feature, const std::string& name) {
  const auto gap = find_gap(name);
  if (!gap) {
    return;
  }
  PlacedGap placed;
  std::vector<const RowGroup*> enough;
  for (const RowGroup& group : measures.groups(feature)) {
    const std::string reason = too_small(*gap, samples_, group, {});
    if (reason.empty()) {
      enough.push_back(&group);
    } else {
      placed.left_out.push_back(fmt::format("{} ({})", group.value, reason));
    }
  }
  placed.place = measures.ask(name, *gap, feature, enough, Draw::no);
  gaps_.push_back(std::move(placed));
}

void Comparison::figures(const CancelToken& cancel) {
  Measures measures(samples_, input_.intervals == Intervals::drawn ? Draw::yes : Draw::no);
  const std::vector<std::size_t> metrics = ask_metrics(measures, nullptr);
  RuleBook rules(input_.set, safeguards_, samples_, measures);
  ask_gaps(measures);
  report_.slices = ask_slices(measures, all_slices());
  report_.groups = ask_slices(measures, all_features());
  measures.settle(safeguards_.diff.seed, input_.threads, cancel);
  for (const std::size_t place : metrics) {
    report_.metrics.push_back(measures.as_metric(place, safeguards_.diff.alpha));
  }
  for (PlacedGap& placed : gaps_) {
    const Metric metric = measures.as_metric(placed.place, safeguards_.diff.alpha);
    report_.gaps.push_back({measures.at(placed.place).slice,
                            metric.name,
                            metric.old_value,
                            metric.new_value,
                            metric.change,
                            metric.ci,
                            std::move(placed.left_out),
                            metric.note});
  }
  report_.rules = rules.judge();
  if (!input_.search.empty()) {
    report_.search = search_slices(
        samples_, {collected_.searched, kShownMinimum, safeguards_.diff.alpha, tolerance_}, cancel);
  }
}

void Comparison::pictures() {
  report_.score_name = score_name_of(samples_);
  report_.transitions = transitions_of(samples_);
  report_.calibration = calibration_bins(samples_);
  report_.histograms = histograms_of(samples_);
  report_.density = density_of(samples_);
  report_.worst = std::move(collected_.worst);
  report_.worst_by = worst_heading(samples_);
  report_.worst_limited = input_.rows.is_limited;
  report_.by = input_.by;
}

/// Of tables that are not comparable, which keys one of them has alone is still true.
void Comparison::list_changed() {
  report_.extra_columns = input_.rows.columns;
  report_.changed_rows = std::move(collected_.changed_rows);
  report_.changed_rows_left_out = collected_.changed_rows_left_out;
  if (!report_.is_comparable()) {
    std::erase_if(report_.changed_rows, [](const ChangedRow& row) {
      return row.kind != ChangedRow::Kind::only_old && row.kind != ChangedRow::Kind::only_new;
    });
  }
}

void Comparison::conclude() {
  std::vector<Verdict> effects;
  for (const RuleResult& rule : report_.rules) {
    effects.push_back(rule.effect);
  }
  report_.verdict = policy::combine(effects);
}

PredictionReport Comparison::run(const CancelToken& cancel) {
  head();
  RuleResult labels = judge_labels(collected_.seen);
  RuleResult keys = judge_keys(collected_.seen, safeguards_.diff, input_.other_keys);
  if (labels.verdict == Verdict::insufficient) {
    refuse(Incomparable::labels);
  } else if (keys.verdict == Verdict::insufficient) {
    refuse(Incomparable::keys);
  } else {
    counts();
    figures(cancel);
    pictures();
  }
  list_changed();
  if (samples_.has_labels) {
    report_.rules.push_back(std::move(labels));
  }
  report_.rules.push_back(std::move(keys));
  for (RuleResult& rule : judge_built_in(collected_.seen, samples_, safeguards_.diff)) {
    report_.rules.push_back(std::move(rule));
  }
  for (const std::string& reason : input_.stale) {
    report_.rules.push_back(judge_stale(reason));
  }
  conclude();
  return std::move(report_);
}

}  // namespace

PredictionReport compare(table::Engine& engine,
                         const CompareInput& input,
                         const policy::Safeguards& safeguards,
                         const CancelToken& cancel) {
  check_input(input);
  const ColumnPlan plan = plan_columns(engine,
                                       input.set,
                                       input.old_table,
                                       input.new_table,
                                       safeguards,
                                       {input.rows.columns, input.search});
  const UnchangedTables tables(input.old_table, input.new_table);
  const bool must_keep_rows = !input.metrics.empty() || input.intervals == Intervals::drawn ||
                              need_rows(input.set, safeguards);
  Collected collected = collect(engine,
                                plan,
                                input.set,
                                safeguards.diff,
                                input.rows,
                                must_keep_rows ? Keep::rows : Keep::sums,
                                cancel);
  if (collected.seen.alignment.matched == 0) {
    throw Error(ErrorKind::config,
                fmt::format("{} and {} have no row in common",
                            quote(input.old_table.name),
                            quote(input.new_table.name)),
                "check 'key' of the prediction set");
  }
  PredictionReport report = Comparison(input, safeguards, std::move(collected)).run(cancel);
  tables.check();
  return report;
}

}  // namespace mlops::diff
