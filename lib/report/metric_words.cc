#include "report/metric_words.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "policy/metric_name.h"

namespace mlops::report {
namespace {

struct Known {
  std::string_view name;
  std::string_view what;
  std::string_view formula;
};

/// y label, p prediction, q probability, w weight, o old, n new; [x] is 1 where x holds, else 0.
constexpr std::array kKnown{
    Known{"accuracy", "the share of rows whose prediction is the label", "sum(w [p = y]) / sum(w)"},
    Known{"balanced_accuracy",
          "the mean over classes of their recall",
          "mean_c(TP_c / (TP_c + FN_c))"},
    Known{
        "precision", "of the rows predicted as the class, the share that are it", "TP / (TP + FP)"},
    Known{"recall", "of the rows of the class, the share predicted as it", "TP / (TP + FN)"},
    Known{"f1", "the harmonic mean of precision and recall", "2 TP / (2 TP + FP + FN)"},
    Known{"roc_auc",
          "the chance that a positive row has a higher probability than a negative one",
          "P(q+ > q-) + P(q+ = q-) / 2"},
    Known{"average_precision",
          "precision, averaged over the recall it is reached at",
          "sum((R_i - R_{i-1}) P_i)"},
    Known{"log_loss",
          "how surprised the probabilities are by the labels",
          "-mean(ln q(y)), q clipped at 1e-15"},
    Known{"brier_score",
          "the squared distance of the probabilities from the labels",
          "mean((q - y)^2); of several classes their sum"},
    Known{"ece",
          "how far stated confidence is from being right, over 10 bins of equal width",
          "sum(n_i / N |accuracy_i - confidence_i|)"},
    Known{"matthews_corrcoef", "the correlation of prediction and label", ""},
    Known{"generalized_entropy_error",
          "how unevenly rows benefit: wrongly chosen ones 2, wrongly left out ones 0",
          "mean((b / mean b)^2 - 1) / 2, b = [p = +] - [y = +] + 1"},
    Known{"theil_index",
          "the same, with more weight on rows that are left out",
          "mean(b / mean b * ln(b / mean b)), b = [p = +] - [y = +] + 1"},
    Known{"selection_rate", "the share of rows predicted positive", "P(p = +)"},
    Known{"true_positive_rate", "of the positive rows, the share predicted so", "TP / (TP + FN)"},
    Known{"false_positive_rate",
          "of the negative rows, the share predicted positive",
          "FP / (FP + TN)"},
    Known{"backward_trust_compatibility",
          "the share of what was right that stays right",
          "a / (a + b)"},
    Known{"backward_error_compatibility",
          "the share of what was wrong that is wrong still",
          "d / (c + d)"},
    Known{"relative_negative_flip_rate",
          "negative flips against those of versions that err independently",
          "NFR / ((1 - ER_o) ER_n)"},
    Known{"unnecessary_churn",
          "changed answers beyond what the change of accuracy takes",
          "C - |acc_n - acc_o|"},
    Known{"win_loss_ratio", "rows that became right for each that became wrong", "c / b"},
    Known{"negative_flip_rate", "the share of rows that went from right to wrong", "b / N"},
    Known{"positive_flip_rate", "the share of rows that went from wrong to right", "c / N"},
    Known{"churn", "the share of rows whose answer changed", "P(o != n)"},
    Known{"mean_absolute_error", "the mean distance of prediction and label", "mean(|p - y|)"},
    Known{"mean_absolute_percentage_error",
          "the same as a share of the label, rows with label 0 left out",
          "mean(|p - y| / |y|)"},
    Known{
        "root_mean_squared_error", "the error, large ones weighing more", "sqrt(mean((p - y)^2))"},
    Known{"r2",
          "the share of the labels' variance that the predictions explain",
          "1 - sum((p - y)^2) / sum((y - mean(y))^2)"},
    Known{"max_error", "the largest error", "max(|p - y|)"},
    Known{"mean_error", "the bias of the predictions", "mean(p - y)"},
    Known{"sign_flip_rate", "the share of predictions whose sign turned", "mean([o n < 0])"},
    Known{"mean_abs_difference", "how far the versions lie apart", "mean(|n - o|)"},
    Known{"max_abs_difference", "how far they lie apart at most", "max(|n - o|)"},
    Known{"median_abs_difference", "how far half of them lie apart at most", "median(|n - o|)"},
    Known{"p99_abs_difference",
          "how far 99 in 100 of them lie apart at most",
          "quantile(|n - o|, 0.99)"},
    Known{"mean_relative_difference",
          "how far they lie apart as a share of the old value",
          "mean(|n - o| / |o|), 0/0 = 0"},
    Known{"ndcg",
          "how much of the best possible order's gain a list reaches",
          "DCG / ideal DCG, gain relevance / log2(rank + 1)"},
    Known{"ndcg_at_10", "the same of the first ten of each list", "DCG@10 / ideal DCG@10"},
    Known{"rank_biased_overlap",
          "how alike the lists of both versions are, the top weighing most",
          "A_k p^k + (1 - p) / p sum(A_d p^d), p = 0.9"},
    Known{"overlap_at_10", "the share of the first ten that both lists have", "|A_k and B_k| / k"},
    Known{"jaccard_at_10", "the same over the items in either", "|A_k and B_k| / |A_k or B_k|"},
    Known{"kendall_tau", "how alike both versions order the items they share", "tau-b"},
    Known{"label_match_rate", "the share of texts that are the label", "mean([p = y])"},
    Known{"label_similarity",
          "how alike texts and labels are",
          "mean(1 - edit distance / longer length)"},
    Known{"exact_match_rate",
          "the share of texts that are the same in both versions",
          "mean([n = o])"},
    Known{"normalized_match_rate",
          "the same, but for white space and Unicode's form",
          "mean([NFC(n) = NFC(o)])"},
    Known{"text_similarity",
          "how alike the texts of both versions are",
          "mean(1 - edit distance / longer length)"},
    Known{"text_similarity_p01",
          "what one text in a hundred is less alike than",
          "quantile(similarity, 0.01)"},
    Known{"token_jaccard",
          "the words in both texts over those in either",
          "mean(|N and O| / |N or O|)"},
    Known{"length_ratio", "how long the new text is, of the old one", "mean(length n / length o)"},
    Known{"newly_empty_rate", "the share of texts that became empty", "mean([n empty, o not])"},
    Known{"cosine_similarity", "the cosine of old and new vector", "mean(o.n / (|o| |n|))"},
    Known{"cosine_similarity_p01", "what one row in a hundred is below", "quantile(cosine, 0.01)"},
    Known{"cosine_similarity_min", "the cosine of the worst row", "min(cosine)"},
    Known{"l2_distance", "the distance of old and new vector", "mean(||n - o||)"},
    Known{"relative_l2_distance",
          "the same as a share of the old one's length",
          "mean(||n - o|| / ||o||)"},
    Known{"peak_signal_noise_ratio",
          "how large the old elements are against what changed, in dB",
          "10 log10(range(o)^2 / mean((n - o)^2))"},
    Known{"within_tolerance_rate", "the share of elements equal within the tolerance", ""},
    Known{"demographic_parity_difference",
          "how far groups lie apart in being predicted positive",
          "max_g(selection rate) - min_g"},
    Known{"demographic_parity_ratio", "the same as a ratio", "min_g(selection rate) / max_g"},
    Known{"equalized_odds_difference",
          "how far groups lie apart in true or in false positive rate",
          "max(max_g(TPR) - min_g, max_g(FPR) - min_g)"},
    Known{"equalized_odds_ratio",
          "the same as a ratio",
          "min(min_g(TPR) / max_g, min_g(FPR) / max_g)"},
    Known{"equal_opportunity_difference",
          "how far groups lie apart in true positive rate",
          "max_g(TPR) - min_g"},
    Known{"equal_opportunity_ratio", "the same as a ratio", "min_g(TPR) / max_g"},
    Known{"labels_differ", "the keys whose label is not the same in both tables", ""},
    Known{"missing_rows",
          "the share of keys that one table has alone",
          "(only old + only new) / all"},
    Known{"new_nonfinite", "the values that were numbers and are NaN, infinite or missing", ""},
    Known{"new_labels", "the answers that neither a label nor the old version has", ""},
    Known{"shape_mismatch", "the rows whose vectors have another shape", ""},
    Known{"stale_predictions", "whether the table is what its version's own files make", ""},
    Known{"dropped_set", "whether the new version still declares the set", ""},
};

const Known* find_known(std::string_view name) {
  const auto* const found =
      std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& k) { return k.name == name; });
  return found == kKnown.end() ? nullptr : found;
}

/// "precision_macro" is precision, said how it is averaged.
MetricWords averaged(std::string_view metric) {
  for (const auto& [ending, how] :
       {std::pair<std::string_view, std::string_view>{"_macro", "the mean over classes"},
        {"_micro", "over all rows, whatever their class"},
        {"_weighted", "the mean over classes, by their rows"}}) {
    const Known* known = metric.ends_with(ending)
                             ? find_known(metric.substr(0, metric.size() - ending.size()))
                             : nullptr;
    if (known != nullptr) {
      return {fmt::format("{}; {}", known->what, how), std::string(known->formula)};
    }
  }
  return {};
}

}  // namespace

MetricWords words_of_metric(std::string_view metric) {
  if (const Known* known = find_known(metric)) {
    return {std::string(known->what), std::string(known->formula)};
  }
  const auto name = policy::parse_metric_name(metric);
  if (name && name->kind == policy::MetricKind::gap) {
    const bool is_ratio = metric.starts_with("ratio(");
    return {fmt::format("how far groups lie apart in {}", name->base),
            is_ratio ? fmt::format("min_g({0}) / max_g({0})", name->base)
                     : fmt::format("max_g({0}) - min_g({0})", name->base)};
  }
  if (name && name->kind == policy::MetricKind::file) {
    return {"a number of a metrics file", ""};
  }
  if (name && name->kind == policy::MetricKind::expression) {
    return {"an expression over the rows of both versions", std::string(metric)};
  }
  return averaged(metric);
}

}  // namespace mlops::report
