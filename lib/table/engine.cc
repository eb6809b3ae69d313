#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/memory.h"
#include "os/pool.h"
#include "table/align.h"
#include "table/duckdb_api.h"
#include "table/row_filter.h"
#include "table/scan.h"
#include "table/table.h"
#include "table/table_file.h"

namespace mlops::table {
namespace {

constexpr std::uint64_t kLeastMemory = std::uint64_t{256} << 20U;

class DuckDbEngine final : public Engine {
 public:
  explicit DuckDbEngine(const EngineOptions& options) : api_(load_duckdb(options.library)) {
    const std::uint64_t memory =
        options.memory_bytes != 0 ? options.memory_bytes : os::usable_memory() / 4;
    limits_.held_bytes = std::max(kLeastMemory, memory / 2);
    limits_.reader.memory_bytes = limits_.held_bytes;
    limits_.reader.threads =
        options.threads != 0 ? options.threads : static_cast<unsigned>(os::processor_count());
    limits_.reader.temp_directory = options.temp_directory;
  }

  std::string_view version() const override { return api_.library_version(); }

  std::vector<std::string> columns(const Source& source) override {
    return read_columns(api_, source, limits_.reader);
  }

  Alignment align(const AlignRequest& request,
                  const std::function<void(const AlignedBatch&)>& sink,
                  const CancelToken& cancel) override {
    return align_tables(api_, request, limits_, sink, cancel);
  }

  std::uint64_t scan(const Source& source,
                     const std::vector<std::string>& columns,
                     const std::function<void(const ScannedRows&)>& sink,
                     const CancelToken& cancel) override {
    return scan_table(api_, source, columns, limits_.reader, sink, cancel);
  }

  std::unique_ptr<RowFilter> filter(const std::string& expression,
                                    const std::vector<FilterColumn>& columns,
                                    const CancelToken& cancel) override {
    return std::make_unique<DuckDbFilter>(api_, expression, columns, cancel);
  }

 private:
  DuckDbApi api_;
  AlignLimits limits_;
};

}  // namespace

std::unique_ptr<Engine> Engine::open(const EngineOptions& options) {
  return std::make_unique<DuckDbEngine>(options);
}

}  // namespace mlops::table
