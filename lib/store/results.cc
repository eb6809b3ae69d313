#include "store/results.h"

#include "base/error.h"
#include "codec/bytes.h"
#include "codec/sha256.h"
#include "os/file.h"

namespace mlops::store {

namespace {

constexpr std::string_view kResultMagic = "mlops result 1\n";
constexpr std::size_t kMaxValueBytes = 16U << 20U;
constexpr std::size_t kResultDigestBytes = 32;
constexpr std::size_t kFrontBytes = kResultMagic.size() + kResultDigestBytes;

/// Over key and value, so that a file under another key's name is a miss as well.
codec::Digest digest_of(const ObjectId& key, std::string_view value) {
  codec::Sha256 hasher;
  hasher.update(key.bytes);
  hasher.update(codec::as_bytes(value));
  return hasher.finish();
}

}  // namespace

fs::path Results::path_of(const ObjectId& key) const {
  const std::string name = key.hex();
  return layout_.results() / name.substr(0, 2) / name;
}

std::optional<std::string> Results::find(const ObjectId& key) const {
  const fs::path path = path_of(key);
  const auto stat = os::lstat_file(path);
  if (!stat || stat->kind != os::FileKind::regular || stat->size < kFrontBytes ||
      stat->size > kFrontBytes + kMaxValueBytes) {
    return std::nullopt;
  }
  auto text = os::read_file_if_exists(path, kFrontBytes + kMaxValueBytes);
  if (!text || !text->starts_with(kResultMagic) || text->size() < kFrontBytes) {
    return std::nullopt;
  }
  const std::string_view digest =
      std::string_view(*text).substr(kResultMagic.size(), kResultDigestBytes);
  const std::string_view value = std::string_view(*text).substr(kFrontBytes);
  if (codec::as_text(digest_of(key, value)) != digest) {
    return std::nullopt;
  }
  return text->substr(kFrontBytes);
}

void Results::put(const ObjectId& key, std::string_view value) {
  if (value.size() > kMaxValueBytes) {
    throw Error(ErrorKind::internal, "a cached result is larger than 16 MiB");
  }
  const fs::path path = path_of(key);
  os::make_directories(path.parent_path());
  std::string text(kResultMagic);
  text += codec::as_text(digest_of(key, value));
  text += value;
  // Not synced: a result that a power cut tears is a miss.
  os::write_file_atomic(path, text, os::Durability::relaxed);
}

std::vector<CachedResult> Results::list() const {
  std::vector<CachedResult> entries;
  for (const std::string& front : os::list_directory(layout_.results())) {
    const auto directory = os::lstat_file(layout_.results() / front);
    if (!directory || directory->kind != os::FileKind::directory) {
      continue;
    }
    for (const std::string& name : os::list_directory(layout_.results() / front)) {
      const auto key = ObjectId::parse(name);
      const auto stat =
          key && name.starts_with(front) ? os::lstat_file(path_of(*key)) : std::nullopt;
      if (!stat || stat->kind != os::FileKind::regular) {
        continue;
      }
      CachedResult entry{*key, stat->mtime_ns, {}, false};
      if (const auto value = find(*key)) {
        entry.roots = find_roots_in(*value);
        entry.is_whole = true;
      }
      entries.push_back(std::move(entry));
    }
  }
  return entries;
}

void Results::remove(const ObjectId& key) {
  os::remove_file(path_of(key));
}

}  // namespace mlops::store
