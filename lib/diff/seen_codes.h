#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

namespace mlops::diff {

/// Which codes were met, asked millions of times for few codes. One thread.
class SeenCodes {
 public:
  void insert(std::uint32_t code) {
    if (code < seen_.size() && seen_[code]) {
      return;
    }
    codes_.insert(code);
    if (code < kQuick) {
      seen_.resize(std::size_t{code} + 1 > seen_.size() ? std::size_t{code} + 1 : seen_.size());
      seen_[code] = true;
    }
  }
  const std::set<std::uint32_t>& codes() const { return codes_; }

 private:
  static constexpr std::uint32_t kQuick = 1U << 14U;  ///< the special codes are far above
  std::vector<bool> seen_;
  std::set<std::uint32_t> codes_;
};

}  // namespace mlops::diff
