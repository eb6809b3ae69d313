#include "diff/metrics.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "diff/metrics_classification.h"
#include "diff/metrics_compatibility.h"
#include "diff/metrics_confusion.h"
#include "diff/metrics_curves.h"
#include "diff/metrics_regression.h"
#include "diff/metrics_units.h"

namespace mlops::diff {
namespace {

constexpr auto kClasses = policy::Task::classification;
constexpr auto kNumbers = policy::Task::regression;

using enum Certainty;
using enum Shown;

constexpr policy::TaskSet kVectors{policy::Task::embedding, policy::Task::tensor};
constexpr policy::TaskSet kApart{
    policy::Task::regression, policy::Task::embedding, policy::Task::tensor};
constexpr auto kLists = policy::Task::ranking;
constexpr auto kTexts = policy::Task::text;

/// A figure of both versions together, which needs no labels.
constexpr MetricDefinition of_pair(std::string_view name,
                                   policy::TaskSet tasks,
                                   Certainty certainty,
                                   Shown shown,
                                   std::optional<double> (*figure)(const Samples&,
                                                                   const Selection&)) {
  return {name, tasks, Needs::nothing, certainty, shown, nullptr, figure};
}

/// A figure of both versions together against the labels of classes.
constexpr MetricDefinition of_outcomes(std::string_view name,
                                       std::optional<double> (*figure)(const Samples&,
                                                                       const Selection&)) {
  return {name, kClasses, Needs::labels, bootstrap, when_asked, nullptr, figure};
}

/// A figure of one version against the labels.
constexpr MetricDefinition of_own(std::string_view name,
                                  policy::TaskSet tasks,
                                  Shown shown,
                                  std::optional<double> (*figure)(const Samples&,
                                                                  const Version&,
                                                                  const Selection&)) {
  return {name, tasks, Needs::labels, bootstrap, shown, figure, nullptr};
}

constexpr std::array kDefinitions{
    MetricDefinition{"accuracy", kClasses, Needs::labels, rate, always, accuracy, nullptr},
    MetricDefinition{
        "negative_flip_rate", kClasses, Needs::labels, rate, always, nullptr, negative_flip_rate},
    MetricDefinition{"positive_flip_rate",
                     kClasses,
                     Needs::labels,
                     rate,
                     when_asked,
                     nullptr,
                     positive_flip_rate},
    MetricDefinition{"churn", kClasses, Needs::nothing, rate, always, nullptr, churn},
    of_outcomes("backward_trust_compatibility", backward_trust_compatibility),
    of_outcomes("backward_error_compatibility", backward_error_compatibility),
    of_outcomes("relative_negative_flip_rate", relative_negative_flip_rate),
    of_outcomes("unnecessary_churn", unnecessary_churn),
    of_outcomes("win_loss_ratio", win_loss_ratio),
    MetricDefinition{"ece", kClasses, Needs::probabilities, bootstrap, always, ece, nullptr},
    MetricDefinition{
        "brier_score", kClasses, Needs::probabilities, bootstrap, always, brier_score, nullptr},
    MetricDefinition{
        "log_loss", kClasses, Needs::probabilities, bootstrap, when_asked, log_loss, nullptr},
    MetricDefinition{
        "roc_auc", kClasses, Needs::probabilities, bootstrap, when_asked, roc_auc, nullptr},
    MetricDefinition{"average_precision",
                     kClasses,
                     Needs::probabilities,
                     bootstrap,
                     when_asked,
                     average_precision,
                     nullptr},
    MetricDefinition{"balanced_accuracy",
                     kClasses,
                     Needs::labels,
                     bootstrap,
                     when_asked,
                     balanced_accuracy,
                     nullptr},
    MetricDefinition{
        "precision", kClasses, Needs::labels, bootstrap, when_asked, precision, nullptr},
    MetricDefinition{"recall", kClasses, Needs::labels, bootstrap, when_asked, recall, nullptr},
    MetricDefinition{"f1", kClasses, Needs::labels, bootstrap, when_asked, f1, nullptr},
    MetricDefinition{"precision_macro",
                     kClasses,
                     Needs::labels,
                     bootstrap,
                     when_asked,
                     precision_over<Average::macro>,
                     nullptr},
    MetricDefinition{"precision_micro",
                     kClasses,
                     Needs::labels,
                     bootstrap,
                     when_asked,
                     precision_over<Average::micro>,
                     nullptr},
    MetricDefinition{"precision_weighted",
                     kClasses,
                     Needs::labels,
                     bootstrap,
                     when_asked,
                     precision_over<Average::weighted>,
                     nullptr},
    MetricDefinition{"recall_macro",
                     kClasses,
                     Needs::labels,
                     bootstrap,
                     when_asked,
                     recall_over<Average::macro>,
                     nullptr},
    MetricDefinition{"recall_micro",
                     kClasses,
                     Needs::labels,
                     bootstrap,
                     when_asked,
                     recall_over<Average::micro>,
                     nullptr},
    MetricDefinition{"recall_weighted",
                     kClasses,
                     Needs::labels,
                     bootstrap,
                     when_asked,
                     recall_over<Average::weighted>,
                     nullptr},
    MetricDefinition{"f1_macro",
                     kClasses,
                     Needs::labels,
                     bootstrap,
                     when_asked,
                     f1_over<Average::macro>,
                     nullptr},
    MetricDefinition{"f1_micro",
                     kClasses,
                     Needs::labels,
                     bootstrap,
                     when_asked,
                     f1_over<Average::micro>,
                     nullptr},
    MetricDefinition{"f1_weighted",
                     kClasses,
                     Needs::labels,
                     bootstrap,
                     when_asked,
                     f1_over<Average::weighted>,
                     nullptr},
    MetricDefinition{"matthews_corrcoef",
                     kClasses,
                     Needs::labels,
                     bootstrap,
                     when_asked,
                     matthews_corrcoef,
                     nullptr},
    MetricDefinition{"selection_rate",
                     kClasses,
                     Needs::positive,
                     bootstrap,
                     when_asked,
                     selection_rate,
                     nullptr},
    MetricDefinition{"true_positive_rate",
                     kClasses,
                     Needs::positive,
                     bootstrap,
                     when_asked,
                     true_positive_rate,
                     nullptr},
    MetricDefinition{"false_positive_rate",
                     kClasses,
                     Needs::positive,
                     bootstrap,
                     when_asked,
                     false_positive_rate,
                     nullptr},
    MetricDefinition{"generalized_entropy_error",
                     kClasses,
                     Needs::positive,
                     bootstrap,
                     when_asked,
                     generalized_entropy_error,
                     nullptr},
    MetricDefinition{
        "theil_index", kClasses, Needs::positive, bootstrap, when_asked, theil_index, nullptr},
    MetricDefinition{"mean_absolute_error",
                     kNumbers,
                     Needs::labels,
                     bootstrap,
                     always,
                     mean_absolute_error,
                     nullptr},
    MetricDefinition{"mean_absolute_percentage_error",
                     kNumbers,
                     Needs::labels,
                     bootstrap,
                     when_asked,
                     mean_absolute_percentage_error,
                     nullptr},
    MetricDefinition{"root_mean_squared_error",
                     kNumbers,
                     Needs::labels,
                     bootstrap,
                     always,
                     root_mean_squared_error,
                     nullptr},
    MetricDefinition{"r2", kNumbers, Needs::labels, bootstrap, always, r2, nullptr},
    MetricDefinition{
        "mean_error", kNumbers, Needs::labels, bootstrap, when_asked, mean_error, nullptr},
    of_pair("sign_flip_rate", kNumbers, bootstrap, when_asked, sign_flip_rate),
    // The bootstrap does not estimate the spread of an extreme value.
    MetricDefinition{"max_error", kNumbers, Needs::labels, none, always, max_error, nullptr},
    of_pair("mean_abs_difference", kApart, bootstrap, when_asked, mean_abs_difference),
    of_pair("max_abs_difference", kApart, none, when_asked, max_abs_difference),
    of_pair("median_abs_difference", kNumbers, bootstrap, when_asked, median_abs_difference),
    of_pair("p99_abs_difference", kNumbers, bootstrap, when_asked, p99_abs_difference),
    of_pair("mean_relative_difference", kNumbers, bootstrap, when_asked, mean_relative_difference),
    of_own("ndcg", kLists, always, own_mean<OwnValue::ndcg>),
    of_own("ndcg_at_10", kLists, when_asked, own_mean<OwnValue::ndcg_at_10>),
    of_pair("rank_biased_overlap", kLists, bootstrap, always, pair_mean<PairValue::rbo>),
    of_pair("overlap_at_10", kLists, bootstrap, always, pair_mean<PairValue::overlap_at_10>),
    of_pair("jaccard_at_10", kLists, bootstrap, when_asked, pair_mean<PairValue::jaccard_at_10>),
    of_pair("kendall_tau", kLists, bootstrap, when_asked, pair_mean<PairValue::kendall_tau>),
    of_own("label_match_rate", kTexts, always, own_mean<OwnValue::label_exact>),
    of_own("label_similarity", kTexts, always, own_mean<OwnValue::label_similarity>),
    of_pair("exact_match_rate", kTexts, bootstrap, always, pair_mean<PairValue::exact>),
    of_pair("normalized_match_rate", kTexts, bootstrap, always, pair_mean<PairValue::normalized>),
    of_pair("text_similarity", kTexts, bootstrap, always, pair_mean<PairValue::similarity>),
    of_pair("text_similarity_p01",
            kTexts,
            bootstrap,
            when_asked,
            pair_quantile<PairValue::similarity, 10>),
    of_pair("token_jaccard", kTexts, bootstrap, when_asked, pair_mean<PairValue::jaccard>),
    of_pair("length_ratio", kTexts, bootstrap, when_asked, pair_mean<PairValue::length_ratio>),
    of_pair("newly_empty_rate", kTexts, bootstrap, always, pair_mean<PairValue::newly_empty>),
    of_pair("cosine_similarity", kVectors, bootstrap, always, pair_mean<PairValue::cosine>),
    of_pair(
        "cosine_similarity_p01", kVectors, bootstrap, always, pair_quantile<PairValue::cosine, 10>),
    of_pair("cosine_similarity_min", kVectors, none, always, pair_quantile<PairValue::cosine, 0>),
    of_pair("l2_distance", kVectors, bootstrap, when_asked, pair_mean<PairValue::l2>),
    of_pair("relative_l2_distance", kVectors, bootstrap, always, pair_mean<PairValue::relative_l2>),
    // Without an interval: of equal vectors it is infinite.
    of_pair("peak_signal_noise_ratio", kVectors, none, when_asked, peak_signal_noise_ratio),
    of_pair("within_tolerance_rate", kVectors, bootstrap, always, pair_mean<PairValue::within>),
};

}  // namespace

std::span<const MetricDefinition> metric_definitions() {
  return kDefinitions;
}

const MetricDefinition* find_metric(std::string_view name) {
  const auto* const found = std::find_if(kDefinitions.begin(),
                                         kDefinitions.end(),
                                         [&](const auto& metric) { return metric.name == name; });
  return found == kDefinitions.end() ? nullptr : found;
}

bool is_sum(const MetricDefinition& metric) {
  constexpr std::array kOthers{"log_loss", "roc_auc", "average_precision"};
  return metric.tasks.has(policy::Task::classification) &&
         std::find(kOthers.begin(), kOthers.end(), metric.name) == kOthers.end();
}

std::string missing_for(const MetricDefinition& metric, const Samples& samples) {
  if (!metric.tasks.has(samples.task)) {
    return fmt::format("not a metric of {}", policy::to_string(samples.task));
  }
  if (metric.needs != Needs::nothing && !samples.has_labels) {
    return "no label column is declared";
  }
  if (metric.needs == Needs::probabilities && !samples.has_probabilities()) {
    return "no probability columns are declared";
  }
  if (metric.needs == Needs::positive && !samples.is_binary()) {
    return "no positive class is declared";
  }
  return {};
}

namespace {

/// What the name alone says of how it is computed.
std::string variant_by_name(std::string_view name) {
  if (name.ends_with("_micro")) {
    return "over all rows, whatever their class";
  }
  if (name.ends_with("_weighted")) {
    return "mean over classes, by their rows";
  }
  if (name.ends_with("_macro")) {
    return "mean over classes";
  }
  if (name == "mean_absolute_percentage_error") {
    return "rows with label 0 left out";
  }
  if (name.starts_with("ndcg")) {
    return "lists without a relevant item left out";
  }
  if (name == "rank_biased_overlap") {
    return "p = 0.9, extrapolated";
  }
  if (name.ends_with("_p01")) {
    return "1 in 100 rows is below";
  }
  if (name == "peak_signal_noise_ratio") {
    return "dB; the peak is the range of the old elements";
  }
  if (name == "log_loss") {
    return "p clipped at 1e-15";
  }
  return {};
}

}  // namespace

std::string variant_of(const MetricDefinition& metric, const Samples& samples) {
  const std::string event =
      samples.positive ? fmt::format("p({})", samples.classes[*samples.positive]) : "";
  if (metric.name == "ece") {
    return fmt::format(
        "{} equal-width bins, {}",
        kCalibrationBins,
        samples.is_binary() ? event + " against the event" : "likeliest class against being right");
  }
  if (metric.name == "brier_score") {
    return samples.is_binary() ? event : "sum over classes";
  }
  if (metric.name == "precision" || metric.name == "recall" || metric.name == "f1") {
    return samples.positive ? fmt::format("of {}", samples.classes[*samples.positive])
                            : "mean over classes";
  }
  if (metric.name == "roc_auc" || metric.name == "average_precision") {
    return samples.is_binary() ? event : "each class against the rest, mean over classes";
  }
  return variant_by_name(metric.name);
}

std::optional<double> OldNew::change() const {
  if (!old_value || !new_value) {
    return std::nullopt;
  }
  return *new_value - *old_value;
}

OldNew evaluate(const MetricDefinition& metric,
                const Samples& samples,
                const Selection& selection) {
  if (metric.of_pair != nullptr) {
    return {std::nullopt, metric.of_pair(samples, selection)};
  }
  return {metric.of_version(samples, samples.old_version, selection),
          metric.of_version(samples, samples.new_version, selection)};
}

}  // namespace mlops::diff
