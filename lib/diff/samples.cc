#include "diff/samples.h"

#include "diff/class_totals.h"

namespace mlops::diff {

std::uint64_t Samples::labelled_rows() const {
  return totals ? totals->labelled.rows() : labelled.size();
}

Selection select_labelled(const Samples& samples) {
  if (samples.totals) {
    return {{}, {}, &samples.totals->labelled};
  }
  return select(samples, samples.labelled);
}

}  // namespace mlops::diff
