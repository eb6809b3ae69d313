#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codec/bytes.h"
#include "codec/sha256.h"
#include "store/id.h"
#include "store/pack_format.h"

/// What a remote's objects hold (all integers little-endian; mlops-remote(7), "Objects"):
///
///   format  = "mlops-remote 1\n" "id " hex(remote-id) "\n", then maybe "read …\n", "write …\n"
///   head    = magic[10] u16 version, u32 read-flags, u32 write-flags, remote-id[16], u64 number,
///             previous[32], nonce[16], varint n, (state[32], varint size)*n,
///             varint n, (session[16], u64 opened)*n
///   state   = magic[10] u16 version, u32 read-flags, u32 write-flags, record*
///   record  = u8 kind, then by kind:
///             1 pack that is live       session[16], name[32], varint size
///             2 pack that is trash      session[16], name[32]
///             3 pack that is gone       session[16], name[32]
///             4 index that is live      name[32], varint size
///             5 index that is trash     name[32]
///             6 index that is gone      name[32]
///             7 root                    id[32], varint n, its n bytes, varint n, data set (n
///             bytes) 8 root that is released   id[32] 9 session that is trash   session[16]
///            10 session that is gone    session[16]
///
/// Everything here reads bytes that nobody trusts: bounded, Error{corrupt} names object and offset,
/// Error{config} a version or a mandatory flag that this program does not know.
namespace mlops::remote {

using codec::Bytes;
using Digest = codec::Digest;
using RemoteId = std::array<std::uint8_t, 16>;

constexpr std::size_t kMaxHeadBytes = 8192;
constexpr std::size_t kMaxFormatBytes = 4096;
constexpr std::size_t kMaxStateBytes = 16U << 20U;
constexpr std::size_t kMaxStates = 48;
constexpr std::size_t kMaxSessions = 192;
constexpr std::size_t kMaxRootBytes = 4096;
constexpr std::size_t kMaxDataSetBytes = 4096;
constexpr std::uint64_t kMaxHeadNumber = 999'999'999'999;

/// A push from the head that opens it to the head that ends it; random, so that what it uploads
/// never has a name that something had before.
struct SessionId {
  std::array<std::uint8_t, 16> bytes{};
  // NOLINTNEXTLINE(modernize-use-nullptr): it takes the hidden 0 of a comparison for a pointer
  friend auto operator<=>(const SessionId&, const SessionId&) = default;
  std::string hex() const;
};

struct Format {
  RemoteId id{};
  enum class Access { read_write, read_only } access = Access::read_write;
};
std::string encode_format(const RemoteId& id);
/// `where` is for messages, here and below.
Format decode_format(std::span<const std::uint8_t> bytes, const std::string& where);

struct StateRef {
  Digest name{};
  std::uint64_t size = 0;
  friend bool operator==(const StateRef&, const StateRef&) = default;
};
struct OpenSession {
  SessionId id;
  std::uint64_t opened = 0;  ///< seconds since the epoch: only says when to fence
  friend bool operator==(const OpenSession&, const OpenSession&) = default;
};
struct Head {
  RemoteId remote{};
  std::uint64_t number = 0;
  Digest previous{};                     ///< of the bytes of the head before; zero in the first
  std::array<std::uint8_t, 16> nonce{};  ///< so that no two writers write the same head
  std::vector<StateRef> states;          ///< applied in this order
  std::vector<OpenSession> sessions;
  Format::Access access = Format::Access::read_write;
  const OpenSession* find_session(const SessionId& id) const;
};
/// Error{conflict} when there are too many sessions.
Bytes encode_head(const Head& head);
Head decode_head(std::span<const std::uint8_t> bytes, const std::string& where);

struct PackRef {
  SessionId session;
  store::PackName name{};
  // NOLINTNEXTLINE(modernize-use-nullptr): as above
  friend auto operator<=>(const PackRef&, const PackRef&) = default;
};
struct Record {
  enum class Kind : std::uint8_t {
    pack_live = 1,
    pack_trash = 2,
    pack_gone = 3,
    index_live = 4,
    index_trash = 5,
    index_gone = 6,
    root = 7,
    root_released = 8,
    session_trash = 9,
    session_gone = 10,
  };
  Kind kind = Kind::pack_live;
  SessionId session;
  Digest name{};           ///< of a pack, an index, or the id of a root
  std::uint64_t size = 0;  ///< of a live pack or index
  Bytes root{};            ///< as a store has it
  std::string data_set{};  ///< the path under which the root was pushed; may be empty
  friend bool operator==(const Record&, const Record&) = default;
};
Bytes encode_state(std::span<const Record> records);
std::vector<Record> decode_state(std::span<const std::uint8_t> bytes, const std::string& where);

std::string head_key(std::uint64_t number);
/// 0 for what is no head's key.
std::uint64_t head_number(std::string_view key);
std::string state_key(const Digest& name);
std::string index_key(const Digest& name);
std::string pack_key(const PackRef& pack);
std::string session_prefix(const SessionId& session);
inline constexpr std::string_view kFormatKey = "format";
inline constexpr std::string_view kHeadPrefix = "head/";

}  // namespace mlops::remote
