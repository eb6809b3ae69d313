#include "table/line_scan.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "os/pool.h"
#include "table/cell.h"
#include "table/line_scanner.h"
#include "table/record_range.h"

namespace mlops::table {
namespace {

// Neighbouring records, parsed by one thread.
class Part {
 public:
  Part(const MappedCsv& table, const std::vector<std::size_t>& places)
      : rules_(table.rules), places_(places) {
    rows.columns.resize(places.size());
    for (const std::size_t place : places) {
      fields_.resize(std::max(fields_.size(), place + 1));
    }
  }

  void read(RecordRange records) {
    LineScanner scanner(records, rules_);
    std::string_view record;
    rows.size = 0;
    while (scanner.next(record)) {
      split_record(record, rules_.delimiter, fields_);
      for (std::size_t i = 0; i < places_.size(); ++i) {
        ScannedColumn& column = rows.columns[i];
        column.resize(rows.size + 1);
        column.put(rows.size, parse_cell(fields_[places_[i]]));
      }
      ++rows.size;
    }
    for (ScannedColumn& column : rows.columns) {
      column.resize(rows.size);
    }
    trouble = scanner.trouble();
  }

  ScannedRows rows;
  std::string_view trouble;

 private:
  const LineRules& rules_;
  const std::vector<std::size_t>& places_;
  std::vector<std::string_view> fields_;
};

}  // namespace

LineScan scan_lines(const MappedCsv& table,
                    const std::vector<std::size_t>& places,
                    const LineScanThreads& threads,
                    const std::function<void(const ScannedRows&)>& sink,
                    const CancelToken& cancel) {
  std::optional<os::ThreadPool> others;
  if (threads.threads > 1) {
    others.emplace(threads.threads - 1);
  }
  std::vector<Part> parts(std::max(1U, threads.threads), Part(table, places));
  std::string_view rest = table.body;
  LineScan scan;
  while (!rest.empty() && scan.why_not.empty()) {
    cancel.check();
    std::vector<RecordRange> ranges;
    while (!rest.empty() && ranges.size() < parts.size()) {
      ranges.push_back(first_records(rest, threads.part_bytes));
      rest.remove_prefix(ranges.back().size());
    }
    const auto read = [&](std::size_t i) { parts[i].read(ranges[i]); };
    if (others && ranges.size() > 1) {
      others->for_each(ranges.size(), read);
    } else {
      for (std::size_t i = 0; i < ranges.size(); ++i) {
        read(i);
      }
    }
    for (std::size_t i = 0; i < ranges.size() && scan.why_not.empty(); ++i) {
      parts[i].rows.first = scan.rows;
      scan.rows += parts[i].rows.size;
      scan.why_not = parts[i].trouble;
      if (parts[i].rows.size > 0) {
        sink(parts[i].rows);
      }
    }
  }
  return scan;
}

}  // namespace mlops::table
