#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "diff/label_codes.h"
#include "diff/unit_values.h"
#include "policy/predictions.h"

namespace mlops::diff {

class ClassSums;
struct ClassTotals;

enum class Side { old_version, new_version };

/// "The class that is not the positive one", as long as no label has shown its name.
inline constexpr std::uint32_t kOtherCode = UINT32_MAX - 1;

/// A label and what both versions predict, as class codes.
struct Answers {
  std::uint32_t label = kNoCode;
  std::uint32_t before = kNoCode;
  std::uint32_t after = kNoCode;

  std::uint32_t of(Side side) const { return side == Side::old_version ? before : after; }
  bool is_right(Side side) const { return label != kNoCode && of(side) == label; }
};

/// What one model version says about the matched rows.
struct Version {
  std::vector<std::uint32_t> prediction;           ///< classification: class codes
  std::vector<double> value;                       ///< regression; NaN for null
  std::vector<std::vector<double>> probabilities;  ///< by declared class, then row; NaN for null
  OwnColumns own;                                  ///< texts and lists: against the label
};

/// A column that slices or groups rows: its values as codes.
struct SliceColumn {
  std::string name;
  std::vector<std::string> values;  ///< in the order in which they are shown
  std::vector<std::uint32_t> codes;
};

/// Numbers of a column that rules name in expressions.
struct NumberColumn {
  Side side = Side::new_version;
  std::string name;
  std::vector<double> value;          ///< by row; NaN is NaN
  std::vector<std::uint8_t> is_null;  ///< then the value means nothing
  bool has_text = false;              ///< some cell is no number
};

/// The matched rows (of a ranking: the queries) of both versions in columns, in an order that
/// follows from the keys alone: the order of rows in the files changes no digit.
struct Samples {
  policy::Task task = policy::Task::classification;
  std::size_t size = 0;
  std::vector<std::uint64_t> row_hash;  ///< of the keys: what stands for rows in draws
  bool has_labels = false;
  std::vector<std::string> classes;              ///< code → label text, sorted
  std::vector<std::uint32_t> label;              ///< classification; kNoCode for null
  std::vector<double> target;                    ///< regression; NaN for null
  std::vector<double> weight;                    ///< empty: every row counts 1
  std::vector<std::uint32_t> probability_class;  ///< class code of each probability column
  std::optional<std::size_t> positive_column;    ///< binary: its probability column
  std::optional<std::uint32_t> positive;         ///< binary: class code of the event
  Version old_version;
  Version new_version;
  PairColumns pair;                   ///< texts, vectors and lists
  std::vector<std::uint8_t> changed;  ///< the same: 1 where the answers differ
  std::vector<SliceColumn> columns;
  std::vector<NumberColumn> numbers;
  std::vector<std::uint32_t>
      labelled;  ///< rows that metrics use: with a label, or all without labels
  /// In place of all columns of rows, where sums are enough.
  std::shared_ptr<const ClassTotals> totals;

  Side side_of(const Version& version) const {
    return &version == &old_version ? Side::old_version : Side::new_version;
  }
  std::uint64_t labelled_rows() const;
  bool is_binary() const { return positive.has_value(); }
  bool has_probabilities() const { return !probability_class.empty(); }
};

/// Some rows with weights. `weights` is indexed by row; empty: each counts 1. Where samples hold no
/// rows, `sums` over them instead.
struct Selection {
  std::span<const std::uint32_t> rows;
  std::span<const double> weights;
  const ClassSums* sums = nullptr;
  double weight(std::uint32_t row) const { return weights.empty() ? 1.0 : weights[row]; }
};

/// All of `rows`, weighted as the samples say.
inline Selection select(const Samples& samples, std::span<const std::uint32_t> rows) {
  return {rows, samples.weight};
}
/// The rows that metrics use, weighted as the samples say.
Selection select_labelled(const Samples& samples);

}  // namespace mlops::diff
