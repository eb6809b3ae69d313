#include "remote/chain.h"

#include <catch2/catch.hpp>

#include "unit/remote/remote_fixture.h"

namespace mlops::remote {
namespace {

using namespace test;
using Fault = MemoryTransport::Fault;
using Call = MemoryTransport::Call;
using Request = MemoryTransport::Request;

Record pack(std::uint8_t name) {
  return {Record::Kind::pack_live, SessionId{{1}}, Digest{name}, 10};
}

/// A remote of three heads that the colleague has seen.
void make_heads(Colleague& colleague) {
  Chain chain = colleague.chain();
  CHECK_FALSE(chain.open());
  chain.create();
  for (std::uint8_t name = 1; name <= 3; ++name) {
    REQUIRE(chain.advance({.records = {pack(name)}}));
  }
}

Fault listing_fault(const Request& request, Fault fault) {
  return request.call == Call::list ? fault : Fault::none;
}

TEST_CASE("of two who follow one head, one is told to look again") {
  const auto server = new_server();
  Colleague ada(server);
  make_heads(ada);
  Colleague bob(server);
  Chain first = ada.chain();
  Chain second = bob.chain();
  REQUIRE(first.open());
  REQUIRE(second.open());
  CHECK(first.advance({.records = {pack(4)}}));
  CHECK_FALSE(second.advance({.records = {pack(5)}}));
  CHECK(second.head().number == 4);
  CHECK(second.state().packs().size() == 4);
  CHECK(second.advance({.records = {pack(5)}}));
  first.follow();
  CHECK(first.state().packs().size() == 5);
  CHECK(first.state().records() == second.state().records());
}

TEST_CASE("a head that would not follow is not written") {
  const auto server = new_server();
  Colleague ada(server);
  make_heads(ada);
  Chain chain = ada.chain();
  REQUIRE(chain.open());
  CHECK_THROWS_AS(chain.advance({.records = {pack(1)}}), Error);
  CHECK(keys_below(*server, "head/").size() == 3);
}

TEST_CASE("an empty listing means neither an empty remote nor one that went back", "[case-43]") {
  const auto server = new_server();
  Colleague ada(server);
  make_heads(ada);
  for (const bool is_known : {true, false}) {
    Colleague fresh(server);
    Colleague& reader = is_known ? ada : fresh;
    reader.transport().set_plan(
        [](const Request& request) { return listing_fault(request, Fault::empty); });
    Chain chain = reader.chain();
    CHECK(kind_of([&] { chain.open(); }) == ErrorKind::network);
  }
}

TEST_CASE("a stale listing is noticed by whoever has seen more, and harms nobody else",
          "[case-43]") {
  const auto server = new_server();
  Colleague ada(server);
  make_heads(ada);
  const auto stale = [](const Request& request) { return listing_fault(request, Fault::stale); };
  ada.transport().set_plan(stale);
  Chain known = ada.chain();
  CHECK(kind_of([&] { known.open(); }) == ErrorKind::network);
  Colleague bob(server, stale);
  Chain fresh = bob.chain();
  REQUIRE(fresh.open());
  CHECK(fresh.head().number == 2);
  CHECK_FALSE(fresh.advance({.records = {pack(9)}}));
  CHECK(fresh.head().number == 3);
}

TEST_CASE("a remote that went back, or whose heads were exchanged, is refused", "[case-44]") {
  const auto server = new_server();
  Colleague ada(server);
  make_heads(ada);
  Colleague bob(server);
  Chain reader = bob.chain();
  REQUIRE(reader.open());
  SECTION("the newest is gone") {
    server->objects.erase("head/000000000003");
  }
  SECTION("another took its place") {
    server->objects.erase("head/000000000003");
    Colleague eve(server);
    Chain chain = eve.chain();
    REQUIRE(chain.open());
    REQUIRE(chain.advance({.records = {pack(66)}}));
  }
  SECTION("another remote took its place") {
    server->objects.clear();
    Colleague eve(server);
    make_heads(eve);
  }
  Chain chain = ada.chain();
  CHECK(kind_of([&] { chain.open(); }) == ErrorKind::conflict);
  Chain accepting = ada.chain();
  CHECK(accepting.open(Rollback::accept));
  // From then on that is what it knows.
  Chain again = ada.chain();
  CHECK(again.open());
}

TEST_CASE("a gap in the heads is refused", "[case-44]") {
  const auto server = new_server();
  Colleague ada(server);
  make_heads(ada);
  server->objects.erase("head/000000000002");
  Colleague bob(server);
  Chain chain = bob.chain();
  CHECK(kind_of([&] { chain.open(); }) == ErrorKind::network);
}

TEST_CASE("a stray file beside the heads is none of them") {
  const auto server = new_server();
  Colleague ada(server);
  const std::vector<std::string> strays{"head/0000",
                                        "head/000000000000",
                                        "head/000000000002.orig",
                                        "head/00000000000x",
                                        "head/notes"};
  for (const std::string& key : strays) {
    server->objects[key] = {'x'};
  }
  make_heads(ada);
  for (const bool is_known : {true, false}) {
    Colleague fresh(server);
    Chain chain = is_known ? ada.chain() : fresh.chain();
    REQUIRE(chain.open());
    CHECK(chain.head().number == 3);
  }
  Chain chain = ada.chain();
  REQUIRE(chain.open());
  CHECK(chain.advance({.records = {pack(4)}}));
  CHECK(keys_below(*server, "head/").size() == strays.size() + 4);
}

TEST_CASE("what is damaged on a remote is not for the local fsck") {
  const auto server = new_server();
  Colleague ada(server);
  make_heads(ada);
  const std::string kind = GENERATE("head/000000000003", "state/");
  for (auto& [key, bytes] : server->objects) {
    if (key.starts_with(kind)) {
      bytes.resize(bytes.size() / 2);
    }
  }
  Colleague bob(server);
  Chain chain = bob.chain();
  try {
    chain.open();
    FAIL("it was believed");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::corrupt);
    CHECK_THAT(error.message(), Catch::Matchers::Contains(kind));
    CHECK_THAT(error.hint(), Catch::Matchers::Contains("a backup of the remote"));
  }
}

TEST_CASE("a head under the number of another is refused") {
  const auto server = new_server();
  Colleague ada(server);
  make_heads(ada);
  server->objects["head/000000000003"] = server->objects["head/000000000002"];
  Colleague bob(server);
  Chain chain = bob.chain();
  CHECK(kind_of([&] { chain.open(); }) == ErrorKind::corrupt);
}

TEST_CASE("a state that is missing, or is another than its name says, is refused") {
  const auto server = new_server();
  Colleague ada(server);
  make_heads(ada);
  const auto states = keys_below(*server, "state/");
  SECTION("missing") {
    for (const std::string& key : states) {
      server->objects.erase(key);
    }
  }
  SECTION("another") {
    for (const std::string& key : states) {
      server->objects[key].back() ^= 1U;
    }
  }
  Colleague bob(server);
  Chain chain = bob.chain();
  CHECK(kind_of([&] { chain.open(); }) == ErrorKind::corrupt);
}

TEST_CASE("a place that holds something else is no remote") {
  const auto server = new_server();
  server->objects["format"] = {'<', 'h', 't', 'm', 'l', '>', '\n'};
  Colleague ada(server);
  Chain chain = ada.chain();
  CHECK(kind_of([&] { chain.open(); }) == ErrorKind::config);
}

TEST_CASE("two who make the remote at once make one") {
  const auto server = new_server();
  Colleague ada(server);
  Colleague bob(server);
  Chain first = ada.chain();
  Chain second = bob.chain();
  CHECK_FALSE(first.open());
  CHECK_FALSE(second.open());
  first.create();
  second.create();
  CHECK(first.format().id == second.format().id);
}

TEST_CASE("the last head is remembered for one place alone") {
  const test::TempDir directory;
  const Cache cache(directory.path() / "remote");
  CHECK_FALSE(cache.find_seen());
  const SeenHead seen{"file:///mnt", RemoteId{1}, 7, Digest{2}};
  cache.put_seen(seen);
  CHECK(cache.find_seen() == seen);
  mlops::test::write_file(directory.path() / "remote/seen", "rubbish");
  CHECK_FALSE(cache.find_seen());
}

}  // namespace
}  // namespace mlops::remote
