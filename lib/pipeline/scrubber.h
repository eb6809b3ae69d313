#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::pipeline {

/// Takes secret values out of a stream of output, wherever its chunks are cut: each value, its
/// lines, its base64 (also inside of a longer text) and its percent encoding become "***". What may
/// be the beginning of one is held back until more is known. One thread.
class Scrubber {
 public:
  Scrubber(const std::vector<std::string>& values, std::function<void(std::string_view)> on_text);
  void feed(std::string_view bytes);
  /// What is still held back is given out.
  void finish();

  /// Shorter values occur by themselves: they could not be told from other text.
  static constexpr std::size_t kLeastBytes = 6;

 private:
  void emit(bool is_end);

  std::vector<std::string> patterns_;  ///< longest first
  std::function<void(std::string_view)> on_text_;
  std::string held_;
};

/// `text` as a scrubber gives it out.
std::string scrub(const std::vector<std::string>& values, std::string_view text);
/// Every text that gives one of the values away, longest first.
std::vector<std::string> spellings_of(const std::vector<std::string>& values);

}  // namespace mlops::pipeline
