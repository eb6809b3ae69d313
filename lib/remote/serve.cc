#include "remote/serve.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace mlops::remote {

namespace {

struct Reply {
  WireAnswer answer{};
  Bytes body{};
};

Reply reply_of(std::optional<Bytes> bytes) {
  if (!bytes) {
    return {.answer = {.state = WireAnswer::State::absent}};
  }
  return {.body = std::move(*bytes)};
}

Reply reply_of(Transport::Put put) {
  switch (put) {
    case Transport::Put::stored:
      return {};
    case Transport::Put::exists:
      return {.answer = {.state = WireAnswer::State::exists}};
    case Transport::Put::unknown:
      break;
  }
  return {.answer = {.state = WireAnswer::State::unknown}};
}

class Server {
 public:
  Server(const std::function<std::unique_ptr<Transport>()>& open, ServeMode mode)
      : open_(open), mode_(mode) {}

  Reply reply(const WireRequest& request, std::span<const std::uint8_t> body) {
    try {
      if (!transport_) {
        transport_ = open_();
      }
      return perform(request, body);
    } catch (const Error& error) {
      return {.answer = {.state = WireAnswer::State::failed,
                         .kind = error.kind(),
                         .message = error.message(),
                         .hint = error.hint()}};
    }
  }

 private:
  Reply perform(const WireRequest& request, std::span<const std::uint8_t> body);
  void put(const std::string& key, std::span<const std::uint8_t> body);
  void put_new(const std::string& key, std::span<const std::uint8_t> body);
  bool remove(const std::string& key);

  const std::function<std::unique_ptr<Transport>()>& open_;
  ServeMode mode_;
  std::unique_ptr<Transport> transport_;
};

void check_request(const WireRequest& request, std::span<const std::uint8_t> body) {
  const bool has_key = request.verb != WireVerb::clock;
  const std::string_view key = request.key;
  if (has_key && !is_key(key.substr(0, key.size() - (key.ends_with('/') ? 1 : 0)))) {
    throw Error(ErrorKind::corrupt, quote(request.key) + " is no key of a remote");
  }
  const bool is_put = request.verb == WireVerb::put || request.verb == WireVerb::put_if_absent;
  if (is_put && codec::sha256(body) != request.body_hash) {
    throw Error(ErrorKind::network,
                "what arrived of " + quote(request.key) + " is not what was sent");
  }
}

Reply Server::perform(const WireRequest& request, std::span<const std::uint8_t> body) {
  check_request(request, body);
  switch (request.verb) {
    case WireVerb::get:
      return reply_of(transport_->get(request.key, std::min(request.first, kMaxWireBodyBytes)));
    case WireVerb::get_range:
      if (request.second > kMaxWireBodyBytes) {
        throw Error(
            ErrorKind::corrupt,
            fmt::format("a range of {} bytes is more than a body may have", request.second));
      }
      return reply_of(transport_->get_range(request.key, request.first, request.second));
    case WireVerb::put:
      put(request.key, body);
      return {};
    case WireVerb::put_if_absent:
      return reply_of(transport_->put_if_absent(request.key, body));
    case WireVerb::list: {
      const std::size_t most =
          static_cast<std::size_t>(std::min<std::uint64_t>(request.first, kMaxWireObjects));
      return {.body = encode_listing(transport_->list(request.key, request.after, most))};
    }
    case WireVerb::size: {
      const auto size = transport_->size(request.key);
      return size ? Reply{.answer = {.value = *size}} : reply_of(std::nullopt);
    }
    case WireVerb::remove:
      return remove(request.key) ? Reply{} : reply_of(std::nullopt);
    case WireVerb::clock:
      return {.answer = {.value = static_cast<std::uint64_t>(transport_->clock())}};
  }
  throw Error(ErrorKind::internal, "a verb without an answer");
}

void Server::put(const std::string& key, std::span<const std::uint8_t> body) {
  if (mode_ == ServeMode::full) {
    transport_->put(key, body);
  } else {
    put_new(key, body);
  }
}

/// A push that is repeated puts the same bytes again.
void Server::put_new(const std::string& key, std::span<const std::uint8_t> body) {
  if (transport_->put_if_absent(key, body) == Transport::Put::stored) {
    return;
  }
  const bool is_same_size = transport_->size(key) == body.size();
  const auto there = is_same_size ? transport_->get(key, body.size()) : std::nullopt;
  if (!there || !std::equal(there->begin(), there->end(), body.begin(), body.end())) {
    throw Error(ErrorKind::config,
                "this account may only add, and " + quote(key) + " is there with other bytes");
  }
}

bool Server::remove(const std::string& key) {
  if (mode_ == ServeMode::append_only) {
    throw Error(ErrorKind::config, "this account may only add, and not remove " + quote(key));
  }
  return transport_->remove(key);
}

}  // namespace

void serve(WireStream& stream,
           const std::function<std::unique_ptr<Transport>()>& open,
           ServeMode mode) {
  stream.write(codec::as_bytes(fmt::format("{}\n", kWireGreeting)));
  Server server(open, mode);
  while (const auto head = read_head(stream)) {
    const WireRequest request = decode_request(*head);
    const Bytes body = read_body(stream, request.body_bytes);
    Reply reply = server.reply(request, body);
    reply.answer.body_bytes = reply.body.size();
    write_message(stream, encode_answer(reply.answer), reply.body);
  }
}

}  // namespace mlops::remote
