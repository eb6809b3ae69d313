#include "diff/class_sums.h"

#include <cmath>

#include "diff/calibration.h"

namespace mlops::diff {

static_assert(kNoCode + 2 == 1 && kOtherCode + 2 == 0, "the special codes have slots of their own");

void ClassSums::OfVersion::add(const Forecast& forecast, double error) {
  if (is_probability(forecast.confidence)) {
    Bin& bin = bins[bin_of(forecast.confidence, kCalibrationBins)];
    ++bin.count;
    bin.events += forecast.is_event ? 1U : 0U;
    bin.confidence.add(forecast.confidence);
  } else {
    ++odd_confidences;
  }
  if (std::isnan(error)) {
    ++odd_errors;
  } else {
    squared_error.add(error);
  }
}

void ClassSums::OfVersion::add(const OfVersion& other) {
  for (std::size_t i = 0; i < bins.size(); ++i) {
    bins[i].count += other.bins[i].count;
    bins[i].events += other.bins[i].events;
    bins[i].confidence.add(other.bins[i].confidence);
  }
  squared_error.add(other.squared_error);
  odd_confidences += other.odd_confidences;
  odd_errors += other.odd_errors;
}

}  // namespace mlops::diff
