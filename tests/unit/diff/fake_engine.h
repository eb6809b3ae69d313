#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "diff/compare.h"
#include "support/temp_dir.h"
#include "table/table.h"

namespace mlops::diff::test {

/// A table engine over texts in memory: lines of cells between commas, the first line the names. A
/// table is found by its path's file name. Pairs rows as the contract of table::Engine says, for
/// unique keys and for row order.
class FakeEngine final : public table::Engine {
 public:
  FakeEngine() = default;
  /// Also writes the text to disk: the report holds the digest of the file.
  table::Source add(const std::string& name, std::string_view text);

  std::string_view version() const override { return "fake"; }
  std::vector<std::string> columns(const table::Source& source) override;
  table::Alignment align(const table::AlignRequest& request,
                         const std::function<void(const table::AlignedBatch&)>& sink,
                         const CancelToken& cancel) override;
  /// diff aligns and never scans.
  std::uint64_t scan(const table::Source& source,
                     const std::vector<table::WantedColumn>& columns,
                     const std::function<void(const table::ScannedRows&)>& sink,
                     const CancelToken& cancel) override;
  /// No more than it filters.
  std::unique_ptr<table::RowFilter> filter(const std::string& expression,
                                           const std::vector<table::FilterColumn>& columns,
                                           const CancelToken& cancel) override;

 private:
  using Row = std::vector<std::string>;
  struct Table {
    Row names;
    std::vector<Row> rows;
  };
  const Table& table_of(const table::Source& source) const;

  mlops::test::TempDir directory_;
  std::map<std::string, Table> tables_;
};

/// A classification of `label` with the positive class 1 in column `p`, keyed by `id`.
policy::PredictionSet binary_set();
/// A regression of `y` by `pred`, keyed by `id`.
policy::PredictionSet regression_set();

/// Compares two texts under a policy, or under the defaults.
PredictionReport compare_texts(const policy::PredictionSet& set,
                               std::string_view old_text,
                               std::string_view new_text,
                               std::string_view policy = {},
                               OtherKeys other_keys = OtherKeys::refuse,
                               std::vector<std::string> searched = {});
const Metric& metric_of(const PredictionReport& report, std::string_view name);
const RuleResult& rule_of(const PredictionReport& report,
                          std::string_view metric,
                          std::string_view slice = {});

}  // namespace mlops::diff::test
