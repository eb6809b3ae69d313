#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "codec/md5.h"
#include "codec/sha256.h"
#include "os/beneath.h"
#include "store/foreign.h"

namespace mlops::workspace {

/// Computes what the other tool would name a file. One thread.
class ForeignHasher {
 public:
  explicit ForeignHasher(store::ForeignId::Hash hash) : hash_(hash) {}
  void update(std::span<const std::uint8_t> bytes);
  /// Whether all that came is the content of this id.
  bool matches(const store::ForeignId& id);

 private:
  void update_text(std::span<const std::uint8_t> bytes);
  void finish_piece();

  store::ForeignId::Hash hash_;
  codec::Md5 md5_;
  codec::Sha256 sha256_;
  // DVC before 3 takes files in pieces of 1 MiB, and CRLF in texts for LF. Whether it is a text, it
  // asked once for the file; DVC 3 asks for each piece.
  codec::Md5 by_piece_;
  std::vector<std::uint8_t> piece_;
  std::optional<bool> is_text_;
};

/// The files in which DVC or git-lfs keep their bytes, named by content and not to be believed.
class ForeignCache {
 public:
  /// Directories that need not exist: caches of DVC, or the objects of git-lfs.
  explicit ForeignCache(const std::vector<std::filesystem::path>& directories);

  struct Found {
    std::filesystem::path path;  ///< for messages
    os::Fd fd;
  };
  /// The files that may have the content, in the places of every layout. Links are not followed:
  /// Error{conflict}.
  std::vector<Found> find(const store::ForeignId& id) const;
  bool has(const store::ForeignId& id) const;
  /// Of the first such file, unopened; 0 when there is none.
  std::uint64_t size_of(const store::ForeignId& id) const;

 private:
  std::vector<os::Beneath> directories_;
};

}  // namespace mlops::workspace
