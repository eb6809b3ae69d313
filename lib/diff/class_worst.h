#pragma once

#include <cstdint>

#include "diff/row_reader.h"
#include "diff/worst.h"

namespace mlops::diff {

/// What a row with a label tells of how much worse it became.
struct ClassLoss {
  std::uint32_t label = kNoCode;
  bool is_negative_flip = false;
  double before = 0;  ///< the probability of the label; NaN where it is not known
  double after = 0;
};
ClassLoss loss_of(const ClassReader& classes,
                  std::uint32_t label,
                  const ClassAnswer& before,
                  const ClassAnswer& after);

/// The most that badness_of can be: costs no logarithm and no key.
Badness bound_of(const ClassLoss& loss);
Badness badness_of(const ClassLoss& loss, std::uint64_t key_hash);
/// Whether the row belongs in a list of the worst at all.
inline bool is_worse(const Badness& badness) {
  return badness.negative_flip || badness.growth > 0;
}
/// All but the key and further columns.
WorstRow describe(const ClassReader& classes,
                  const ClassLoss& loss,
                  const Badness& badness,
                  const ClassAnswer& before,
                  const ClassAnswer& after);

}  // namespace mlops::diff
