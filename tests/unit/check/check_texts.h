#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "check/check.h"
#include "check/profile.h"
#include "policy/safeguards.h"
#include "support/temp_dir.h"
#include "table/table.h"

namespace mlops::check::test {

/// Tables over texts in memory: lines of cells between commas, the first line the names.
class TextTables final : public table::Engine {
 public:
  table::Source add(const std::string& name, std::string_view text);

  std::string_view version() const override { return "texts"; }
  std::vector<std::string> columns(const table::Source& source) override;
  table::Alignment align(const table::AlignRequest& request,
                         const std::function<void(const table::AlignedBatch&)>& sink,
                         const CancelToken& cancel) override;
  std::uint64_t scan(const table::Source& source,
                     const std::vector<table::WantedColumn>& columns,
                     const std::function<void(const table::ScannedRows&)>& sink,
                     const CancelToken& cancel) override;
  std::unique_ptr<table::RowFilter> filter(const std::string& expression,
                                           const std::vector<table::FilterColumn>& columns,
                                           const CancelToken& cancel) override;
  std::size_t scans = 0;  ///< so far
  std::size_t batch = 3;  ///< rows; small: a batch is no table

 private:
  using Row = std::vector<std::string>;
  struct Table {
    Row names;
    std::vector<Row> rows;
  };
  std::map<std::string, Table> tables_;
};

struct Texts {
  std::string_view table;
  std::string_view baseline = {};
  std::string_view against = {};  ///< of the leakage rule, "valid.csv"
  std::uint64_t memory_bytes = 0;
  std::size_t threads = 1;
  std::vector<std::string> profiled = {};  ///< in place of the baseline: the profiles of these
};

/// "schema = 1", [check.c] on t.csv with label y, key id where `head` says so, and the rest.
policy::Check check_of(std::string_view body);
CheckReport judge_texts(std::string_view body, const Texts& texts);
/// Of a table by that check, as a file has it.
Profile profile_of(std::string_view body, std::string_view text);
const Outcome& outcome_of(const CheckReport& report,
                          std::string_view metric,
                          std::string_view column = {});
/// The rows of its examples.
std::vector<std::uint64_t> rows_of(const Outcome& outcome);
/// A table of one column `x`.
std::string column_x(const std::vector<std::string>& values);

}  // namespace mlops::check::test
