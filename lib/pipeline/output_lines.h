#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace mlops::pipeline {

inline constexpr std::size_t kMaxLineBytes = 1U << 20U;

/// Cuts a stream into lines. What a '\r' overwrites is dropped, as a terminal would show it; a line
/// beyond kMaxLineBytes comes in pieces.
class LineCutter {
 public:
  explicit LineCutter(std::function<void(std::string_view)> on_line);
  void feed(std::string_view bytes);
  /// The last line, if it has no '\n'.
  void finish();
  /// What stands on the line that is not ended yet.
  std::string_view begun() const { return line_; }

 private:
  void emit();
  std::function<void(std::string_view)> on_line_;
  std::string line_;
  bool after_return_ = false;
};

}  // namespace mlops::pipeline
