#include "diff/class_names.h"

namespace mlops::diff {

FinalCodes::FinalCodes(ClassReader& classes, bool has_other) : has_other_(has_other) {
  if (has_other) {
    unnamed_ = classes.text(kOtherCode);
    other_ = classes.other_class();
    other_name_ = classes.text(other_);
  }
  codes_ = classes.classes().sort();
}

void describe_classes(ClassReader& classes, const FinalCodes& final_code, Samples& samples) {
  samples.classes = classes.classes().texts();
  for (const std::uint32_t code : classes.probability_class()) {
    samples.probability_class.push_back(final_code(code));
  }
  samples.positive_column = classes.positive_column();
  if (classes.positive()) {
    samples.positive = final_code(*classes.positive());
  }
}

std::vector<std::string> new_labels(const ClassesSeen& seen,
                                    const std::vector<std::string>& classes) {
  std::vector<std::string> names;
  for (const std::uint32_t code : seen.after) {
    if (code != kNoCode && !seen.before.contains(code) && !seen.labels.contains(code)) {
      names.push_back(classes[code]);
    }
  }
  return names;
}

std::vector<std::string> vanished_labels(const ClassesSeen& seen,
                                         const std::vector<std::string>& classes) {
  std::vector<std::string> names;
  for (const std::uint32_t code : seen.before) {
    if (code != kNoCode && !seen.after.contains(code)) {
      names.push_back(classes[code]);
    }
  }
  return names;
}

}  // namespace mlops::diff
