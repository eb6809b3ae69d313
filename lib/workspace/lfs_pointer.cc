#include "workspace/lfs_pointer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string>

#include "base/text.h"

namespace mlops::workspace {

namespace {

constexpr auto kVersions = std::to_array<std::string_view>({"https://git-lfs.github.com/spec/v1",
                                                            "https://hawser.github.com/spec/v1",
                                                            "http://git-media.io/v/2"});

std::optional<std::uint64_t> parse_size(std::string_view text) {
  std::int64_t size = 0;
  const auto end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, size);
  const bool is_whole = parsed.ec == std::errc() && parsed.ptr == end && size >= 0;
  return is_whole ? std::optional(static_cast<std::uint64_t>(size)) : std::nullopt;
}

}  // namespace

std::optional<LfsPointer> parse_lfs_pointer(std::string_view text) {
  if (text.size() > kMaxLfsPointerBytes || !text.starts_with("version ")) {
    return std::nullopt;
  }
  LfsPointer pointer;
  std::string_view before;
  std::optional<store::ForeignId> id;
  std::optional<std::uint64_t> size;
  for (const std::string_view line : split(trim(text), '\n')) {
    const std::size_t space = line.find(' ');
    const std::string_view key = line.substr(0, space);
    const std::string_view value =
        space == std::string_view::npos ? std::string_view() : trim(line.substr(space + 1));
    if (key == "version") {
      if (!before.empty() ||
          std::find(kVersions.begin(), kVersions.end(), value) == kVersions.end()) {
        return std::nullopt;
      }
      before = "!";  // the others are sorted
      continue;
    }
    if (key <= before) {
      return std::nullopt;
    }
    before = key;
    if (key == "oid") {
      id = store::parse_foreign(value);
    } else if (key == "size") {
      size = parse_size(value);
    } else if (key.starts_with("ext-")) {
      pointer.has_extensions = true;
    } else {
      return std::nullopt;
    }
  }
  if (!id || id->hash != store::ForeignId::Hash::sha256 || id->kind != store::EntryKind::file ||
      !size) {
    return std::nullopt;
  }
  pointer.id = std::move(*id);
  pointer.bytes = *size;
  return pointer;
}

}  // namespace mlops::workspace
