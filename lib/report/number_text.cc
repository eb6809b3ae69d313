#include "report/number_text.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "diff/result.h"

namespace mlops::report {
namespace {

int decimals_of(double value) {
  const double size = std::abs(value);
  return size < 100 ? 4 : size < 1000 ? 3 : size < 10'000 ? 2 : 1;
}

constexpr double kLargest = 1e7;
constexpr double kSmallest = 5e-5;

}  // namespace

std::string number_text(double value) {
  if (std::isnan(value)) {
    return "NaN";
  }
  if (std::isinf(value)) {
    return value > 0 ? "Infinity" : "-Infinity";
  }
  if (value == 0) {
    return "0";
  }
  if (std::abs(value) >= kLargest || std::abs(value) < kSmallest) {
    return fmt::format("{:.2e}", value);
  }
  if (value == std::floor(value) && std::abs(value) > 1) {
    return fmt::format("{:.0f}", value);
  }
  return fmt::format("{:.{}f}", value, decimals_of(value));
}

std::string number_text(const std::optional<double>& value) {
  return value ? number_text(*value) : std::string();
}

std::string change_text(const std::optional<double>& value) {
  if (!value) {
    return {};
  }
  return (*value > 0 ? "+" : "") + number_text(*value);
}

std::string interval_text(const std::optional<stats::Interval>& interval) {
  if (!interval) {
    return {};
  }
  return change_text(interval->low) + ".." + change_text(interval->high);
}

std::string range_text(const std::optional<stats::Interval>& interval) {
  return interval ? number_text(interval->low) + ".." + number_text(interval->high) : std::string();
}

std::string score_text(const std::optional<double>& value) {
  if (!value) {
    return {};
  }
  return std::abs(*value) < 100 ? fmt::format("{:.3f}", *value) : number_text(*value);
}

std::string plain_cell(const std::string& cell) {
  const bool decimal = cell.find_first_not_of("+-0123456789.") == std::string::npos &&
                       std::count(cell.begin(), cell.end(), '.') == 1;
  if (!decimal || cell.front() == '.') {
    return cell;
  }
  std::string trimmed = cell.substr(0, cell.find_last_not_of('0') + 1);
  if (trimmed.ends_with('.')) {
    trimmed.pop_back();
  }
  return trimmed;
}

std::string p_value_text(double p) {
  return p < kSmallest ? "<0.0001" : fmt::format("={:.4f}", p);
}

std::string confidence_text(double alpha) {
  return fmt::format("{:g}%", std::round((1 - alpha) * 1e6) / 1e4);
}

std::string metric_title(const std::string& metric) {
  return metric == "ece" ? fmt::format("ece{}", diff::kCalibrationBins) : metric;
}

std::string extra_text(const diff::ExtraCell& cell, std::string_view arrow) {
  return cell.old_text == cell.new_text ? cell.new_text
                                        : cell.old_text + std::string(arrow) + cell.new_text;
}

std::string p_value_cell(double p) {
  const std::string text = p_value_text(p);
  return text.starts_with('=') ? text.substr(1) : text;
}

}  // namespace mlops::report
