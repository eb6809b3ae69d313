#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "check/value_cells.h"

namespace mlops::check {

/// How often the values of one column come. Numbers are told by ordered_bits, texts by the first
/// half of their RowHash under the profile's key.
struct ProfileColumn {
  static constexpr std::size_t kMostCells = 1600;    ///< of numbers and texts together
  static constexpr std::size_t kFewValues = 1000;    ///< which may be kept as they are
  static constexpr std::uint64_t kOften = 5;         ///< rows; fewer may be somebody's own
  static constexpr std::uint64_t kParts = 800;       ///< of the rows, which share a cell
  static constexpr unsigned kNumberBits = 16;        ///< sign, exponent, a sixteenth of its range
  static constexpr unsigned kLeastNumberBits = 12;   ///< keeps infinities apart
  static constexpr unsigned kPersonalTextBits = 12;  ///< no guess can be confirmed
  static constexpr std::size_t kMostNames = 50;      ///< texts
  static constexpr std::size_t kLongestName = 40;    ///< bytes

  std::string name;
  bool is_time = false;      ///< texts that are dates or timestamps are counted as numbers
  bool is_personal = false;  ///< by its name or its values
  std::uint64_t nulls = 0;
  std::uint64_t nans = 0;
  ValueCells numbers;  ///< infinities are cells of their own
  ValueCells texts;
  /// Texts that may be known, where they are few: sorted. Each has a cell of its own.
  std::vector<std::string> names;

  std::uint64_t rows() const { return nulls + nans + numbers.rows() + texts.rows(); }
  /// Whether each value has a cell of its own.
  bool is_exact() const;
  /// Makes the cells as coarse as a profile keeps them.
  void bound();
};

/// What two columns have in common, over the rows that have a finite number in both: means and sums
/// of products of what is off the mean.
struct ProfilePair {
  std::size_t first = 0;  ///< places of columns, first < second
  std::size_t second = 0;
  std::uint64_t rows = 0;
  double mean_x = 0;
  double mean_y = 0;
  double xx = 0;
  double yy = 0;
  double xy = 0;
};

/// What is kept of a table to compare others with it: no rows, and of columns that look personal or
/// have many values no value. profile_file.h writes and reads it; mlops-profile(5).
struct Profile {
  using Key = std::array<std::uint64_t, 2>;
  std::string name;  ///< as messages call it
  std::size_t files = 1;
  Key key{};  ///< of texts
  std::uint64_t rows = 0;
  std::vector<ProfileColumn> columns;
  std::vector<ProfilePair> pairs;  ///< ascending

  const ProfileColumn* find(const std::string& column) const;
  const ProfilePair* find_pair(const std::string& a, const std::string& b) const;
};

/// The profile of the rows of both. Error{config} where their keys or columns are not the same.
Profile sum(const Profile& a, const Profile& b);

}  // namespace mlops::check
