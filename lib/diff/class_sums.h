#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "diff/class_row.h"
#include "diff/label_codes.h"
#include "diff/result.h"
#include "diff/samples.h"
#include "stats/exact_sum.h"

namespace mlops::diff {

/// Sums over rows of a classification that count 1 each: what the metrics of Certainty::rate, the
/// confusion, calibration and Brier's score need of them. Exact: in whatever order rows come, and
/// however they are spread over sums that are added up, each figure has the same digits. One
/// thread.
class ClassSums {
 public:
  /// Rows of more classes are not summed.
  static constexpr std::uint32_t kMostClasses = 14;

  struct Bin {
    std::uint64_t count = 0;
    std::uint64_t events = 0;
    stats::ExactSum confidence;
  };
  /// What one version's probabilities add up to.
  struct OfVersion {
    std::array<Bin, kCalibrationBins> bins;
    stats::ExactSum squared_error;
    std::uint64_t odd_confidences = 0;  ///< rows whose forecast is no probability
    std::uint64_t odd_errors = 0;       ///< rows without a squared error

    void add(const Forecast& forecast, double squared_error);
    void add(const OfVersion& other);
  };

  ClassSums() : counts_(kSlots * kSlots * kSlots) {}

  /// One more row; codes below kMostClasses, kNoCode or kOtherCode.
  void add(const Answers& answers) {
    ++counts_[place(answers)];
    ++rows_;
  }
  OfVersion& of(Side side) { return side == Side::old_version ? old_ : new_; }
  const OfVersion& of(Side side) const { return side == Side::old_version ? old_ : new_; }

  /// The rows of another one; `recode` turns its codes into those that count here.
  template <typename Recode>
  void add(const ClassSums& other, Recode recode) {
    other.each([&](const Answers& answers, std::uint64_t count) {
      counts_[place({recode(answers.label), recode(answers.before), recode(answers.after)})] +=
          count;
    });
    rows_ += other.rows_;
    old_.add(other.old_);
    new_.add(other.new_);
  }

  std::uint64_t rows() const { return rows_; }
  /// Calls visit(answers, count) for all answers that rows gave.
  template <typename Visit>
  void each(Visit visit) const {
    for (std::uint32_t at = 0; at < counts_.size(); ++at) {
      if (counts_[at] > 0) {
        visit(Answers{code(at / (kSlots * kSlots)), code(at / kSlots % kSlots), code(at % kSlots)},
              counts_[at]);
      }
    }
  }

 private:
  // The two special codes are the last ones before 0, and so the first slots.
  static constexpr std::uint32_t kSlots = kMostClasses + 2;
  static std::uint32_t slot(std::uint32_t code) { return code + 2; }
  static std::uint32_t code(std::uint32_t slot) { return slot - 2; }
  static std::uint32_t place(const Answers& answers) {
    return (slot(answers.label) * kSlots + slot(answers.before)) * kSlots + slot(answers.after);
  }

  std::vector<std::uint64_t> counts_;  ///< by label, old and new prediction
  std::uint64_t rows_ = 0;
  OfVersion old_;
  OfVersion new_;
};

}  // namespace mlops::diff
