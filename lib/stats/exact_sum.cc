#include "stats/exact_sum.h"

#include <bit>
#include <cmath>

namespace mlops::stats {
namespace {

constexpr unsigned kLimbBits = 32;
constexpr std::uint64_t kLimbMask = 0xFFFF'FFFFU;
constexpr unsigned kMantissaBits = 52;
constexpr std::uint64_t kPowerMask = 0x7FF;
constexpr int kSmallestPower = -1074;

}  // namespace

void ExactSum::add(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  // Without the sign: that of a zero.
  const auto power = static_cast<unsigned>((bits >> kMantissaBits) & kPowerMask);
  std::uint64_t mantissa = bits & ((std::uint64_t{1} << kMantissaBits) - 1);
  // Subnormal numbers have the power of the smallest normal ones and no hidden bit.
  mantissa |= power == 0 ? 0 : std::uint64_t{1} << kMantissaBits;
  const unsigned place = power == 0 ? 0 : power - 1;
  const unsigned shift = place % kLimbBits;
  std::uint64_t* const limb = &limbs_[place / kLimbBits];
  const std::uint64_t low = (mantissa & kLimbMask) << shift;
  const std::uint64_t high = (mantissa >> kLimbBits) << shift;
  limb[0] += low & kLimbMask;
  limb[1] += (low >> kLimbBits) + (high & kLimbMask);
  limb[2] += high >> kLimbBits;
  if (++adds_ >= kMostAdds) {
    carry();
  }
}

void ExactSum::add(const ExactSum& other) {
  ExactSum carried = other;
  carried.carry();
  carry();
  for (std::size_t i = 0; i < kLimbs; ++i) {
    limbs_[i] += carried.limbs_[i];
  }
  ++adds_;
}

void ExactSum::carry() {
  for (std::size_t i = 0; i + 1 < kLimbs; ++i) {
    limbs_[i + 1] += limbs_[i] >> kLimbBits;
    limbs_[i] &= kLimbMask;
  }
  adds_ = 1;
}

double ExactSum::value() const {
  ExactSum sum = *this;
  sum.carry();
  std::size_t top = kLimbs - 1;
  while (top > 0 && sum.limbs_[top] == 0) {
    --top;
  }
  if (top < 2) {
    // Below 2^64 of the smallest double: exact in an integer, which then is rounded once.
    const std::uint64_t whole = (sum.limbs_[1] << kLimbBits) | sum.limbs_[0];
    return std::ldexp(static_cast<double>(whole), kSmallestPower);
  }
  // The first 64 bits; whether anything but zeros follows decides ties.
  const std::uint64_t first = sum.limbs_[top];
  const auto lead = static_cast<unsigned>(std::countl_zero(first));
  const auto taken = 64 - lead;  // bits of the top limb, which may hold more than 32
  std::uint64_t bits = first;
  unsigned count = taken;
  std::size_t at = top;
  bool rest = false;
  while (at > 0) {
    --at;
    const std::uint64_t limb = sum.limbs_[at];
    if (count + kLimbBits <= 64) {
      bits = (bits << kLimbBits) | limb;
      count += kLimbBits;
    } else {
      const unsigned room = 64 - count;
      bits = room == 0 ? bits : (bits << room) | (limb >> (kLimbBits - room));
      rest = (limb & (kLimbMask >> room)) != 0;
      count = 64;
      break;
    }
  }
  // `bits` ends at this power of two.
  const int power = kSmallestPower + static_cast<int>(kLimbBits * top) + static_cast<int>(taken) -
                    static_cast<int>(count);
  while (!rest && at > 0) {
    --at;
    rest = sum.limbs_[at] != 0;
  }
  bits |= rest ? 1U : 0U;
  return std::ldexp(static_cast<double>(bits), power);
}

}  // namespace mlops::stats
