#pragma once

#include <bitset>
#include <string_view>

#include "policy/check_policy.h"

namespace mlops::check {

using policy::PiiKind;
using PiiKinds = std::bitset<policy::kPiiKinds>;

/// What a value is by its form and, where it has one, its checksum (definitions B16): the whole
/// value, or a word of it. Numbers without a checksum are none: "hinted" are the kinds that the
/// column's name speaks of, for which bare digits count. Linear in the value.
PiiKinds find_personal(std::string_view value, const PiiKinds& hinted);

/// Kinds that words of a column's name speak of, in English, German, French or Spanish:
/// "contact_email", "Gewerkschaft". Whole words, in any case.
PiiKinds hinted_by(std::string_view column);

/// The share of a column's values that make it one of this kind: of digits alone whose checksum one
/// in ten keeps by chance most of them, else a few.
double usual_share(PiiKind kind);

}  // namespace mlops::check
