#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "diff/class_names.h"
#include "diff/class_stream.h"
#include "diff/collect.h"

namespace mlops::diff {

/// Adds up what several threads saw, into what one would have seen.
class StreamMerger {
 public:
  StreamMerger(const ColumnPlan& plan, const policy::PredictionSet& set, const ListedRows& rows);
  /// The stream is void afterwards.
  void add(ClassStream& stream);
  /// Nothing where a slice holds too many numbers to be labels.
  std::optional<Collected> finish(table::Alignment alignment);

 private:
  using Codes = std::vector<std::uint32_t>;
  static Codes codes_for(const LabelCodes& from, LabelCodes& into);
  void count(const Observations& seen);
  bool finish_slices();
  void finish_classes();

  const ColumnPlan& plan_;
  ClassReader classes_;
  std::deque<LabelCodes> slices_;
  std::vector<bool> all_numbers_;  ///< by slice
  std::map<Codes, ClassSums> parts_;
  std::shared_ptr<ClassTotals> totals_ = std::make_shared<ClassTotals>();
  WorstRows worst_;
  KeptKeys singles_{kSingleKeysShown};
  KeptKeys mismatch_{1};
  Collected out_;
};

}  // namespace mlops::diff
