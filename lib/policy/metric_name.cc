#include "policy/metric_name.h"

#include <algorithm>
#include <array>

#include "policy/expression.h"

namespace mlops::policy {
namespace {

constexpr TaskSet kVectors{Task::embedding, Task::tensor};

struct Known {
  std::string_view name;
  MetricKind kind;
  TaskSet tasks;
  Better better;
};

constexpr auto kClasses = Task::classification;
constexpr auto kNumbers = Task::regression;
constexpr auto kLists = Task::ranking;
constexpr auto kTexts = Task::text;

constexpr std::array kKnown{
    Known{"accuracy", MetricKind::plain, kClasses, Better::higher},
    Known{"balanced_accuracy", MetricKind::plain, kClasses, Better::higher},
    Known{"f1", MetricKind::plain, kClasses, Better::higher},
    Known{"precision", MetricKind::plain, kClasses, Better::higher},
    Known{"recall", MetricKind::plain, kClasses, Better::higher},
    Known{"precision_macro", MetricKind::plain, kClasses, Better::higher},
    Known{"precision_micro", MetricKind::plain, kClasses, Better::higher},
    Known{"precision_weighted", MetricKind::plain, kClasses, Better::higher},
    Known{"recall_macro", MetricKind::plain, kClasses, Better::higher},
    Known{"recall_micro", MetricKind::plain, kClasses, Better::higher},
    Known{"recall_weighted", MetricKind::plain, kClasses, Better::higher},
    Known{"f1_macro", MetricKind::plain, kClasses, Better::higher},
    Known{"f1_micro", MetricKind::plain, kClasses, Better::higher},
    Known{"f1_weighted", MetricKind::plain, kClasses, Better::higher},
    Known{"roc_auc", MetricKind::plain, kClasses, Better::higher},
    Known{"average_precision", MetricKind::plain, kClasses, Better::higher},
    Known{"log_loss", MetricKind::plain, kClasses, Better::lower},
    Known{"brier_score", MetricKind::plain, kClasses, Better::lower},
    Known{"ece", MetricKind::plain, kClasses, Better::lower},
    Known{"matthews_corrcoef", MetricKind::plain, kClasses, Better::higher},
    Known{"selection_rate", MetricKind::plain, kClasses, Better::higher},
    Known{"true_positive_rate", MetricKind::plain, kClasses, Better::higher},
    Known{"false_positive_rate", MetricKind::plain, kClasses, Better::lower},
    Known{"generalized_entropy_error", MetricKind::plain, kClasses, Better::lower},
    Known{"theil_index", MetricKind::plain, kClasses, Better::lower},
    Known{"negative_flip_rate", MetricKind::flip, kClasses, Better::lower},
    Known{"positive_flip_rate", MetricKind::flip, kClasses, Better::higher},
    Known{"churn", MetricKind::flip, kClasses, Better::lower},
    Known{"backward_trust_compatibility", MetricKind::flip, kClasses, Better::higher},
    Known{"backward_error_compatibility", MetricKind::flip, kClasses, Better::higher},
    Known{"relative_negative_flip_rate", MetricKind::flip, kClasses, Better::lower},
    Known{"unnecessary_churn", MetricKind::flip, kClasses, Better::lower},
    Known{"win_loss_ratio", MetricKind::flip, kClasses, Better::higher},
    Known{"demographic_parity_difference", MetricKind::gap, kClasses, Better::lower},
    Known{"demographic_parity_ratio", MetricKind::gap, kClasses, Better::higher},
    Known{"equalized_odds_difference", MetricKind::gap, kClasses, Better::lower},
    Known{"equalized_odds_ratio", MetricKind::gap, kClasses, Better::higher},
    Known{"equal_opportunity_difference", MetricKind::gap, kClasses, Better::lower},
    Known{"equal_opportunity_ratio", MetricKind::gap, kClasses, Better::higher},
    Known{"mean_absolute_error", MetricKind::plain, kNumbers, Better::lower},
    Known{"mean_absolute_percentage_error", MetricKind::plain, kNumbers, Better::lower},
    Known{"root_mean_squared_error", MetricKind::plain, kNumbers, Better::lower},
    Known{"r2", MetricKind::plain, kNumbers, Better::higher},
    Known{"max_error", MetricKind::plain, kNumbers, Better::lower},
    Known{"mean_error", MetricKind::plain, kNumbers, Better::lower},
    Known{"sign_flip_rate", MetricKind::flip, kNumbers, Better::lower},
    Known{"mean_abs_difference",
          MetricKind::flip,
          {Task::regression, Task::embedding, Task::tensor},
          Better::lower},
    Known{"max_abs_difference",
          MetricKind::flip,
          {Task::regression, Task::embedding, Task::tensor},
          Better::lower},
    Known{"median_abs_difference", MetricKind::flip, kNumbers, Better::lower},
    Known{"p99_abs_difference", MetricKind::flip, kNumbers, Better::lower},
    Known{"mean_relative_difference", MetricKind::flip, kNumbers, Better::lower},
    Known{"ndcg", MetricKind::plain, kLists, Better::higher},
    Known{"ndcg_at_10", MetricKind::plain, kLists, Better::higher},
    Known{"rank_biased_overlap", MetricKind::flip, kLists, Better::higher},
    Known{"overlap_at_10", MetricKind::flip, kLists, Better::higher},
    Known{"jaccard_at_10", MetricKind::flip, kLists, Better::higher},
    Known{"kendall_tau", MetricKind::flip, kLists, Better::higher},
    Known{"label_match_rate", MetricKind::plain, kTexts, Better::higher},
    Known{"label_similarity", MetricKind::plain, kTexts, Better::higher},
    Known{"exact_match_rate", MetricKind::flip, kTexts, Better::higher},
    Known{"normalized_match_rate", MetricKind::flip, kTexts, Better::higher},
    Known{"text_similarity", MetricKind::flip, kTexts, Better::higher},
    Known{"text_similarity_p01", MetricKind::flip, kTexts, Better::higher},
    Known{"token_jaccard", MetricKind::flip, kTexts, Better::higher},
    Known{"length_ratio", MetricKind::flip, kTexts, Better::higher},
    Known{"newly_empty_rate", MetricKind::flip, kTexts, Better::lower},
    Known{"cosine_similarity", MetricKind::flip, kVectors, Better::higher},
    Known{"cosine_similarity_p01", MetricKind::flip, kVectors, Better::higher},
    Known{"cosine_similarity_min", MetricKind::flip, kVectors, Better::higher},
    Known{"l2_distance", MetricKind::flip, kVectors, Better::lower},
    Known{"relative_l2_distance", MetricKind::flip, kVectors, Better::lower},
    Known{"peak_signal_noise_ratio", MetricKind::flip, kVectors, Better::higher},
    Known{"within_tolerance_rate", MetricKind::flip, kVectors, Better::higher},
};

const Known* find_known(std::string_view name) {
  const auto* const found =
      std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& k) { return k.name == name; });
  return found == kKnown.end() ? nullptr : found;
}

std::optional<MetricName> parse_gap(std::string_view text, std::string_view word, Better better) {
  if (!text.starts_with(word) || text.size() < word.size() + 3 || text[word.size()] != '(' ||
      text.back() != ')') {
    return std::nullopt;
  }
  const std::string_view inner = text.substr(word.size() + 1, text.size() - word.size() - 2);
  const Known* known = find_known(inner);
  if (known == nullptr || known->kind == MetricKind::gap) {
    return std::nullopt;
  }
  return MetricName{MetricKind::gap, std::string(text), std::string(inner), better};
}

}  // namespace

std::optional<MetricName> parse_metric_name(std::string_view text) {
  if (text.empty()) {
    return std::nullopt;
  }
  if (const Known* known = find_known(text)) {
    return MetricName{known->kind, std::string(text), std::string(text), known->better};
  }
  for (const auto& [word, better] :
       {std::pair{"difference", Better::lower}, std::pair{"ratio", Better::higher}}) {
    if (auto gap = parse_gap(text, word, better)) {
      return gap;
    }
    if (text.starts_with(std::string(word) + "(")) {
      return std::nullopt;
    }
  }
  const std::string plain(text);
  if (const auto colon = text.find(':');
      colon != std::string_view::npos && text.find('(') == std::string_view::npos) {
    if (colon == 0 || colon + 1 == text.size()) {
      return std::nullopt;
    }
    return MetricName{MetricKind::file, plain, plain, Better::higher};
  }
  if (!check_expression(text)) {
    return MetricName{MetricKind::expression, plain, plain, Better::lower};
  }
  return std::nullopt;
}

bool belongs_to(const MetricName& metric, Task task) {
  const Known* known = find_known(metric.base);
  return known == nullptr || known->tasks.has(task);
}

std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  names.reserve(kKnown.size());
  for (const Known& known : kKnown) {
    names.emplace_back(known.name);
  }
  return names;
}

}  // namespace mlops::policy
