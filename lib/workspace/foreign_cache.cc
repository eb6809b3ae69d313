#include "workspace/foreign_cache.h"

#include <algorithm>

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"
#include "os/file.h"

namespace mlops::workspace {

namespace {

constexpr std::size_t kPieceBytes = 1U << 20U;

/// As DVC guesses: no NUL, and at most three in ten of the first bytes are no text.
bool looks_like_text(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t kAsked = 512;
  bytes = bytes.first(std::min(bytes.size(), kAsked));
  const auto is_odd = [](std::uint8_t byte) {
    const bool is_space =
        byte == '\n' || byte == '\r' || byte == '\t' || byte == '\f' || byte == '\b';
    return !is_space && (byte < 0x20 || byte > 0x7E);
  };
  const auto odd = static_cast<std::size_t>(std::count_if(bytes.begin(), bytes.end(), is_odd));
  return std::find(bytes.begin(), bytes.end(), 0) == bytes.end() && odd * 10 <= bytes.size() * 3;
}

std::vector<std::uint8_t> dos2unix(std::span<const std::uint8_t> bytes) {
  std::vector<std::uint8_t> text;
  text.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool ends_line = bytes[i] == '\r' && i + 1 < bytes.size() && bytes[i + 1] == '\n';
    if (!ends_line) {
      text.push_back(bytes[i]);
    }
  }
  return text;
}

/// Where a cached file of this id may lie.
std::vector<std::string> places(const store::ForeignId& id) {
  const std::string front = id.digest.substr(0, 2);
  if (id.hash == store::ForeignId::Hash::sha256) {
    return {front + "/" + id.digest.substr(2, 2) + "/" + id.digest};
  }
  const std::string name =
      id.digest.substr(2) + (id.kind == store::EntryKind::directory ? ".dir" : "");
  return {"files/md5/" + front + "/" + name, front + "/" + name};
}

}  // namespace

void ForeignHasher::update(std::span<const std::uint8_t> bytes) {
  switch (hash_) {
    case store::ForeignId::Hash::sha256:
      sha256_.update(bytes);
      break;
    case store::ForeignId::Hash::md5:
      md5_.update(bytes);
      break;
    case store::ForeignId::Hash::md5_dos2unix:
      update_text(bytes);
      break;
  }
}

void ForeignHasher::update_text(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const std::size_t count = std::min(bytes.size(), kPieceBytes - piece_.size());
    piece_.insert(piece_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
    bytes = bytes.subspan(count);
    if (piece_.size() == kPieceBytes) {
      finish_piece();
    }
  }
}

void ForeignHasher::finish_piece() {
  const bool is_text = looks_like_text(piece_);
  is_text_ = is_text_.value_or(is_text);
  const std::vector<std::uint8_t> text = dos2unix(piece_);
  md5_.update(*is_text_ ? text : piece_);
  by_piece_.update(is_text ? text : piece_);
  piece_.clear();
}

bool ForeignHasher::matches(const store::ForeignId& id) {
  if (hash_ == store::ForeignId::Hash::sha256) {
    return to_hex(sha256_.finish()) == id.digest;
  }
  if (!piece_.empty()) {
    finish_piece();
  }
  const bool is_whole = to_hex(md5_.finish()) == id.digest;
  const bool is_by_piece =
      hash_ == store::ForeignId::Hash::md5_dos2unix && to_hex(by_piece_.finish()) == id.digest;
  return is_whole || is_by_piece;
}

ForeignCache::ForeignCache(const std::vector<std::filesystem::path>& directories) {
  for (const std::filesystem::path& directory : directories) {
    std::error_code absent;
    if (std::filesystem::is_directory(directory, absent)) {
      directories_.push_back(os::Beneath::open(directory));
    }
  }
}

std::vector<ForeignCache::Found> ForeignCache::find(const store::ForeignId& id) const {
  std::vector<Found> found;
  for (const os::Beneath& directory : directories_) {
    for (const std::string& place : places(id)) {
      if (directory.lstat(place)) {
        found.push_back({directory.path() / place, directory.open_file(place)});
      }
    }
  }
  return found;
}

bool ForeignCache::has(const store::ForeignId& id) const {
  return std::any_of(directories_.begin(), directories_.end(), [&](const os::Beneath& directory) {
    const auto names = places(id);
    return std::any_of(names.begin(), names.end(), [&](const std::string& place) {
      const auto stat = directory.lstat(place);
      return stat && stat->kind == os::FileKind::regular;
    });
  });
}

std::uint64_t ForeignCache::size_of(const store::ForeignId& id) const {
  for (const os::Beneath& directory : directories_) {
    for (const std::string& place : places(id)) {
      try {
        const auto stat = directory.lstat(place);
        if (stat && stat->kind == os::FileKind::regular) {
          return stat->size;
        }
      } catch (const Error& error) {
        // A link on the way: whoever wants the bytes hears of it.
        if (error.kind() != ErrorKind::conflict && error.kind() != ErrorKind::io) {
          throw;
        }
      }
    }
  }
  return 0;
}

}  // namespace mlops::workspace
