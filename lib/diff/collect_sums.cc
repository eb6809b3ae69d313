#include "diff/collect_sums.h"

#include <memory>
#include <utility>
#include <vector>

#include "base/error.h"
#include "diff/class_stream.h"
#include "diff/stream_merger.h"

namespace mlops::diff {
namespace {

class Streams final : public table::PairSinks {
 public:
  Streams(const ColumnPlan& plan, const policy::PredictionSet& set, const ListedRows& rows)
      : plan_(plan), set_(set), rows_(rows) {}
  table::PairSink& add() override {
    streams_.push_back(std::make_unique<ClassStream>(plan_, set_, rows_));
    return *streams_.back();
  }
  std::optional<Collected> merge(table::Alignment alignment) {
    StreamMerger merger(plan_, set_, rows_);
    for (const std::unique_ptr<ClassStream>& stream : streams_) {
      merger.add(*stream);
    }
    return merger.finish(std::move(alignment));
  }

 private:
  const ColumnPlan& plan_;
  const policy::PredictionSet& set_;
  const ListedRows& rows_;
  std::vector<std::unique_ptr<ClassStream>> streams_;
};

}  // namespace

bool may_be_summed(const ColumnPlan& plan,
                   const policy::PredictionSet& set,
                   const ListedRows& rows) {
  return set.task == policy::Task::classification && !plan.weight && plan.searched.empty() &&
         rows.changed == 0 && rows.columns.empty();
}

std::optional<Collected> collect_sums(table::Engine& engine,
                                      const ColumnPlan& plan,
                                      const policy::PredictionSet& set,
                                      const ListedRows& rows,
                                      const CancelToken& cancel,
                                      std::string& why_not) {
  Streams streams(plan, set, rows);
  try {
    std::optional<table::Alignment> alignment =
        engine.find_pairs(plan.request, streams, cancel, why_not);
    if (!alignment || alignment->matched <= kFewRows) {
      return std::nullopt;
    }
    return streams.merge(*std::move(alignment));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::config) {
      throw;
    }
    why_not.clear();
    return std::nullopt;
  }
}

}  // namespace mlops::diff
