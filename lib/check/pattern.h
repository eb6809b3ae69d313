#pragma once

#include <cstddef>
#include <regex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace mlops::check {

/// A regular expression (ECMAScript's, without back references) that a whole value must match. Its
/// time is linear in the value, whatever the two are: nothing backtracks.
class Pattern {
 public:
  /// A longer value matches nothing.
  static constexpr std::size_t kLongest = 65'536;

  /// Error{config} for an expression that needs backtracking; `where` begins the message.
  Pattern(const std::string& text, const std::string& where);
  bool matches(std::string_view value);

 private:
  std::regex regex_;
  std::unordered_map<std::string, bool> known_;  ///< values seen before
};

}  // namespace mlops::check
