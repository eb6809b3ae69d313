#include "check/personal_tally.h"

namespace mlops::check {

void PersonalTally::see(std::string_view value) {
  const PiiKinds found = find_personal(value, hinted_);
  for (std::size_t kind = 0; found.any() && kind < found.size(); ++kind) {
    hits_[kind] += found.test(kind) ? 1U : 0U;
  }
}

PiiKinds PersonalTally::kinds(std::uint64_t values) const {
  PiiKinds kinds = hinted_;
  for (std::size_t kind = 0; kind < hits_.size(); ++kind) {
    const double least = usual_share(static_cast<PiiKind>(kind)) * static_cast<double>(values);
    if (hits_[kind] > 0 && static_cast<double>(hits_[kind]) >= least) {
      kinds.set(kind);
    }
  }
  return kinds;
}

}  // namespace mlops::check
