#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "os/lock.h"
#include "remote/protocol.h"

namespace mlops::remote {

/// The last head of a remote that this clone has seen: it never goes back behind it.
struct SeenHead {
  std::string place;  ///< the remote's URL
  RemoteId remote{};
  std::uint64_t number = 0;
  Digest hash{};  ///< of the head's bytes
  friend bool operator==(const SeenHead&, const SeenHead&) = default;
};

/// What a clone keeps of one remote: states and indexes, which never change, and the last head.
/// May be deleted at any time, which forgets only that a remote went back. Any thread.
class Cache {
 public:
  /// The directory is made when something is put.
  explicit Cache(std::filesystem::path directory) : directory_(std::move(directory)) {}

  /// Nothing when it is not there, or is not what its name says.
  std::optional<Bytes> find_state(const Digest& name) const;
  void put_state(const Digest& name, std::span<const std::uint8_t> bytes) const;
  /// The file of an index that `put_index` wrote; nothing when there is none.
  std::optional<std::filesystem::path> find_index(const Digest& name) const;
  /// Returns the file.
  std::filesystem::path put_index(const Digest& name, std::span<const std::uint8_t> bytes) const;
  /// Nothing when nothing was seen, or it cannot be read.
  std::optional<SeenHead> find_seen() const;
  void put_seen(const SeenHead& seen) const;
  /// The bytes of the last head, if they are kept.
  std::optional<Bytes> find_head() const;
  void put_head(std::span<const std::uint8_t> bytes) const;

  /// A lock that says, while it is held, that the push of this session lives.
  os::FileLock hold_session(const SessionId& id) const;
  /// Sessions of which `hold_session` was asked, and whose pushes ended without `forget_session`.
  std::vector<SessionId> find_dead_sessions() const;
  void forget_session(const SessionId& id) const;

 private:
  std::filesystem::path directory_;
};

}  // namespace mlops::remote
