#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "table/table.h"

namespace mlops::table {
namespace {

struct Ending {
  std::string_view text;
  Format format;
};
constexpr std::array kTextEndings{Ending{".csv", Format::csv},
                                  Ending{".tsv", Format::tsv},
                                  Ending{".tab", Format::tsv},
                                  Ending{".jsonl", Format::jsonl},
                                  Ending{".ndjson", Format::jsonl}};
constexpr std::array kBinaryEndings{
    Ending{".parquet", Format::parquet}, Ending{".npy", Format::npy}, Ending{".npz", Format::npz}};

template <typename Endings>
std::optional<Format> find_in(const Endings& endings, std::string_view name) {
  for (const Ending& ending : endings) {
    if (name.size() > ending.text.size() && name.ends_with(ending.text)) {
      return ending.format;
    }
  }
  return std::nullopt;
}

Compression take_compression(std::string_view& name) {
  for (const auto& [ending, compression] :
       {std::pair(std::string_view(".gz"), Compression::gzip),
        std::pair(std::string_view(".zst"), Compression::zstd)}) {
    if (name.ends_with(ending)) {
      name.remove_suffix(ending.size());
      return compression;
    }
  }
  return Compression::none;
}

}  // namespace

std::optional<FileFormat> find_format(const std::filesystem::path& path) {
  const std::string lower = to_lower_ascii(path.filename().string());
  std::string_view name = lower;
  FileFormat found;
  found.compression = take_compression(name);
  std::optional<Format> format = find_in(kTextEndings, name);
  if (!format && found.compression == Compression::none) {
    format = find_in(kBinaryEndings, name);
  }
  if (!format) {
    return std::nullopt;
  }
  found.format = *format;
  return found;
}

Source source_at(std::filesystem::path path, std::string name) {
  const std::optional<FileFormat> found = find_format(name);
  if (!found) {
    throw Error(ErrorKind::config,
                fmt::format("{} is no table that can be read", quote(name)),
                "tables are .csv, .tsv and .jsonl files, also with .gz or .zst, and .parquet, .npy "
                "and .npz files");
  }
  return {std::move(path), std::move(name), found->format, found->compression};
}

}  // namespace mlops::table
