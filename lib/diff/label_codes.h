#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "table/table.h"

namespace mlops::diff {

/// No class, no value: a null cell.
inline constexpr std::uint32_t kNoCode = UINT32_MAX;

/// Labels as small integers: a text is kept once, rows hold codes.
class LabelCodes {
 public:
  /// More distinct labels than `limit` are Error{config}; `what` begins the message.
  LabelCodes(std::size_t limit, std::string what) : limit_(limit), what_(std::move(what)) {}

  /// The code of the cell's canonical label; kNoCode for null.
  std::uint32_t code(const table::Cell& cell);
  std::uint32_t code(const std::string& text);
  const std::string& text(std::uint32_t code) const { return texts_[code]; }
  std::size_t size() const { return texts_.size(); }
  const std::vector<std::string>& texts() const { return texts_; }

  /// Sorts the texts (numbers by value, then texts by bytes) and returns old code → new code, so
  /// that codes do not depend on the order of rows.
  std::vector<std::uint32_t> sort();

 private:
  std::size_t limit_;
  std::string what_;
  std::vector<std::string> texts_;
  std::unordered_map<std::string, std::uint32_t> codes_;
  /// Cells as they were spelled, lately: the label, and so the code, follows from the text alone.
  struct Spelled {
    std::string text;
    std::uint32_t code = kNoCode;
  };
  std::array<Spelled, 32> lately_;
};

/// A name from the policy in the form that labels have: "1.0" is the label "1".
std::string canonical_name(const std::string& name);
/// Order of labels for people: numbers by value, before texts by bytes.
bool label_less(const std::string& a, const std::string& b);

}  // namespace mlops::diff
