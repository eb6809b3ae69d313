#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codec/bytes.h"

namespace mlops::remote {

using codec::Bytes;

/// Where a remote keeps its objects: all that the protocol (mlops-remote(7)) asks of a directory, a
/// server or a bucket. Keys are "part/part/part" of [a-z0-9]. An object appears whole or not at
/// all, and durable. Errors: Error{io} of a disk, Error{network} of a server, Error{config} for
/// access that is refused. Any thread.
class Transport {
 public:
  virtual ~Transport() = default;
  /// For messages: where it is, without secrets.
  virtual std::string describe() const = 0;

  /// The whole object; nothing when there is none. Error{corrupt} for more than `max_bytes`.
  virtual std::optional<Bytes> get(std::string_view key, std::uint64_t max_bytes) = 0;
  /// Exactly `length` bytes from `offset`; nothing when there is no such object. Error{corrupt}
  /// when it ends before.
  virtual std::optional<Bytes> get_range(std::string_view key,
                                         std::uint64_t offset,
                                         std::uint64_t length) = 0;
  /// An object that nobody else writes with other bytes, as its name is their digest or the
  /// writer's own.
  virtual void put(std::string_view key, std::span<const std::uint8_t> bytes) = 0;
  /// The compare-and-swap: of all that ever try, one stores. `unknown`: stored or not; whoever
  /// asked must look.
  enum class Put { stored, exists, unknown };
  virtual Put put_if_absent(std::string_view key, std::span<const std::uint8_t> bytes) = 0;

  struct Object {
    std::string key;
    std::uint64_t size = 0;
    friend bool operator==(const Object&, const Object&) = default;
  };
  /// Objects below the directory `prefix` ("head/"), of these the first `most` whose keys come
  /// after `start_after`, sorted by bytes. What is no object of a protocol's name is left out.
  virtual std::vector<Object> list(std::string_view prefix,
                                   std::string_view start_after,
                                   std::size_t most) = 0;
  /// Nothing when there is none.
  virtual std::optional<std::uint64_t> size(std::string_view key) = 0;
  /// False when there was none.
  virtual bool remove(std::string_view key) = 0;
  /// What the clock there says, in seconds since the epoch. Nothing is decided by it but when a
  /// push that does not end counts as dead.
  virtual std::int64_t clock() = 0;
};

/// Parts of lower-case letters and digits, one slash between each two; at most 4 of at most 64.
bool is_key(std::string_view key);

}  // namespace mlops::remote
