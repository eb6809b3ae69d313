#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "check/personal_values.h"

namespace mlops::check {

/// Whether a column looks personal: by its name, or by enough of its values.
class PersonalTally {
 public:
  explicit PersonalTally(const std::string& column) : hinted_(hinted_by(column)) {}
  void see(std::string_view value);
  /// Of so many values, neither null nor NaN.
  PiiKinds kinds(std::uint64_t values) const;
  std::vector<std::uint64_t> hits() const { return {hits_.begin(), hits_.end()}; }  ///< by kind

 private:
  PiiKinds hinted_;
  std::array<std::uint64_t, policy::kPiiKinds> hits_{};
};

}  // namespace mlops::check
