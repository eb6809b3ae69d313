#include "diff/expression_figure.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "diff/metrics_units.h"
#include "diff/unit_values.h"
#include "stats/summary.h"

namespace mlops::diff {
namespace {

using policy::ExpressionNode;
using Kind = ExpressionNode::Kind;

/// Of a comparison 1 or 0; NaN where a NaN takes part, which is no answer.
double compared(double a, double b, bool holds) {
  return std::isnan(a) || std::isnan(b) ? kNoValue : holds ? 1 : 0;
}

double called(const std::string& name, const std::vector<double>& arguments) {
  const double a = arguments.front();
  const double b = arguments.back();
  if (name == "least" || name == "greatest") {
    const double chosen = name == "least" ? std::min(a, b) : std::max(a, b);
    return std::isnan(a) || std::isnan(b) ? kNoValue : chosen;
  }
  return name == "abs"     ? std::abs(a)
         : name == "sqrt"  ? std::sqrt(a)
         : name == "exp"   ? std::exp(a)
         : name == "ln"    ? std::log(a)
         : name == "floor" ? std::floor(a)
         : name == "ceil"  ? std::ceil(a)
                           : std::round(a);
}

/// What a node makes of its parts' values.
double computed(const ExpressionNode& node, const std::vector<double>& parts) {
  const double a = parts.front();
  const double b = parts.back();
  switch (node.kind) {
    case Kind::negate:
      return -a;
    case Kind::add:
      return a + b;
    case Kind::subtract:
      return a - b;
    case Kind::multiply:
      return a * b;
    case Kind::divide:
      return b == 0 ? kNoValue : a / b;
    case Kind::less:
      return compared(a, b, a < b);
    case Kind::at_most:
      return compared(a, b, a <= b);
    case Kind::more:
      return compared(a, b, a > b);
    case Kind::at_least:
      return compared(a, b, a >= b);
    case Kind::equal:
      return compared(a, b, a == b);
    case Kind::not_equal:
      return compared(a, b, a != b);
    default:
      break;
  }
  return called(node.name, parts);
}

/// Calls take(value, weight) for the rows that are not null.
template <typename Take>
void each_value(const std::vector<double>& values, const Selection& selection, Take take) {
  for (const std::uint32_t row : selection.rows) {
    if (!std::isnan(values[row]) && selection.weight(row) > 0) {
      take(values[row], selection.weight(row));
    }
  }
}

std::optional<double> sum_of(const std::vector<double>& values, const Selection& selection) {
  stats::Sum sum;
  std::size_t count = 0;
  each_value(values, selection, [&](double value, double weight) {
    sum.add(value * weight);
    ++count;
  });
  return count > 0 ? std::optional(sum.value()) : std::nullopt;
}

double count_of(const std::vector<double>& values, const Selection& selection) {
  stats::Sum count;
  each_value(values, selection, [&](double, double weight) { count.add(weight); });
  return count.value();
}

std::optional<double> extreme_of(const std::vector<double>& values,
                                 const Selection& selection,
                                 bool is_largest) {
  std::optional<double> found;
  bool is_valid = true;
  each_value(values, selection, [&](double value, double) {
    is_valid = is_valid && std::isfinite(value);
    const double so_far = found.value_or(value);
    found = is_largest ? std::max(so_far, value) : std::min(so_far, value);
  });
  return is_valid ? found : std::nullopt;
}

/// Of a sample: divided by one row less.
std::optional<double> stddev_of(const std::vector<double>& values, const Selection& selection) {
  const double count = count_of(values, selection);
  const auto mean = mean_of(values, selection);
  if (!mean || !(count > 1)) {
    return std::nullopt;
  }
  stats::Sum squares;
  each_value(values, selection, [&](double value, double weight) {
    squares.add(weight * (value - *mean) * (value - *mean));
  });
  return std::sqrt(squares.value() / (count - 1));
}

}  // namespace

ExpressionFigure::ExpressionFigure(ExpressionNode root, const Samples& samples)
    : root_(std::move(root)) {
  prepare(root_, samples);
}

void ExpressionFigure::prepare(const ExpressionNode& node, const Samples& samples) {
  if (node.kind != Kind::aggregate) {
    for (const ExpressionNode& part : node.parts) {
      prepare(part, samples);
    }
    return;
  }
  has_extreme_ = has_extreme_ || node.name == "min" || node.name == "max";
  const Column argument = rows_of(node.parts.front(), samples);
  std::vector<double>& values = arguments_[&node];
  values.resize(argument.value.size());
  for (std::size_t row = 0; row < values.size(); ++row) {
    const double value = argument.value[row];
    values[row] = argument.is_null[row] != 0 ? kNoValue : std::isfinite(value) ? value : kInvalid;
  }
}

ExpressionFigure::Column ExpressionFigure::column_of(const ExpressionNode& node,
                                                     const Samples& samples) {
  const bool is_old = node.kind == Kind::old_column;
  const Side side = is_old ? Side::old_version : Side::new_version;
  const auto found =
      std::find_if(samples.numbers.begin(), samples.numbers.end(), [&](const NumberColumn& one) {
        return one.side == side && one.name == node.name;
      });
  if (found == samples.numbers.end()) {
    missing_ =
        fmt::format("the {} table has no column {}", is_old ? "old" : "new", quote(node.name));
    return {std::vector<double>(samples.size), std::vector<std::uint8_t>(samples.size, 1)};
  }
  if (found->has_text) {
    problem_ = fmt::format("{}.{} holds a text", is_old ? "o" : "n", node.name);
  }
  return {found->value, found->is_null};
}

ExpressionFigure::Column ExpressionFigure::rows_of(const ExpressionNode& node,
                                                   const Samples& samples) {
  if (node.kind == Kind::old_column || node.kind == Kind::new_column) {
    return column_of(node, samples);
  }
  if (node.kind == Kind::number) {
    return {std::vector<double>(samples.size, node.number),
            std::vector<std::uint8_t>(samples.size)};
  }
  std::vector<Column> parts;
  for (const ExpressionNode& part : node.parts) {
    parts.push_back(rows_of(part, samples));
  }
  Column result{std::vector<double>(samples.size), std::vector<std::uint8_t>(samples.size)};
  std::vector<double> values(parts.size());
  for (std::size_t row = 0; row < samples.size; ++row) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      values[i] = parts[i].value[row];
      if (parts[i].is_null[row] != 0) {
        result.is_null[row] = 1;
      }
    }
    result.value[row] = computed(node, values);
  }
  return result;
}

std::optional<double> ExpressionFigure::aggregate_of(const ExpressionNode& node,
                                                     const Selection& selection) const {
  const std::vector<double>& values = arguments_.at(&node);
  if (node.name == "count") {
    return count_of(values, selection);
  }
  if (node.name == "sum") {
    return sum_of(values, selection);
  }
  if (node.name == "mean") {
    return mean_of(values, selection);
  }
  if (node.name == "min" || node.name == "max") {
    return extreme_of(values, selection, node.name == "max");
  }
  if (node.name == "stddev") {
    return stddev_of(values, selection);
  }
  return quantile_of(values, selection, node.name == "median" ? 0.5 : node.parts.back().number);
}

std::optional<double> ExpressionFigure::value_of(const ExpressionNode& node,
                                                 const Selection& selection) const {
  if (node.kind == Kind::number) {
    return node.number;
  }
  if (node.kind == Kind::aggregate) {
    const auto value = aggregate_of(node, selection);
    return value && std::isfinite(*value) ? value : std::nullopt;
  }
  std::vector<double> parts;
  for (const ExpressionNode& part : node.parts) {
    const auto value = value_of(part, selection);
    if (!value) {
      return std::nullopt;
    }
    parts.push_back(*value);
  }
  return computed(node, parts);
}

std::optional<double> ExpressionFigure::value(const Selection& selection) const {
  const auto value = value_of(root_, selection);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

}  // namespace mlops::diff
