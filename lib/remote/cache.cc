#include "remote/cache.h"

#include <charconv>

#include <fmt/format.h>

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"
#include "os/file.h"

namespace mlops::remote {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSeenLine = "mlops-remote-seen 1";
constexpr std::uint64_t kMaxSeenBytes = 16384;

void write_file(const fs::path& file, std::span<const std::uint8_t> bytes) {
  os::make_directories(file.parent_path());
  os::write_file_atomic(file, codec::as_text(bytes), os::Durability::relaxed);
}

bool is_regular(const fs::path& file) {
  const auto stat = os::lstat_file(file);
  return stat && stat->kind == os::FileKind::regular;
}

}  // namespace

std::optional<Bytes> Cache::find_state(const Digest& name) const {
  const fs::path file = directory_ / "state" / to_hex(name);
  if (!is_regular(file) || os::lstat_file(file)->size > kMaxStateBytes) {
    return std::nullopt;
  }
  const auto text = os::read_file_if_exists(file, kMaxStateBytes);
  if (!text || codec::sha256(codec::as_bytes(*text)) != name) {
    return std::nullopt;
  }
  return Bytes(text->begin(), text->end());
}

void Cache::put_state(const Digest& name, std::span<const std::uint8_t> bytes) const {
  write_file(directory_ / "state" / to_hex(name), bytes);
}

std::optional<fs::path> Cache::find_index(const Digest& name) const {
  fs::path file = directory_ / "index" / to_hex(name);
  return is_regular(file) ? std::optional(std::move(file)) : std::nullopt;
}

fs::path Cache::put_index(const Digest& name, std::span<const std::uint8_t> bytes) const {
  fs::path file = directory_ / "index" / to_hex(name);
  write_file(file, bytes);
  return file;
}

std::optional<SeenHead> Cache::find_seen() const {
  const fs::path file = directory_ / "seen";
  const auto text = is_regular(file) ? os::read_file_if_exists(file, kMaxSeenBytes) : std::nullopt;
  if (!text) {
    return std::nullopt;
  }
  constexpr std::size_t kLines = 6;
  const auto lines = split(*text, '\n');
  SeenHead seen;
  if (lines.size() != kLines || lines[0] != kSeenLine || !from_hex(lines[2], seen.remote) ||
      !from_hex(lines[4], seen.hash)) {
    return std::nullopt;
  }
  seen.place = lines[1];
  const char* const end = lines[3].data() + lines[3].size();
  const auto parsed = std::from_chars(lines[3].data(), end, seen.number);
  return parsed.ec == std::errc() && parsed.ptr == end ? std::optional(std::move(seen))
                                                       : std::nullopt;
}

void Cache::put_seen(const SeenHead& seen) const {
  const std::string text = fmt::format("{}\n{}\n{}\n{}\n{}\n",
                                       kSeenLine,
                                       seen.place,
                                       to_hex(seen.remote),
                                       seen.number,
                                       to_hex(seen.hash));
  write_file(directory_ / "seen", codec::as_bytes(text));
}

std::optional<Bytes> Cache::find_head() const {
  const fs::path file = directory_ / "head";
  const auto text = is_regular(file) && os::lstat_file(file)->size <= kMaxHeadBytes
                        ? os::read_file_if_exists(file, kMaxHeadBytes)
                        : std::nullopt;
  return text ? std::optional(Bytes(text->begin(), text->end())) : std::nullopt;
}

void Cache::put_head(std::span<const std::uint8_t> bytes) const {
  write_file(directory_ / "head", bytes);
}

os::FileLock Cache::hold_session(const SessionId& id) const {
  const fs::path file = directory_ / "sessions" / id.hex();
  os::make_directories(file.parent_path());
  auto lock = os::FileLock::try_acquire(file, os::LockMode::exclusive);
  if (!lock) {
    throw Error(ErrorKind::internal, "the lock of a new session is held already");
  }
  return std::move(*lock);
}

std::vector<SessionId> Cache::find_dead_sessions() const {
  const fs::path directory = directory_ / "sessions";
  std::vector<SessionId> dead;
  if (!os::lstat_file(directory)) {
    return dead;
  }
  for (const std::string& name : os::list_directory(directory)) {
    SessionId id;
    if (from_hex(name, id.bytes) &&
        os::FileLock::try_acquire(directory / name, os::LockMode::exclusive)) {
      dead.push_back(id);
    }
  }
  return dead;
}

void Cache::forget_session(const SessionId& id) const {
  os::FileLock::remove_free(directory_ / "sessions" / id.hex());
}

}  // namespace mlops::remote
