#include "remote/wire.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "remote/serve.h"
#include "support/memory_transport.h"

namespace mlops::remote {
namespace {

/// What one end wrote, for the other one to read.
class BytesStream final : public WireStream {
 public:
  explicit BytesStream(Bytes input = {}) : input_(std::move(input)) {}
  void write(std::span<const std::uint8_t> bytes) override {
    written.insert(written.end(), bytes.begin(), bytes.end());
  }
  bool read(std::span<std::uint8_t> bytes) override {
    const std::size_t left = input_.size() - at_;
    if (left < bytes.size()) {
      if (left == 0) {
        return false;
      }
      throw Error(ErrorKind::network, "cut");
    }
    std::copy_n(input_.begin() + static_cast<std::ptrdiff_t>(at_), bytes.size(), bytes.begin());
    at_ += bytes.size();
    return true;
  }
  Bytes written;

 private:
  Bytes input_;
  std::size_t at_ = 0;
};

WireRequest put_request(std::span<const std::uint8_t> body, WireVerb verb = WireVerb::put) {
  return {.verb = verb,
          .key = "packs/a/b",
          .body_bytes = body.size(),
          .body_hash = codec::sha256(body)};
}

/// The bytes of a client that asks this and closes.
Bytes asked(const std::vector<std::pair<WireRequest, Bytes>>& requests) {
  BytesStream stream;
  for (const auto& [request, body] : requests) {
    write_message(stream, encode_request(request), body);
  }
  return stream.written;
}

struct Answered {
  WireAnswer answer;
  Bytes body;
};

std::vector<Answered> serve_all(const std::shared_ptr<test::MemoryServer>& server,
                                Bytes input,
                                ServeMode mode = ServeMode::full) {
  BytesStream stream(std::move(input));
  serve(
      stream, [&] { return std::make_unique<test::MemoryTransport>(server); }, mode);
  const std::string greeting = std::string(kWireGreeting) + "\n";
  REQUIRE(codec::as_text(stream.written).starts_with(greeting));
  stream.written.erase(stream.written.begin(),
                       stream.written.begin() + static_cast<std::ptrdiff_t>(greeting.size()));
  BytesStream answers(stream.written);
  std::vector<Answered> all;
  while (const auto head = read_head(answers)) {
    Answered one{decode_answer(*head), {}};
    one.body = read_body(answers, one.answer.body_bytes);
    all.push_back(std::move(one));
  }
  return all;
}

using State = WireAnswer::State;

TEST_CASE("messages of the wire are read as they were written") {
  const Bytes body = {1, 2, 3};
  WireRequest request = put_request(body);
  request.after = "packs/a";
  request.first = 1;
  request.second = ~std::uint64_t{0};
  CHECK(decode_request(encode_request(request)) == request);
  const WireAnswer answer{.state = State::failed,
                          .value = 7,
                          .body_bytes = 9,
                          .kind = ErrorKind::conflict,
                          .message = "no",
                          .hint = "do"};
  CHECK(decode_answer(encode_answer(answer)) == answer);
  const std::vector<Transport::Object> objects{{"head/1", 0}, {"head/2", 8192}};
  CHECK(decode_listing(encode_listing(objects)) == objects);
}

TEST_CASE("what is no message of the wire is refused") {
  const auto is_refused = [](const auto& decode) {
    try {
      decode();
    } catch (const Error& error) {
      return error.kind() == ErrorKind::corrupt;
    }
    return false;
  };
  const Bytes request = encode_request(put_request({}));
  const Bytes answer = encode_answer({.message = "a", .hint = "b"});
  for (std::size_t size = 0; size < request.size(); ++size) {
    CHECK(is_refused([&] { decode_request(std::span(request).first(size)); }));
  }
  for (std::size_t size = 0; size < answer.size(); ++size) {
    CHECK(is_refused([&] { decode_answer(std::span(answer).first(size)); }));
  }
  for (const int verb : {0, 9, 255}) {
    Bytes wrong = request;
    wrong[0] = static_cast<std::uint8_t>(verb);
    CHECK(is_refused([&] { decode_request(wrong); }));
  }
  WireRequest large;
  large.body_bytes = kMaxWireBodyBytes + 1;
  CHECK(is_refused([&] { decode_request(encode_request(large)); }));
  CHECK(is_refused([&] { decode_listing(encode_listing({{"b", 1}, {"a", 1}})); }));
  CHECK(is_refused([&] { decode_listing(encode_listing({{"../a", 1}})); }));
  BytesStream long_head({0xff, 0xff, 0xff, 0x7f});
  CHECK(is_refused([&] { read_head(long_head); }));
}

TEST_CASE("each request has one answer, a refused one too") {
  const auto server = std::make_shared<test::MemoryServer>();
  const Bytes body = {1, 2, 3};
  WireRequest damaged = put_request(body);
  damaged.key = "packs/c/d";
  damaged.body_hash[0] ^= 1;
  const auto all = serve_all(
      server,
      asked({{put_request(body), body},
             {{.verb = WireVerb::get, .key = "packs/a/b", .first = 3}, {}},
             {{.verb = WireVerb::get, .key = "packs/a/b", .first = 2}, {}},
             {{.verb = WireVerb::get_range, .key = "packs/a/b", .first = 1, .second = 1}, {}},
             {{.verb = WireVerb::size, .key = "packs/a/b"}, {}},
             {{.verb = WireVerb::size, .key = "packs/a/c"}, {}},
             {damaged, body},
             {{.verb = WireVerb::get, .key = "../etc/passwd", .first = 9}, {}},
             {{.verb = WireVerb::list, .key = "packs/", .first = 9}, {}},
             {put_request(body, WireVerb::put_if_absent), body},
             {{.verb = WireVerb::remove, .key = "packs/a/b"}, {}},
             {{.verb = WireVerb::remove, .key = "packs/a/b"}, {}}}));
  REQUIRE(all.size() == 12);
  CHECK(all[0].answer.state == State::done);
  CHECK(all[1].body == body);
  CHECK(all[2].answer.state == State::failed);
  CHECK(all[2].answer.kind == ErrorKind::corrupt);
  CHECK(all[3].body == Bytes{2});
  CHECK(all[4].answer.value == 3);
  CHECK(all[5].answer.state == State::absent);
  CHECK(all[6].answer.kind == ErrorKind::network);
  CHECK(all[7].answer.kind == ErrorKind::corrupt);
  CHECK(decode_listing(all[8].body) == std::vector<Transport::Object>{{"packs/a/b", 3}});
  CHECK(all[9].answer.state == State::exists);
  CHECK(all[10].answer.state == State::done);
  CHECK(all[11].answer.state == State::absent);
  CHECK(server->objects.empty());
}

TEST_CASE("who may only add replaces and removes nothing, and may repeat") {
  const auto server = std::make_shared<test::MemoryServer>();
  const Bytes body = {1, 2, 3};
  const Bytes longer = {1, 2, 3, 4};
  const Bytes other = {1, 2, 4};
  const auto all = serve_all(server,
                             asked({{put_request(body), body},
                                    {put_request(body), body},
                                    {put_request(other), other},
                                    {put_request(longer), longer},
                                    {put_request({}), {}},
                                    {{.verb = WireVerb::remove, .key = "packs/a/b"}, {}},
                                    {{.verb = WireVerb::get, .key = "packs/a/b", .first = 9}, {}}}),
                             ServeMode::append_only);
  REQUIRE(all.size() == 7);
  CHECK(all[0].answer.state == State::done);
  CHECK(all[1].answer.state == State::done);
  for (std::size_t i = 2; i < 6; ++i) {
    INFO(i);
    CHECK(all[i].answer.state == State::failed);
    CHECK(all[i].answer.kind == ErrorKind::config);
  }
  CHECK(all[6].body == body);
}

TEST_CASE("a request that is cut at any byte changes nothing") {
  const Bytes body = {1, 2, 3};
  const Bytes whole = asked({{put_request(body), body}});
  for (std::size_t size = 1; size < whole.size(); ++size) {
    INFO("cut at " << size);
    const auto server = std::make_shared<test::MemoryServer>();
    BytesStream stream(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
    CHECK_THROWS_AS(serve(
                        stream,
                        [&] { return std::make_unique<test::MemoryTransport>(server); },
                        ServeMode::full),
                    Error);
    CHECK(server->objects.empty());
  }
}

TEST_CASE("a directory that cannot be opened is the answer to each request") {
  BytesStream stream(asked({{{.verb = WireVerb::clock}, {}}, {{.verb = WireVerb::clock}, {}}}));
  serve(
      stream,
      []() -> std::unique_ptr<Transport> { throw Error(ErrorKind::io, "no disk", "mount it"); },
      ServeMode::full);
  BytesStream answers(
      Bytes(stream.written.begin() + kWireGreeting.size() + 1, stream.written.end()));
  for (int i = 0; i < 2; ++i) {
    const auto head = read_head(answers);
    REQUIRE(head);
    const WireAnswer answer = decode_answer(*head);
    CHECK(answer.kind == ErrorKind::io);
    CHECK(answer.message == "no disk");
    CHECK(answer.hint == "mount it");
  }
  CHECK_FALSE(read_head(answers));
}

}  // namespace
}  // namespace mlops::remote
