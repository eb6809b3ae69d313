#include "remote/wire.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace mlops::remote {

namespace {

using codec::ByteReader;
using codec::ByteWriter;

constexpr std::size_t kMaxKeyBytes = 512;
constexpr std::size_t kMaxTextBytes = 4096;

constexpr std::array kKinds = {ErrorKind::config,
                               ErrorKind::not_found,
                               ErrorKind::conflict,
                               ErrorKind::locked,
                               ErrorKind::corrupt,
                               ErrorKind::io,
                               ErrorKind::network,
                               ErrorKind::interrupted,
                               ErrorKind::internal};

void put_text(ByteWriter& out, std::string_view text, std::size_t most) {
  const std::string_view kept = text.substr(0, most);
  out.u16(static_cast<std::uint16_t>(kept.size()));
  out.put(codec::as_bytes(kept));
}

std::string take_text(ByteReader& in, std::size_t most) {
  const std::size_t size = in.u16();
  if (size > most) {
    in.fail(fmt::format("a text of {} bytes, more than {},", size, most));
  }
  return std::string(codec::as_text(in.take(size)));
}

std::uint64_t take_body_bytes(ByteReader& in) {
  const std::uint64_t size = in.u64();
  if (size > kMaxWireBodyBytes) {
    in.fail(fmt::format("a body of {} bytes, more than {},", size, kMaxWireBodyBytes));
  }
  return size;
}

/// Of one that this program does not know, that it is the remote's fault.
ErrorKind kind_named(std::string_view name) {
  const auto found = std::find_if(
      kKinds.begin(), kKinds.end(), [&](ErrorKind kind) { return to_string(kind) == name; });
  return found == kKinds.end() ? ErrorKind::network : *found;
}

}  // namespace

Bytes encode_request(const WireRequest& request) {
  ByteWriter out;
  out.u8(static_cast<std::uint8_t>(request.verb));
  put_text(out, request.key, kMaxKeyBytes);
  put_text(out, request.after, kMaxKeyBytes);
  out.u64(request.first);
  out.u64(request.second);
  out.u64(request.body_bytes);
  out.put(request.body_hash);
  return out.take();
}

WireRequest decode_request(std::span<const std::uint8_t> head) {
  ByteReader in(head, "request");
  WireRequest request;
  const std::uint8_t verb = in.u8();
  if (verb < static_cast<std::uint8_t>(WireVerb::get) ||
      verb > static_cast<std::uint8_t>(WireVerb::clock)) {
    in.fail(fmt::format("no verb has number {},", verb));
  }
  request.verb = static_cast<WireVerb>(verb);
  request.key = take_text(in, kMaxKeyBytes);
  request.after = take_text(in, kMaxKeyBytes);
  request.first = in.u64();
  request.second = in.u64();
  request.body_bytes = take_body_bytes(in);
  const auto hash = in.take(request.body_hash.size());
  std::copy(hash.begin(), hash.end(), request.body_hash.begin());
  in.expect_end();
  return request;
}

Bytes encode_answer(const WireAnswer& answer) {
  ByteWriter out;
  out.u8(static_cast<std::uint8_t>(answer.state));
  out.u64(answer.value);
  out.u64(answer.body_bytes);
  const std::string_view kind = to_string(answer.kind);
  out.u8(static_cast<std::uint8_t>(kind.size()));
  out.put(codec::as_bytes(kind));
  put_text(out, answer.message, kMaxTextBytes);
  put_text(out, answer.hint, kMaxTextBytes);
  return out.take();
}

WireAnswer decode_answer(std::span<const std::uint8_t> head) {
  ByteReader in(head, "answer");
  WireAnswer answer;
  const std::uint8_t state = in.u8();
  if (state < static_cast<std::uint8_t>(WireAnswer::State::done) ||
      state > static_cast<std::uint8_t>(WireAnswer::State::failed)) {
    in.fail(fmt::format("no state has number {},", state));
  }
  answer.state = static_cast<WireAnswer::State>(state);
  answer.value = in.u64();
  answer.body_bytes = take_body_bytes(in);
  answer.kind = kind_named(codec::as_text(in.take(in.u8())));
  answer.message = take_text(in, kMaxTextBytes);
  answer.hint = take_text(in, kMaxTextBytes);
  in.expect_end();
  return answer;
}

Bytes encode_listing(const std::vector<Transport::Object>& objects) {
  ByteWriter out;
  for (const Transport::Object& object : objects) {
    put_text(out, object.key, kMaxKeyBytes);
    out.u64(object.size);
  }
  return out.take();
}

std::vector<Transport::Object> decode_listing(std::span<const std::uint8_t> body) {
  ByteReader in(body, "listing");
  std::vector<Transport::Object> objects;
  while (!in.at_end()) {
    Transport::Object object;
    object.key = take_text(in, kMaxKeyBytes);
    object.size = in.u64();
    if (!is_key(object.key) || (!objects.empty() && object.key <= objects.back().key)) {
      in.fail("keys that are no keys, or not in their order,");
    }
    objects.push_back(std::move(object));
  }
  return objects;
}

void write_message(WireStream& stream,
                   std::span<const std::uint8_t> head,
                   std::span<const std::uint8_t> body) {
  ByteWriter out;
  out.u32(static_cast<std::uint32_t>(head.size()));
  out.put(head);
  stream.write(out.bytes());
  if (!body.empty()) {
    stream.write(body);
  }
}

std::optional<Bytes> read_head(WireStream& stream) {
  std::array<std::uint8_t, 4> length{};
  if (!stream.read(length)) {
    return std::nullopt;
  }
  const std::uint32_t size = ByteReader(length, "message").u32();
  if (size > kMaxWireHeadBytes) {
    throw Error(
        ErrorKind::corrupt,
        fmt::format("a message's head has {} bytes, more than {}", size, kMaxWireHeadBytes));
  }
  Bytes head(size);
  if (!head.empty() && !stream.read(head)) {
    throw Error(ErrorKind::network, "the connection was closed within a message");
  }
  return head;
}

Bytes read_body(WireStream& stream, std::uint64_t size) {
  if (size > kMaxWireBodyBytes) {
    throw Error(ErrorKind::corrupt,
                fmt::format("a body has {} bytes, more than {}", size, kMaxWireBodyBytes));
  }
  Bytes body(static_cast<std::size_t>(size));
  if (!body.empty() && !stream.read(body)) {
    throw Error(ErrorKind::network, "the connection was closed within a message");
  }
  return body;
}

}  // namespace mlops::remote
