#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "diff/unit_values.h"

namespace mlops::diff {

/// The text with runs of white space as one space, none at its ends, in Unicode's form NFC.
std::string normalized_text(std::string_view text);

/// What one pair of texts comes to (definition B9).
struct TextMeasure {
  PairRow pair;
  OwnRow old_version;  ///< against the label, where there is one
  OwnRow new_version;
  bool by_tokens = false;  ///< too long for characters
  bool too_long = false;   ///< and for tokens: no similarity
};
TextMeasure measure_text(std::string_view old_text,
                         std::string_view new_text,
                         const std::optional<std::string_view>& label);

}  // namespace mlops::diff
