#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "diff/label_codes.h"
#include "table/table.h"

namespace mlops::diff {

/// Turns fields, as a file has them, into codes of labels. Those that were met lately are not
/// parsed again: all that is asked of them follows from the text. One thread.
class FieldCodes {
 public:
  struct Known {
    std::uint32_t code = kNoCode;
    table::Cell::Kind kind = table::Cell::Kind::null;
    bool is_finite = false;  ///< a text, or a finite number
  };

  /// `codes` outlives this.
  explicit FieldCodes(LabelCodes& codes) : codes_(codes) {}

  const Known& of(std::string_view field) {
    if (field.empty()) {
      return null_;
    }
    Entry& entry = lately_[place(field)];
    if (entry.text != field) {
      learn(field, entry);
    }
    return entry.known;
  }

 private:
  static constexpr std::size_t kPlaces = 64;
  struct Entry {
    std::string text;
    Known known;
  };
  static std::size_t place(std::string_view field) {
    const auto first = static_cast<unsigned char>(field.front());
    const auto last = static_cast<unsigned char>(field.back());
    return (first * std::size_t{7} + last * std::size_t{3} + field.size()) % kPlaces;
  }
  void learn(std::string_view field, Entry& entry);

  LabelCodes& codes_;
  Known null_;
  std::array<Entry, kPlaces> lately_;
};

}  // namespace mlops::diff
