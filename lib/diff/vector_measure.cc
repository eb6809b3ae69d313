#include "diff/vector_measure.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "diff/tolerance.h"
#include "stats/summary.h"

namespace mlops::diff {
namespace {

constexpr std::size_t kMaxDimensions = 8;
constexpr std::array kVectorValues{PairValue::cosine,
                                   PairValue::l2,
                                   PairValue::relative_l2,
                                   PairValue::mean_abs,
                                   PairValue::max_abs,
                                   PairValue::within,
                                   PairValue::square_sum,
                                   PairValue::finite_elements,
                                   PairValue::old_low,
                                   PairValue::old_high};

class VectorParser {
 public:
  explicit VectorParser(std::string_view text) : text_(text) {}

  std::optional<VectorValue> parse() {
    skip();
    if (!item(0) || (skip(), at_ != text_.size()) || value_.values.empty()) {
      return std::nullopt;
    }
    return std::move(value_);
  }

 private:
  void skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) {
      ++at_;
    }
  }
  bool take(char c) {
    skip();
    const bool found = at_ < text_.size() && text_[at_] == c;
    at_ += found ? 1 : 0;
    return found;
  }
  bool take_word(std::string_view word) {
    const bool found = text_.substr(at_).starts_with(word);
    at_ += found ? word.size() : 0;
    return found;
  }
  /// The depth is at most kMaxDimensions, and so is the recursion.
  bool item(std::size_t depth) { return take('[') ? array(depth) : number(depth); }
  bool array(std::size_t depth) {
    if (depth == kMaxDimensions) {
      return false;
    }
    const bool is_first = value_.shape.size() == depth;
    if (is_first && leaf_depth_ && *leaf_depth_ <= depth) {
      return false;
    }
    if (is_first) {
      value_.shape.push_back(0);
    }
    std::size_t length = 0;
    do {
      if (!item(depth + 1)) {
        return false;
      }
      ++length;
    } while (take(','));
    if (!take(']')) {
      return false;
    }
    std::size_t& expected = value_.shape[depth];
    expected = expected == 0 ? length : expected;
    return expected == length;
  }
  bool number(std::size_t depth) {
    skip();
    leaf_depth_ = leaf_depth_.value_or(depth);
    if (*leaf_depth_ != depth || value_.shape.size() > depth) {
      return false;
    }
    double value = std::numeric_limits<double>::quiet_NaN();
    if (take_word("null") || take_word("NaN") || take_word("nan")) {
      value_.values.push_back(value);
      return true;
    }
    if (take_word("Infinity")) {
      value_.values.push_back(HUGE_VAL);
      return true;
    }
    if (take_word("-Infinity")) {
      value_.values.push_back(-HUGE_VAL);
      return true;
    }
    const char* const begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error != std::errc{}) {
      return false;
    }
    at_ += static_cast<std::size_t>(end - begin);
    value_.values.push_back(value);
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<std::size_t> leaf_depth_;
  VectorValue value_;
};

/// Sums over the elements that both sides have as finite numbers.
struct Sums {
  stats::Sum dot, old_square, new_square, square, absolute;
  double largest = 0;
  double old_low = kInvalid;
  double old_high = -kInvalid;
  std::size_t finite = 0;
  std::size_t within = 0;
  bool is_invalid = false;

  void add(double o, double n) {
    const double difference = n - o;
    dot.add(o * n);
    old_square.add(o * o);
    new_square.add(n * n);
    square.add(difference * difference);
    absolute.add(std::abs(difference));
    largest = std::max(largest, std::abs(difference));
    old_low = std::min(old_low, o);
    old_high = std::max(old_high, o);
    ++finite;
  }
  double cosine() const {
    const double size = std::sqrt(old_square.value()) * std::sqrt(new_square.value());
    if (old_square.value() == 0 && new_square.value() == 0) {
      return 1;
    }
    return size == 0 ? 0 : std::clamp(dot.value() / size, -1.0, 1.0);
  }
  /// 0/0 is 0; against a zero vector there is none.
  double relative() const {
    const double size = std::sqrt(old_square.value());
    const double distance = std::sqrt(square.value());
    return size > 0 ? distance / size : distance == 0 ? 0 : kNoValue;
  }
};

}  // namespace

std::optional<VectorValue> parse_vector(std::string_view text) {
  return VectorParser(text).parse();
}

PairRow invalid_vectors() {
  PairRow row;
  for (const PairValue value : kVectorValues) {
    row.set(value, kInvalid);
  }
  return row;
}

VectorMeasure measure_vectors(const VectorValue& old_value,
                              const VectorValue& new_value,
                              const policy::Tolerance& tolerance) {
  VectorMeasure measure;
  Sums sums;
  const std::size_t size = old_value.values.size();
  for (std::size_t i = 0; i < size; ++i) {
    const double o = old_value.values[i];
    const double n = new_value.values[i];
    const bool is_equal = within(tolerance, o, n);
    sums.within += is_equal ? 1U : 0U;
    measure.is_changed = measure.is_changed || !is_equal;
    measure.has_new_nonfinite =
        measure.has_new_nonfinite || (std::isfinite(o) && !std::isfinite(n));
    if (std::isfinite(o) && std::isfinite(n)) {
      sums.add(o, n);
    } else {
      sums.is_invalid = sums.is_invalid || !is_equal;
    }
  }
  if (sums.is_invalid) {
    measure.pair = invalid_vectors();
    return measure;
  }
  const auto finite = static_cast<double>(sums.finite);
  measure.pair.set(PairValue::cosine, sums.finite > 0 ? sums.cosine() : kNoValue);
  measure.pair.set(PairValue::l2, std::sqrt(sums.square.value()));
  measure.pair.set(PairValue::relative_l2, sums.relative());
  measure.pair.set(PairValue::mean_abs,
                   sums.finite > 0 ? sums.absolute.value() / finite : kNoValue);
  measure.pair.set(PairValue::max_abs, sums.largest);
  measure.pair.set(PairValue::within, static_cast<double>(sums.within) / static_cast<double>(size));
  measure.pair.set(PairValue::square_sum, sums.square.value());
  measure.pair.set(PairValue::finite_elements, finite);
  measure.pair.set(PairValue::old_low, sums.old_low);
  measure.pair.set(PairValue::old_high, sums.old_high);
  return measure;
}

}  // namespace mlops::diff
