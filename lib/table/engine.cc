#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "os/pool.h"
#include "table/align.h"
#include "table/csv_reader.h"
#include "table/csv_scan.h"
#include "table/duckdb_api.h"
#include "table/table.h"

namespace mlops::table {
namespace {

constexpr std::uint64_t kLeastMemory = std::uint64_t{256} << 20U;
constexpr std::uint64_t kUnknownMachine = std::uint64_t{4} << 30U;

// The number after `mark`, or the fallback.
std::uint64_t number_after(std::string_view text, std::string_view mark, std::uint64_t fallback) {
  const std::size_t found = text.find(mark);
  if (found == std::string_view::npos) {
    return fallback;
  }
  const std::string_view rest = trim(text.substr(found + mark.size()));
  std::uint64_t number = 0;
  const std::from_chars_result parsed =
      std::from_chars(rest.data(), rest.data() + rest.size(), number);
  return parsed.ec == std::errc() ? number : fallback;
}

// What the kernel says, or the limit of the container that we are in.
std::uint64_t machine_memory() {
  constexpr std::uint64_t kMaxBytes = 1U << 16U;
  const std::string machine = os::read_file_if_exists("/proc/meminfo", kMaxBytes).value_or("");
  const std::uint64_t all = number_after(machine, "MemTotal:", kUnknownMachine >> 10U) << 10U;
  const std::string group =
      os::read_file_if_exists("/sys/fs/cgroup/memory.max", kMaxBytes).value_or("");
  return std::min(all, number_after(group, "", all));
}

class DuckDbEngine final : public Engine {
 public:
  explicit DuckDbEngine(const EngineOptions& options) : api_(load_duckdb(options.library)) {
    const std::uint64_t memory =
        options.memory_bytes != 0 ? options.memory_bytes : machine_memory() / 4;
    limits_.held_bytes = std::max(kLeastMemory, memory / 2);
    limits_.reader.memory_bytes = limits_.held_bytes;
    limits_.reader.threads =
        options.threads != 0 ? options.threads : static_cast<unsigned>(os::processor_count());
    limits_.reader.temp_directory = options.temp_directory;
  }

  std::string_view version() const override { return api_.library_version(); }

  std::vector<std::string> columns(const Source& source) override {
    return scan_csv_header(open_table_file(source), source);
  }

  Alignment align(const AlignRequest& request,
                  const std::function<void(const AlignedBatch&)>& sink,
                  const CancelToken& cancel) override {
    return align_tables(api_, request, limits_, sink, cancel);
  }

 private:
  DuckDbApi api_;
  AlignLimits limits_;
};

}  // namespace

Format format_of(const std::filesystem::path& path) {
  const std::string extension = to_lower_ascii(path.extension().string());
  if (extension == ".csv") {
    return Format::csv;
  }
  if (extension == ".tsv") {
    return Format::tsv;
  }
  throw Error(ErrorKind::config,
              fmt::format("{} is no table that can be read", quote(path.filename().string())),
              "tables are .csv and .tsv files");
}

std::unique_ptr<Engine> Engine::open(const EngineOptions& options) {
  return std::make_unique<DuckDbEngine>(options);
}

}  // namespace mlops::table
