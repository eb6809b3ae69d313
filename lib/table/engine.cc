#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/memory.h"
#include "os/pool.h"
#include "table/align.h"
#include "table/change_search.h"
#include "table/duckdb_api.h"
#include "table/fast_align.h"
#include "table/fast_pairs.h"
#include "table/line_scan.h"
#include "table/row_filter.h"
#include "table/scan.h"
#include "table/table.h"
#include "table/table_file.h"

namespace mlops::table {
namespace {

constexpr std::uint64_t kLeastMemory = std::uint64_t{256} << 20U;  // of DuckDB
constexpr std::uint64_t kLeastHeld = std::uint64_t{1} << 20U;

class DuckDbEngine final : public Engine {
 public:
  explicit DuckDbEngine(const EngineOptions& options)
      : library_(options.library), reader_(options.reader), part_bytes_(options.part_bytes) {
    const std::uint64_t memory =
        options.memory_bytes != 0 ? options.memory_bytes : os::usable_memory() / 4;
    limits_.held_bytes = std::max(kLeastHeld, memory / 2);
    limits_.reader.memory_bytes = std::max(kLeastMemory, memory / 2);
    limits_.reader.threads =
        options.threads != 0 ? options.threads : static_cast<unsigned>(os::processor_count());
    limits_.reader.temp_directory = options.temp_directory;
  }

  std::string_view version() const override { return api().library_version(); }

  std::vector<std::string> columns(const Source& source) override {
    return read_columns([this]() -> const DuckDbApi& { return api(); }, source, limits_.reader);
  }

  Alignment align(const AlignRequest& request,
                  const std::function<void(const AlignedBatch&)>& sink,
                  const CancelToken& cancel) override {
    return align_tables(api(), request, limits_, sink, cancel);
  }

  std::uint64_t scan(const Source& source,
                     const std::vector<WantedColumn>& columns,
                     const std::function<void(const ScannedRows&)>& sink,
                     const CancelToken& cancel) override {
    LineScan lines;
    lines.why_not = "the general reader was asked for";
    if (reader_ != EngineOptions::Reader::general) {
      lines = scan_lines_of(source, columns, sink, cancel);
    }
    return lines.why_not.empty()
               ? lines.rows
               : scan_table(api(), source, columns, lines.rows, limits_.reader, sink, cancel);
  }

  std::optional<Alignment> align_in_any_order(const AlignRequest& request,
                                              const std::function<void(const AlignedBatch&)>& sink,
                                              const CancelToken& cancel,
                                              std::string& why_not) override {
    if (reader_ == EngineOptions::Reader::general) {
      return Engine::align_in_any_order(request, sink, cancel, why_not);
    }
    return align_fast(request, {limits_.reader.threads, part_bytes_}, sink, cancel, why_not);
  }

  std::optional<Alignment> find_pairs(const AlignRequest& request,
                                      PairSinks& sinks,
                                      const CancelToken& cancel,
                                      std::string& why_not) override {
    if (reader_ == EngineOptions::Reader::general) {
      return Engine::find_pairs(request, sinks, cancel, why_not);
    }
    return find_pairs_fast(request, {limits_.reader.threads, part_bytes_}, sinks, cancel, why_not);
  }

  ChangeSummary find_changes(const ChangeRequest& request,
                             ChangeSinks& sinks,
                             const CancelToken& cancel) override {
    if (reader_ == EngineOptions::Reader::general) {
      return Engine::find_changes(request, sinks, cancel);
    }
    ChangeSummary fast =
        find_changes_fast(request, {limits_.reader.threads, part_bytes_}, sinks, cancel);
    if (fast.path.is_fast) {
      return fast;
    }
    ChangeSummary summary = Engine::find_changes(request, sinks, cancel);
    summary.path.why_not = std::move(fast.path.why_not);
    return summary;
  }

  std::unique_ptr<RowFilter> filter(const std::string& expression,
                                    const std::vector<FilterColumn>& columns,
                                    const CancelToken& cancel) override {
    return std::make_unique<DuckDbFilter>(
        api(), expression, columns, DuckDbFilter::kMostTime, cancel);
  }

 private:
  /// The clean rows that the file begins with; none of a file that has no lines.
  LineScan scan_lines_of(const Source& source,
                         const std::vector<WantedColumn>& columns,
                         const std::function<void(const ScannedRows&)>& sink,
                         const CancelToken& cancel) const {
    const MappedCsvOrNot mapped = map_csv(source);
    LineScan none;
    none.why_not = mapped.why_not;
    if (!mapped.table) {
      return none;
    }
    std::vector<std::size_t> places;
    const std::vector<std::string>& names = mapped.table->columns;
    for (const WantedColumn& column : columns) {
      const auto found = std::find(names.begin(), names.end(), column.name);
      if (found == names.end()) {
        none.why_not = "a column that is missing";
        return none;
      }
      places.push_back(static_cast<std::size_t>(found - names.begin()));
    }
    LineScanThreads threads;
    threads.threads = limits_.reader.threads;
    threads.part_bytes = std::min(threads.part_bytes, part_bytes_);
    LineScan scan = scan_lines(*mapped.table, places, threads, sink, cancel);
    if (mapped.table->map.was_cut()) {
      throw Error(ErrorKind::io,
                  fmt::format("{} was changed while it was read", quote(source.name)));
    }
    return scan;
  }
  // Loading it takes longer than comparing small tables does.
  const DuckDbApi& api() const {
    if (!api_) {
      api_ = load_duckdb(library_);
    }
    return *api_;
  }

  std::filesystem::path library_;
  EngineOptions::Reader reader_;
  std::size_t part_bytes_;
  mutable std::optional<DuckDbApi> api_;
  AlignLimits limits_;
};

}  // namespace

std::unique_ptr<Engine> Engine::open(const EngineOptions& options) {
  return std::make_unique<DuckDbEngine>(options);
}

}  // namespace mlops::table
