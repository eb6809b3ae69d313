#include "table/table_file.h"

#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "table/array_file.h"
#include "table/json_scan.h"
#include "table/parquet_shape.h"

namespace mlops::table {
namespace {

// "… CSV Error on Line: 12\n…" → 12
std::optional<std::uint64_t> line_in(std::string_view message) {
  constexpr std::string_view kMark = "CSV Error on Line: ";
  const std::size_t found = message.find(kMark);
  if (found == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view rest = message.substr(found + kMark.size());
  std::uint64_t line = 0;
  const std::from_chars_result parsed =
      std::from_chars(rest.data(), rest.data() + rest.size(), line);
  return parsed.ec == std::errc() ? std::optional(line) : std::nullopt;
}

/// DuckDB names the descriptor, by which nobody knows the file, and the kind of its error.
std::string without_path(std::string_view message) {
  constexpr std::string_view kKind = "Invalid Input Error: ";
  message.remove_prefix(message.starts_with(kKind) ? kKind.size() : 0);
  std::string text(message);
  constexpr std::string_view kBegin = " '/proc/self/fd/";
  while (true) {
    const std::size_t begin = text.find(kBegin);
    const std::size_t end = begin == std::string::npos ? begin : text.find('\'', begin + 2);
    if (end == std::string::npos) {
      return text;
    }
    text.erase(begin, end + 1 - begin);
  }
}

}  // namespace

os::Fd open_table_file(const Source& source) {
  std::error_code failure;
  const std::filesystem::path path = std::filesystem::canonical(source.path, failure);
  if (failure) {
    throw Error(ErrorKind::not_found,
                fmt::format("cannot open {}: {}", quote(source.name), failure.message()));
  }
  const std::optional<os::FileStat> stat = os::lstat_file(path);
  if (stat && stat->kind != os::FileKind::regular) {
    throw Error(ErrorKind::config,
                fmt::format("{} is not a regular file, so it cannot be read as a table",
                            quote(source.name)));
  }
  std::optional<os::Fd> fd = os::open_regular(path);
  if (!fd) {
    throw Error(ErrorKind::not_found, fmt::format("{} does not exist", quote(source.name)));
  }
  return std::move(*fd);
}

const std::filesystem::path& plain_directory(const ReaderLimits& limits) {
  if (limits.temp_directory.empty()) {
    throw Error(ErrorKind::internal, "there is no directory for what is decompressed");
  }
  return limits.temp_directory;
}

OpenTable open_table(const DuckDbApi& api,
                     const Source& source,
                     const ReaderLimits& limits,
                     const CancelToken& cancel) {
  OpenTable table{source, open_table_file(source), {}, {}, {}};
  switch (source.format) {
    case Format::parquet:
      table.shape = read_parquet_shape(api, source, table.fd, limits);
      return table;
    case Format::npy:
    case Format::npz: {
      ArrayTable arrays = read_arrays(table.fd, source, limits, cancel);
      return {source,
              std::move(table.fd),
              std::move(arrays.shape),
              std::move(arrays.unpacked),
              std::move(arrays.layout)};
    }
    case Format::csv:
    case Format::tsv:
    case Format::jsonl:
      break;
  }
  if (source.compression != Compression::none) {
    table.plain.emplace(plain_directory(limits), "plain-");
  }
  os::TempFile* const plain = table.plain ? &*table.plain : nullptr;
  table.shape = source.format == Format::jsonl ? scan_jsonl(table.fd, source, cancel, plain)
                                               : scan_csv(table.fd, source, cancel, plain);
  if (plain != nullptr) {
    table.source.path = plain->path();
    table.source.compression = Compression::none;
    table.fd = open_table_file(table.source);
  }
  return table;
}

std::vector<std::string> read_columns(const std::function<const DuckDbApi&()>& api,
                                      const Source& source,
                                      const ReaderLimits& limits) {
  const os::Fd fd = open_table_file(source);
  switch (source.format) {
    case Format::parquet:
      return read_parquet_shape(api(), source, fd, limits).columns;
    case Format::jsonl:
      return scan_jsonl_header(fd, source);
    case Format::npy:
    case Format::npz:
      return read_arrays(fd, source, limits, CancelToken()).shape.columns;
    case Format::csv:
    case Format::tsv:
      break;
  }
  return scan_csv_header(fd, source);
}

std::string path_for_duckdb(const Source& source, const os::Fd& fd) {
  std::string path = fmt::format("/proc/self/fd/{}", fd.get());
  if (os::lstat_file(path)) {
    return path;
  }
  const std::string& name = source.name;
  std::error_code failure;
  path = std::filesystem::canonical(source.path, failure).string();
  if (failure || os::lstat_file(path) != os::stat_fd(fd, path)) {
    throw Error(ErrorKind::io, fmt::format("{} was changed while it was read", quote(name)));
  }
  if (path.find_first_of("*?[]'\"") != std::string::npos) {
    throw Error(
        ErrorKind::config,
        fmt::format("{} has a name that cannot be read where /proc is missing", quote(name)),
        "mount /proc, or rename the file");
  }
  return path;
}

std::string parquet_sql(const std::string& path) {
  return fmt::format(
      "read_parquet('{}',hive_partitioning=false,union_by_name=false,filename=false,"
      "file_row_number=false,binary_as_string=true)",
      path);
}

void fail_reading(const Source& source, const char* message) {
  const std::string_view text = message != nullptr ? message : "unknown";
  const std::string name = quote(source.name);
  if (text.find("Invalid unicode") != std::string_view::npos) {
    const std::optional<std::uint64_t> line = line_in(text);
    throw Error(ErrorKind::config,
                line ? fmt::format("{} line {}: not UTF-8", name, *line)
                     : fmt::format("{} is not UTF-8", name));
  }
  // Only the first line: those after it may show rows of the table.
  const std::string_view first = split(text, '\n').front();
  if (first.find("Out of Memory") != std::string_view::npos) {
    throw Error(ErrorKind::io,
                fmt::format("reading {} takes more memory than allowed", name),
                "allow more memory, or fewer threads");
  }
  if (source.format == Format::parquet) {
    throw Error(ErrorKind::config,
                fmt::format("{} is no Parquet file that can be read: {}",
                            name,
                            escape_for_terminal(without_path(first))),
                "write it again, or give it as .csv");
  }
  throw Error(ErrorKind::io,
              fmt::format("DuckDB cannot read {}: {}", name, escape_for_terminal(first)));
}

}  // namespace mlops::table
