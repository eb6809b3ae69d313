#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "diff/row_reader.h"

namespace mlops::diff {

/// Gives classes, as they were met, the codes that follow from their names.
class FinalCodes {
 public:
  /// `has_other`: some version predicted kOtherCode, which then stands for the class that is left.
  /// Error{config} when several could be. Sorts the reader's classes: it reads no further row.
  FinalCodes(ClassReader& classes, bool has_other);

  std::uint32_t operator()(std::uint32_t code) const {
    code = code == kOtherCode ? other_ : code;
    return code == kNoCode ? kNoCode : codes_[code];
  }
  /// Puts the name of the class that is left into rows that were described before it was known.
  template <typename Row>
  void name_other(std::vector<Row>& rows) const {
    for (Row& row : rows) {
      for (std::string* text : {&row.old_prediction, &row.new_prediction}) {
        *text = has_other_ && *text == unnamed_ ? other_name_ : *text;
      }
    }
  }

 private:
  bool has_other_;
  std::uint32_t other_ = kNoCode;
  std::string unnamed_;
  std::string other_name_;
  std::vector<std::uint32_t> codes_;
};

/// What samples hold of the classes.
void describe_classes(ClassReader& classes, const FinalCodes& final_code, Samples& samples);

/// Classes that rows showed, by final codes.
struct ClassesSeen {
  std::set<std::uint32_t> labels;
  std::set<std::uint32_t> before;
  std::set<std::uint32_t> after;
};
/// Predicted by the new version, and known neither to the labels nor to the old one.
std::vector<std::string> new_labels(const ClassesSeen& seen,
                                    const std::vector<std::string>& classes);
/// Predicted by the old version only.
std::vector<std::string> vanished_labels(const ClassesSeen& seen,
                                         const std::vector<std::string>& classes);

}  // namespace mlops::diff
