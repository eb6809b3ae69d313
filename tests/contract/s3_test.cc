// S3 against a server that goes wrong on purpose (tests/support/fake_s3.py).
#include <algorithm>

#include <catch2/catch.hpp>

#include "contract/s3_server.h"

namespace mlops::remote {
namespace {

using test::content_of;
using test::Failure;
using test::failure_of;
using test::S3Server;

TEST_CASE("a server that is busy is asked again, after the pause that it asks for", "[case-39]") {
  S3Server server;
  const auto transport = server.open();
  transport->put("packs/a/b", content_of("0123456789"));
  for (const char* kind : {"503", "429", "500", "drop"}) {
    INFO(kind);
    server.fail_next(kind, 2);
    CHECK(transport->get("packs/a/b", 10) == content_of("0123456789"));
    server.fail_next(kind, 1);
    CHECK_NOTHROW(transport->put("packs/c/d", content_of("x")));
    CHECK(transport->size("packs/c/d") == 1);
  }
}

TEST_CASE("who may not is told so at once", "[case-39]") {
  S3Server server;
  const auto transport = server.open();
  server.fail_next("403", 1);
  const auto before = server.seen().size();
  const Failure refused = failure_of([&] { transport->get("packs/a/b", 10); });
  CHECK(refused.kind == ErrorKind::config);
  CHECK(refused.message.find("'AccessDenied'") != std::string::npos);
  CHECK(server.seen().size() == before + 1);
  CHECK(refused.message.find("geheim") == std::string::npos);
}

TEST_CASE("of a compare-and-swap whose answer is lost the outcome is unknown", "[case-38]") {
  for (const char* kind : {"drop-after", "500-after"}) {
    INFO(kind);
    S3Server server;
    const auto transport = server.open();
    server.fail_next(kind, 1);
    CHECK(transport->put_if_absent("head/000000000001", content_of("one")) ==
          Transport::Put::unknown);
    CHECK(transport->get("head/000000000001", 3) == content_of("one"));
    CHECK(transport->put_if_absent("head/000000000001", content_of("two")) ==
          Transport::Put::exists);
  }
  // Refused before anything was done: the next try stores.
  S3Server server;
  const auto transport = server.open();
  for (const char* kind : {"503", "409"}) {
    INFO(kind);
    server.fail_next(kind, 1);
    const std::string key = std::string("head/") + kind;
    CHECK(transport->put_if_absent(key, content_of("one")) == Transport::Put::stored);
  }
}

TEST_CASE("a redirect is not followed", "[case-40]") {
  S3Server server;
  const auto transport = server.open();
  server.fail_next("redirect", 1);
  CHECK(failure_of([&] { transport->get("packs/a/b", 10); }).kind == ErrorKind::config);
  server.fail_next("region", 1);
  CHECK(failure_of([&] { transport->get("packs/a/b", 10); }).message.find("'eu-west-3'") !=
        std::string::npos);
}

TEST_CASE("what is no answer of S3 is none", "[case-41][case-43]") {
  S3Server server;
  const auto transport = server.open();
  transport->put("head/000000000001", content_of("0123456789"));
  transport->put("head/000000000002", content_of("x"));
  for (const char* kind : {"html", "backwards", "endless"}) {
    INFO(kind);
    server.fail_next(kind, 1);
    CHECK(failure_of([&] { transport->list("head/", "", 10); }).kind == ErrorKind::corrupt);
  }
  for (const char* kind : {"no-range", "other-range", "html"}) {
    INFO(kind);
    server.fail_next(kind, 1);
    CHECK_FALSE(failure_of([&] { transport->get_range("head/000000000001", 2, 4); }).kind ==
                ErrorKind::internal);
  }
  // Cut once it is read again; what is always cut is never taken for whole.
  server.fail_next("cut", 1);
  CHECK(transport->get("head/000000000001", 10) == content_of("0123456789"));
}

TEST_CASE("a bucket that is not there is no empty one") {
  S3Server server;
  const auto transport = server.open("elsewhere");
  CHECK(failure_of([&] { transport->get("format", 10); }).kind == ErrorKind::config);
  CHECK(failure_of([&] { transport->list("head/", "", 10); }).kind == ErrorKind::config);
}

TEST_CASE("long listings come in pages") {
  S3Server server;
  const auto transport = server.open();
  for (int i = 0; i < 1005; ++i) {
    transport->put("list/" + std::to_string(10'000 + i), {});
  }
  const auto all = transport->list("list/", "", 5000);
  CHECK(all.size() == 1005);
  CHECK(std::is_sorted(
      all.begin(), all.end(), [](const auto& a, const auto& b) { return a.key < b.key; }));
  CHECK(transport->list("list/", all[1000].key, 2).size() == 2);
}

TEST_CASE("an interruption ends the pauses between tries") {
  S3Server server;
  CancelToken cancel;
  const auto transport = server.open("bucket", &cancel);
  server.fail_next("503", 50);
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    cancel.cancel();
  });
  CHECK(failure_of([&] { transport->get("a", 1); }).kind == ErrorKind::interrupted);
  other.join();
}

}  // namespace
}  // namespace mlops::remote
