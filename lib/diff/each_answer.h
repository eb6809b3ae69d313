#pragma once

#include "diff/class_sums.h"
#include "diff/samples.h"

namespace mlops::diff {

/// Calls visit(answers, weight) for the rows of a selection, or once for all that gave the same
/// answers.
template <typename Visit>
void each_answer(const Samples& samples, const Selection& selection, Visit visit) {
  if (selection.sums != nullptr) {
    selection.sums->each([&](const Answers& answers, std::uint64_t count) {
      visit(answers, static_cast<double>(count));
    });
    return;
  }
  const auto code_at = [](const std::vector<std::uint32_t>& codes, std::uint32_t row) {
    return row < codes.size() ? codes[row] : kNoCode;
  };
  for (const std::uint32_t row : selection.rows) {
    visit(Answers{code_at(samples.label, row),
                  code_at(samples.old_version.prediction, row),
                  code_at(samples.new_version.prediction, row)},
          selection.weight(row));
  }
}

}  // namespace mlops::diff
