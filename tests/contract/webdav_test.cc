// WebDAV against a server that goes wrong on purpose (tests/support/fake_webdav.py).
#include <algorithm>
#include <atomic>

#include <catch2/catch.hpp>

#include "contract/webdav_server.h"
#include "os/pool.h"

namespace mlops::remote {
namespace {

using test::content_of;
using test::Failure;
using test::failure_of;
using test::WebDavServer;

std::size_t count_of(const std::vector<std::string>& seen, std::string_view beginning) {
  return static_cast<std::size_t>(std::count_if(
      seen.begin(), seen.end(), [&](const auto& line) { return line.starts_with(beginning); }));
}

TEST_CASE("a WebDAV server that is busy is asked again", "[case-39]") {
  WebDavServer server;
  const auto transport = server.open();
  transport->put("packs/a/b", content_of("0123456789"));
  for (const char* kind : {"503", "429", "500", "drop"}) {
    INFO(kind);
    server.fail_next(kind, 2);
    CHECK(transport->get("packs/a/b", 10) == content_of("0123456789"));
    for (const char* method : {"PUT", "MOVE", "HEAD"}) {
      INFO(method);
      server.fail_next(kind, 1, method);
      CHECK_NOTHROW(transport->put("packs/c/d", content_of("x")));
      CHECK(transport->size("packs/c/d") == 1);
    }
  }
}

TEST_CASE("a move that is repeated is found to be done", "[case-38]") {
  WebDavServer server;
  const auto transport = server.open();
  for (const char* kind : {"drop-after", "500-after"}) {
    INFO(kind);
    server.fail_next(kind, 1, "MOVE");
    CHECK_NOTHROW(transport->put("packs/a/b", content_of(kind)));
    CHECK(transport->get("packs/a/b", 100) == content_of(kind));
    server.fail_next(kind, 1, "MKCOL");
    CHECK_NOTHROW(transport->put(std::string("state/") + (kind[0] == 'd' ? "a" : "b"), {}));
  }
}

TEST_CASE("what did not arrive whole is not moved to its place", "[case-38]") {
  WebDavServer server;
  const auto transport = server.open();
  server.fail_next("short", 1, "PUT");
  CHECK(failure_of([&] { transport->put("packs/a/b", content_of("0123")); }).kind ==
        ErrorKind::network);
  CHECK_FALSE(transport->size("packs/a/b"));
  server.fail_next("short", 1, "PUT");
  CHECK_THROWS_AS(transport->put_if_absent("head/000000000001", content_of("0123")), Error);
  CHECK_FALSE(transport->size("head/000000000001"));
}

TEST_CASE("of a slot whose answer is lost the outcome is unknown", "[case-38]") {
  for (const char* kind : {"drop-after", "500-after"}) {
    INFO(kind);
    WebDavServer server;
    const auto transport = server.open();
    server.fail_next(kind, 1, "MOVE");
    CHECK(transport->put_if_absent("head/000000000001", content_of("one")) ==
          Transport::Put::unknown);
    CHECK(transport->get("head/000000000001", 3) == content_of("one"));
    CHECK(transport->put_if_absent("head/000000000001", content_of("two")) ==
          Transport::Put::exists);
    // What was uploaded stays where its move may still come.
    CHECK(count_of(server.seen(), "DELETE") == 1);
  }
  // Refused before anything was done: the next try stores.
  WebDavServer server;
  const auto transport = server.open();
  server.fail_next("503", 1, "MOVE");
  CHECK(transport->put_if_absent("head/000000000002", content_of("one")) == Transport::Put::stored);
}

TEST_CASE("a server that looks first and moves then has one winner", "[case-45][case-46]") {
  WebDavServer server;
  for (int race = 0; race < 8; ++race) {
    const std::string key = "slot/r" + std::to_string(race);
    constexpr std::size_t kRunners = 4;
    std::atomic<int> stored = 0;
    std::atomic<std::size_t> winner = 0;
    os::ThreadPool pool(kRunners);
    pool.for_each(kRunners, [&](std::size_t i) {
      const Bytes bytes{static_cast<std::uint8_t>(i)};
      if (server.open()->put_if_absent(key, bytes) == Transport::Put::stored) {
        ++stored;
        winner = i;
      }
    });
    CHECK(stored == 1);
    CHECK(server.open()->get(key, 1) == Bytes{static_cast<std::uint8_t>(winner.load())});
  }
}

TEST_CASE("an object of put comes before one in a slot, and both go") {
  WebDavServer server;
  const auto transport = server.open();
  CHECK(transport->put_if_absent("head/000000000001", content_of("one")) == Transport::Put::stored);
  transport->put("head/000000000001", {});
  CHECK(transport->get("head/000000000001", 3) == Bytes());
  CHECK(transport->list("head/", "", 10) ==
        std::vector<Transport::Object>{{"head/000000000001", 0}});
  CHECK(transport->remove("head/000000000001"));
  CHECK_FALSE(transport->size("head/000000000001"));
  transport->put("head/000000000002", content_of("x"));
  CHECK(transport->put_if_absent("head/000000000002", content_of("y")) == Transport::Put::exists);
}

TEST_CASE("who may not is told so at once, and what the login was is not", "[case-39][case-62]") {
  WebDavServer server;
  const auto transport = server.open();
  for (const char* kind : {"403", "413", "405", "redirect"}) {
    INFO(kind);
    server.fail_next(kind, 1, "PUT");
    const auto before = count_of(server.seen(), "PUT");
    const Failure refused =
        failure_of([&] { transport->put("packs/a/b", content_of("0123456789")); });
    CHECK(refused.kind == ErrorKind::config);
    CHECK(refused.message.find("geheim") == std::string::npos);
    CHECK(count_of(server.seen(), "PUT") == before + 1);
  }
  server.fail_next("413", 1, "PUT");
  CHECK(failure_of([&] {
          transport->put("a", content_of("0123456789"));
        }).message.find("no file of 10 bytes; nginx: client_max_body_size") != std::string::npos);
  server.fail_next("507", 1, "PUT");
  CHECK(failure_of([&] { transport->put("a", content_of("x")); }).kind == ErrorKind::io);
}

TEST_CASE("a login is asked for once, when the server wants one", "[case-62]") {
  WebDavServer server;
  int asked = 0;
  const auto ask = [&]() -> std::optional<WebDavLogin> {
    ++asked;
    return WebDavServer::login();
  };
  const auto transport = server.open("dav/team a", std::nullopt, ask);
  CHECK_NOTHROW(transport->put("a", content_of("x")));
  CHECK(transport->get("a", 1) == content_of("x"));
  CHECK(asked == 1);
  // Before that, nothing of a login was sent.
  CHECK(server.seen().front().ends_with("auth=False"));

  int tried = 0;
  const auto wrong = server.open("dav/team a", std::nullopt, [&]() -> std::optional<WebDavLogin> {
    ++tried;
    return WebDavLogin{.user = "ada", .password = "falsch", .token = ""};
  });
  CHECK_THROWS_AS(wrong->get("a", 1), Error);
  CHECK_THROWS_AS(wrong->get("a", 1), Error);
  CHECK(tried == 1);

  const auto nobody = server.open("dav/team a", std::nullopt);
  const Failure wanted = failure_of([&] { nobody->get("a", 1); });
  CHECK(wanted.kind == ErrorKind::config);
  CHECK(wanted.message.find("wants a login") != std::string::npos);
  CHECK(wanted.message.find("machine 127.0.0.1 login") != std::string::npos);
  const auto other =
      server.open("dav/team a", WebDavLogin{.user = "ada", .password = "falsch", .token = ""});
  const auto before = server.seen().size();
  const Failure refused = failure_of([&] { other->get("a", 1); });
  CHECK(refused.message.find("refuses this login") != std::string::npos);
  CHECK(refused.message.find("falsch") == std::string::npos);
  CHECK(server.seen().size() == before + 1);
}

TEST_CASE("a redirect of a WebDAV server is not followed", "[case-40]") {
  WebDavServer server;
  const auto transport = server.open();
  for (const char* method : {"GET", "PROPFIND"}) {
    INFO(method);
    server.fail_next("redirect", 1, method);
    const Failure refused = failure_of([&] {
      transport->get("packs/a/b", 10);
      transport->list("head/", "", 10);
    });
    CHECK(refused.kind == ErrorKind::config);
    CHECK(refused.message.find("not followed") != std::string::npos);
  }
}

TEST_CASE("what is no listing is none", "[case-25][case-41][case-43]") {
  WebDavServer server;
  const auto transport = server.open();
  transport->put("head/000000000001", content_of("0123456789"));
  transport->put("head/000000000002", content_of("x"));
  for (const char* kind : {"html", "bomb", "empty", "foreign", "deeper", "twice", "torn"}) {
    INFO(kind);
    server.fail_next(kind, 1, "PROPFIND");
    CHECK(failure_of([&] { transport->list("head/", "", 10); }).kind == ErrorKind::corrupt);
  }
  for (const char* kind : {"other-range", "html"}) {
    INFO(kind);
    server.fail_next(kind, 1, "GET");
    CHECK_FALSE(failure_of([&] { transport->get_range("head/000000000001", 2, 4); }).kind ==
                ErrorKind::internal);
  }
  // The whole for a part.
  server.fail_next("no-range", 1, "GET");
  CHECK_THROWS_AS(transport->get_range("head/000000000001", 2, 4), Error);
  server.fail_next("cut", 1, "GET");
  CHECK(transport->get("head/000000000001", 10) == content_of("0123456789"));
  server.fail_next("cut", 1, "PROPFIND");
  CHECK(transport->list("head/", "", 10).size() == 2);
}

TEST_CASE("a directory of WebDAV that is not there is no empty one", "[case-43]") {
  WebDavServer server;
  const auto transport = server.open("dav/absent");
  CHECK(failure_of([&] { transport->get("format", 10); }).kind == ErrorKind::config);
  CHECK(failure_of([&] { transport->list("head/", "", 10); }).kind == ErrorKind::config);
  CHECK(failure_of([&] { transport->put("packs/a/b", {}); }).kind == ErrorKind::config);
  CHECK(failure_of([&] { transport->remove("packs/a/b"); }).kind == ErrorKind::config);
  server.open()->put("file", content_of("x"));
  CHECK(failure_of([&] {
          server.open("dav/team a/file")->get("format", 10);
        }).message.find("is no directory") != std::string::npos);
}

TEST_CASE("no key leaves the directory of a WebDAV server") {
  WebDavServer server;
  const auto transport = server.open();
  for (const char* key : {"../x", "/dav", "a//b", "", "a/../b", "a/%2e%2e/b", "A", "a.slot"}) {
    INFO(key);
    CHECK_THROWS_AS(transport->get(key, 1), Error);
    CHECK_THROWS_AS(transport->put(key, {}), Error);
    CHECK_THROWS_AS(transport->put_if_absent(key, {}), Error);
    CHECK_THROWS_AS(transport->remove(key), Error);
  }
  CHECK(server.seen().empty());
}

}  // namespace
}  // namespace mlops::remote
