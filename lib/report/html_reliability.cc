#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/units.h"
#include "report/html_charts.h"
#include "report/html_svg.h"

namespace mlops::report {
namespace {

/// One version of a reliability picture.
struct Side {
  std::string_view style;
  std::uint64_t diff::CalibrationBin::*count;
  double diff::CalibrationBin::*confidence;
  double diff::CalibrationBin::*share;
};

constexpr Side kOldSide{"o",
                        &diff::CalibrationBin::old_count,
                        &diff::CalibrationBin::old_confidence,
                        &diff::CalibrationBin::old_accuracy};
constexpr Side kNewSide{"n",
                        &diff::CalibrationBin::new_count,
                        &diff::CalibrationBin::new_confidence,
                        &diff::CalibrationBin::new_accuracy};

constexpr double kReliabilityLeft = 30;
constexpr double kReliabilitySize = 260;
constexpr double kCountsTop = 8 + kReliabilitySize + 30;
constexpr double kCountsHeight = 46;
/// Fewer rows say little: their dots are hollow.
constexpr std::uint64_t kFewRows = 10;

double reliability_x(double v) {
  return kReliabilityLeft + v * kReliabilitySize;
}

double reliability_y(double v) {
  return 8 + (1 - v) * kReliabilitySize;
}

std::string reliability_axes() {
  std::string body;
  for (const double tick : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    const double y = reliability_y(tick);
    body += line(reliability_x(0), y, reliability_x(1), y, "axis");
    body += label(kReliabilityLeft - 6, y + 4, "end", fmt::format("{:g}", tick));
    body += label(reliability_x(tick), kReliabilitySize + 24, "middle", fmt::format("{:g}", tick));
  }
  return body +
         line(reliability_x(0), reliability_y(0), reliability_x(1), reliability_y(1), "diag");
}

std::string reliability_curve(const std::vector<diff::CalibrationBin>& bins, const Side& side) {
  std::string path;
  std::string dots;
  for (const diff::CalibrationBin& bin : bins) {
    const std::uint64_t count = bin.*side.count;
    if (count == 0) {
      continue;
    }
    const double x = reliability_x(bin.*side.confidence);
    const double y = reliability_y(bin.*side.share);
    path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x, y);
    dots += fmt::format(
        R"(<circle cx="{:.1f}" cy="{:.1f}" r="4" class="{}-dot{}"><title>{:g} to {:g}: {}, predicted {:.3f}, happened {:.3f}</title></circle>)",
        x,
        y,
        side.style,
        count < kFewRows ? " few" : "",
        bin.low,
        bin.high,
        plural(count, "row"),
        bin.*side.confidence,
        bin.*side.share);
  }
  return fmt::format(R"(<path d="{}" class="{}-line"/>)", path, side.style) + dots;
}

/// Rows in each bin, below the curves: how much each dot is worth.
std::string reliability_counts(const std::vector<diff::CalibrationBin>& bins) {
  std::uint64_t largest = 1;
  for (const diff::CalibrationBin& bin : bins) {
    largest = std::max({largest, bin.old_count, bin.new_count});
  }
  const double bottom = kCountsTop + kCountsHeight;
  std::string body = line(reliability_x(0), bottom, reliability_x(1), bottom, "axis");
  for (const diff::CalibrationBin& bin : bins) {
    const double left = reliability_x(bin.low) + 1.5;
    const double width = (reliability_x(bin.high) - reliability_x(bin.low)) / 2 - 1.5;
    double x = left;
    for (const Side& side : {kOldSide, kNewSide}) {
      const auto count = bin.*side.count;
      const double share = std::sqrt(static_cast<double>(count) / static_cast<double>(largest));
      const double height = count == 0 ? 0 : std::max(1.5, share * kCountsHeight);
      body += rect(x, bottom - height, width, height, side.style == "o" ? "o-fill" : "n-fill");
      x += width;
    }
    const double middle = (reliability_x(bin.low) + reliability_x(bin.high)) / 2;
    const auto count_text = [&](double y, std::uint64_t count, std::string_view style) {
      return fmt::format(
          R"(<text x="{:.1f}" y="{:.1f}" text-anchor="middle" class="tiny {}">{}</text>)",
          middle,
          y,
          style,
          short_count(count));
    };
    body += count_text(bottom + 12, bin.old_count, "o-text");
    body += count_text(bottom + 23, bin.new_count, "n-text");
  }
  return body;
}

}  // namespace

std::string reliability_figure(const diff::PredictionReport& set) {
  if (set.calibration.empty()) {
    return {};
  }
  const std::string body = reliability_axes() + reliability_curve(set.calibration, kOldSide) +
                           reliability_curve(set.calibration, kNewSide) +
                           reliability_counts(set.calibration);
  return figure(
      "Calibration",
      fmt::format("how often it happened, by predicted probability; the dashed line is perfect, "
                  "hollow dots have fewer than {} rows; below: rows in each bin",
                  kFewRows),
      svg(300, kCountsTop + kCountsHeight + 28, "reliability curves", body) + legend(set));
}

}  // namespace mlops::report
