#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace mlops::stats {

/// The sum of doubles that are finite and not negative, exact: it does not depend on the order of
/// the numbers, nor on how they are spread over sums that are added up in the end. One thread.
class ExactSum {
 public:
  void add(double value);
  void add(const ExactSum& other);
  /// The double next to the sum (ties to even); infinity beyond the largest.
  double value() const;

 private:
  // The sum is that of limbs_[i] * 2^(32 i - 1074), the last bit being the smallest double. A limb
  // takes less than 2^32 of each number, so that it does not run over before kMostAdds.
  static constexpr std::size_t kLimbs = 70;
  static constexpr std::uint32_t kMostAdds = 1U << 30U;
  void carry();

  std::array<std::uint64_t, kLimbs> limbs_ = {};
  std::uint32_t adds_ = 0;
};

}  // namespace mlops::stats
