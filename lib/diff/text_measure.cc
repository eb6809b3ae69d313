#include "diff/text_measure.h"

#include "base/nfc.h"
#include "base/text.h"
#include "stats/text_similarity.h"

namespace mlops::diff {
namespace {

double similarity(std::string_view a, std::string_view b, TextMeasure& measure) {
  const stats::Similarity found = stats::text_similarity(a, b);
  measure.by_tokens = measure.by_tokens || found.by_tokens;
  measure.too_long = measure.too_long || !found.value;
  return found.value.value_or(kNoValue);
}

OwnRow against(std::string_view text, std::string_view label, TextMeasure& measure) {
  OwnRow row;
  row.set(OwnValue::label_exact, text == label ? 1 : 0);
  row.set(OwnValue::label_similarity, similarity(text, label, measure));
  return row;
}

}  // namespace

std::string normalized_text(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  std::string collapsed;
  bool gap = false;
  for (const char c : text) {
    if (kSpace.find(c) != std::string_view::npos) {
      gap = !collapsed.empty();
      continue;
    }
    if (gap) {
      collapsed += ' ';
      gap = false;
    }
    collapsed += c;
  }
  return nfc(collapsed);
}

TextMeasure measure_text(std::string_view old_text,
                         std::string_view new_text,
                         const std::optional<std::string_view>& label) {
  TextMeasure measure;
  const bool same = old_text == new_text;
  const auto length_old = static_cast<double>(stats::code_points(old_text).size());
  const auto length_new = static_cast<double>(stats::code_points(new_text).size());
  PairRow& pair = measure.pair;
  pair.set(PairValue::exact, same ? 1 : 0);
  pair.set(PairValue::normalized,
           same || normalized_text(old_text) == normalized_text(new_text) ? 1 : 0);
  pair.set(PairValue::similarity, similarity(old_text, new_text, measure));
  pair.set(PairValue::jaccard, same ? 1 : stats::token_jaccard(old_text, new_text));
  pair.set(PairValue::length_ratio, length_old > 0 ? length_new / length_old : kNoValue);
  pair.set(PairValue::newly_empty, length_old > 0 && length_new == 0 ? 1 : 0);
  if (label) {
    measure.old_version = against(old_text, *label, measure);
    measure.new_version = same ? measure.old_version : against(new_text, *label, measure);
  }
  return measure;
}

}  // namespace mlops::diff
