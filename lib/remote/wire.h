#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "codec/sha256.h"
#include "remote/transport.h"

/// What `mlops serve` and who asks it say to each other through a pipe (mlops-remote(7), "Through
/// ssh"; all integers little-endian). The server greets with a line, then gives each request one
/// answer, in their order:
///
///   message = u32 length, head of that length, body of as many bytes as the head says
///   request = u8 verb, u16 n, key[n], u16 n, after[n], u64 first, u64 second, u64 body-bytes,
///             sha256-of-body[32]
///   answer  = u8 state, u64 value, u64 body-bytes, u8 n, kind[n], u16 n, message[n], u16 n,
///   hint[n] listing = (u16 n, key[n], u64 size)*
///
/// Decoding trusts nobody: bounded, Error{corrupt} names message and offset.
namespace mlops::remote {

constexpr std::string_view kWireGreeting = "mlops-serve 1";
constexpr std::size_t kMaxWireHeadBytes = 16U << 10U;
constexpr std::uint64_t kMaxWireBodyBytes = 256U << 20U;
/// What a listing may ask for at once, so that it fits into a body.
constexpr std::size_t kMaxWireObjects = 10'000;

enum class WireVerb : std::uint8_t {
  get = 1,
  get_range,
  put,
  put_if_absent,
  list,
  size,
  remove,
  clock
};

struct WireRequest {
  WireVerb verb = WireVerb::get;
  std::string key{};         ///< or the directory of a listing
  std::string after{};       ///< of a listing
  std::uint64_t first = 0;   ///< most bytes of get, offset of a range, most objects of a listing
  std::uint64_t second = 0;  ///< length of a range
  std::uint64_t body_bytes = 0;
  codec::Digest body_hash{};  ///< of what is put
  friend bool operator==(const WireRequest&, const WireRequest&) = default;
};

struct WireAnswer {
  enum class State : std::uint8_t { done = 1, absent, exists, unknown, failed };
  State state = State::done;
  std::uint64_t value = 0;  ///< a size, the clock
  std::uint64_t body_bytes = 0;
  ErrorKind kind = ErrorKind::network;  ///< of a failure, as are the texts
  std::string message{};
  std::string hint{};
  friend bool operator==(const WireAnswer&, const WireAnswer&) = default;
};

/// Heads, without their length. Texts that are too long are cut.
Bytes encode_request(const WireRequest& request);
WireRequest decode_request(std::span<const std::uint8_t> head);
Bytes encode_answer(const WireAnswer& answer);
WireAnswer decode_answer(std::span<const std::uint8_t> head);
Bytes encode_listing(const std::vector<Transport::Object>& objects);
std::vector<Transport::Object> decode_listing(std::span<const std::uint8_t> body);

/// One end of a connection. One thread.
class WireStream {
 public:
  virtual ~WireStream() = default;
  /// All of it. Error{network} when the other end is gone.
  virtual void write(std::span<const std::uint8_t> bytes) = 0;
  /// Fills `bytes`. False when the other end closed before the first one, Error{network} when it
  /// did so later.
  virtual bool read(std::span<std::uint8_t> bytes) = 0;
};

void write_message(WireStream& stream,
                   std::span<const std::uint8_t> head,
                   std::span<const std::uint8_t> body);
/// Nothing when the other end closed instead. Error{corrupt} for a head that is too long.
std::optional<Bytes> read_head(WireStream& stream);
/// Error{corrupt} for more than kMaxWireBodyBytes, Error{network} when it is cut.
Bytes read_body(WireStream& stream, std::uint64_t size);

}  // namespace mlops::remote
