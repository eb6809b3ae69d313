// One suite for every transport.
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "contract/s3_server.h"
#include "contract/webdav_server.h"
#include "os/pool.h"
#include "remote/directory_transport.h"
#include "remote/location.h"
#include "remote/probe.h"
#include "remote/ssh_transport.h"
#include "remote/uri.h"
#include "support/memory_transport.h"
#include "support/temp_dir.h"

namespace mlops::remote {
namespace {

namespace fs = std::filesystem;

/// A directory of a WebDAV server that others wrote, where somebody started one: see
/// cli/remote/contract_webdav.sh. Each test has a directory of its own there.
std::function<std::unique_ptr<Transport>()> open_real_webdav(const std::string& url) {
  static const CancelToken kNever;
  const Location location = parse_location(url, "/");
  const Origin origin = parse_origin(location.origin);
  const auto login = find_webdav_login(
      origin,
      {"MLOPS_WEBDAV_ORIGIN=" + location.origin,
       "MLOPS_WEBDAV_USER=ada",
       std::string("MLOPS_WEBDAV_PASSWORD=") + std::getenv("MLOPS_TEST_WEBDAV_PASSWORD")});
  static int made = 0;
  const std::string path = location.prefix + "/" + std::to_string(made++);
  HttpClient client(origin, std::nullopt, kNever);
  const HttpResponse answer =
      client.send({.method = "MKCOL",
                   .target = encode_uri("/" + path + "/", Slashes::keep),
                   .headers = {{"authorization", authorization_of(*login)}}});
  REQUIRE(answer.status == 201);
  return [=] {
    return std::make_unique<WebDavTransport>(
        WebDavPlace{.origin = origin, .path = path}, login, nullptr, std::nullopt, kNever);
  };
}

/// A place, and ways to it: `open` as another process would.
struct Place {
  std::string name;
  std::function<std::unique_ptr<Transport>()> open;
};

/// Through two pipes to `mlops serve`, as through ssh.
std::unique_ptr<Transport> open_served(const fs::path& directory) {
  static const CancelToken kNever;
  const char* mlops = std::getenv("MLOPS");
  REQUIRE(mlops != nullptr);
  os::ProcessSpec command;
  command.argv = {mlops, "serve", "--", directory.string()};
  command.cwd = "/";
  for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) {
      command.env.push_back(std::string(name) + "=" + value);
    }
  }
  return std::make_unique<SshTransport>("ssh://far/side", std::move(command), kNever);
}

struct Places {
  test::TempDir directory;
  test::TempDir served;
  test::S3Server bucket;
  std::shared_ptr<test::MemoryServer> server = std::make_shared<test::MemoryServer>();
  test::WebDavServer webdav;
  std::vector<Place> all() {
    if (const char* url = std::getenv("MLOPS_TEST_WEBDAV")) {
      return {{"webdav of others", open_real_webdav(url)}};
    }
    return {
        {"directory", [this] { return std::make_unique<DirectoryTransport>(directory.path()); }},
        {"s3", [this] { return bucket.open(); }},
        {"ssh", [this] { return open_served(served.path()); }},
        {"webdav", [this] { return webdav.open(); }},
        {"memory", [this] { return std::make_unique<test::MemoryTransport>(server); }}};
  }
};

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

template <typename Body>
void for_each_transport(const Body& body) {
  Places places;
  for (const Place& place : places.all()) {
    INFO(place.name);
    body(place);
  }
}

TEST_CASE("what is put is what is got, whole and in parts", "[each]") {
  for_each_transport([](const Place& place) {
    const auto transport = place.open();
    transport->put("packs/ab12/cd34", bytes_of("0123456789"));
    const auto other = place.open();
    CHECK(other->get("packs/ab12/cd34", 10) == bytes_of("0123456789"));
    CHECK(other->get_range("packs/ab12/cd34", 3, 4) == bytes_of("3456"));
    CHECK(other->get_range("packs/ab12/cd34", 10, 0) == Bytes());
    CHECK(other->size("packs/ab12/cd34") == 10);
    transport->put("empty", {});
    CHECK(other->get("empty", 0) == Bytes());
    CHECK(other->size("empty") == 0);
  });
}

TEST_CASE("what is absent is absent", "[each]") {
  for_each_transport([](const Place& place) {
    const auto transport = place.open();
    CHECK_FALSE(transport->get("head/000000000001", 100));
    CHECK_FALSE(transport->get_range("packs/a/b", 0, 1));
    CHECK_FALSE(transport->size("packs/a/b"));
    CHECK_FALSE(transport->remove("packs/a/b"));
    CHECK(transport->list("head/", "", 10).empty());
  });
}

TEST_CASE("more than was asked for, and less than was promised, is damage", "[each]") {
  for_each_transport([](const Place& place) {
    const auto transport = place.open();
    transport->put("a", bytes_of("0123456789"));
    const auto kind_of = [](const auto& call) {
      try {
        call();
      } catch (const Error& error) {
        return error.kind();
      }
      return ErrorKind::internal;
    };
    CHECK(kind_of([&] { transport->get("a", 9); }) == ErrorKind::corrupt);
    CHECK(kind_of([&] { transport->get_range("a", 5, 6); }) == ErrorKind::corrupt);
    CHECK(kind_of([&] { transport->get_range("a", ~std::uint64_t{0}, 2); }) == ErrorKind::corrupt);
  });
}

TEST_CASE("of those who put where nothing is, the first stores", "[each]") {
  for_each_transport([](const Place& place) {
    const auto transport = place.open();
    CHECK(transport->put_if_absent("head/000000000001", bytes_of("one")) == Transport::Put::stored);
    CHECK(place.open()->put_if_absent("head/000000000001", bytes_of("two")) ==
          Transport::Put::exists);
    CHECK(transport->get("head/000000000001", 3) == bytes_of("one"));
    // A sealed head is no free place.
    transport->put("head/000000000001", {});
    CHECK(transport->put_if_absent("head/000000000001", bytes_of("3")) == Transport::Put::exists);
  });
}

TEST_CASE("of many at once exactly one stores", "[each]") {
  for_each_transport([](const Place& place) {
    constexpr std::size_t kRunners = 8;
    std::atomic<int> stored = 0;
    os::ThreadPool pool(kRunners);
    pool.for_each(kRunners, [&](std::size_t i) {
      const Bytes bytes{static_cast<std::uint8_t>(i)};
      stored += place.open()->put_if_absent("slot", bytes) == Transport::Put::stored ? 1 : 0;
    });
    CHECK(stored == 1);
  });
}

TEST_CASE("a listing is sorted, starts where it is told and ends there", "[each]") {
  for_each_transport([](const Place& place) {
    const auto transport = place.open();
    for (const char* key : {"list/b/2", "list/a", "list/b/1", "list/c", "list/b0", "other"}) {
      transport->put(key, bytes_of("x"));
    }
    const auto keys = [&](std::string_view after, std::size_t most) {
      std::vector<std::string> found;
      for (const auto& object : transport->list("list/", after, most)) {
        CHECK(object.size == 1);
        found.push_back(object.key);
      }
      return found;
    };
    using Keys = std::vector<std::string>;
    CHECK(keys("", 10) == Keys{"list/a", "list/b/1", "list/b/2", "list/b0", "list/c"});
    CHECK(keys("list/b/1", 2) == Keys{"list/b/2", "list/b0"});
    CHECK(keys("list/c", 10).empty());
  });
}

TEST_CASE("what is removed is gone", "[each]") {
  for_each_transport([](const Place& place) {
    const auto transport = place.open();
    transport->put("packs/a/b", bytes_of("x"));
    CHECK(transport->remove("packs/a/b"));
    CHECK_FALSE(transport->remove("packs/a/b"));
    CHECK_FALSE(transport->get("packs/a/b", 1));
  });
}

TEST_CASE("a probe finds that all works, and leaves nothing", "[each]") {
  for_each_transport([](const Place& place) {
    const auto transport = place.open();
    NoProgress progress;
    const auto results = probe(*transport, progress, CancelToken());
    CHECK(results.size() == 6);
    CHECK(is_usable(results));
    CHECK(transport->list("probe/", "", 10).empty());
  });
}

// ---- what only a directory can have

TEST_CASE("a directory that is not there is not made", "[case-45]") {
  const test::TempDir directory;
  CHECK_THROWS_AS(DirectoryTransport(directory.path() / "absent"), Error);
  CHECK_FALSE(fs::exists(directory.path() / "absent"));
}

TEST_CASE("links in a directory are not followed, neither out of it nor within") {
  const test::TempDir directory;
  const test::TempDir outside;
  std::ofstream(outside.path() / "secret") << "secret";
  DirectoryTransport transport(directory.path());
  transport.put("packs/a/b", bytes_of("x"));
  fs::create_symlink(outside.path() / "secret", directory.path() / "packs/a/c");
  fs::create_directory_symlink(outside.path(), directory.path() / "index");
  fs::create_directory_symlink(directory.path() / "packs/a", directory.path() / "packs/d");

  CHECK_THROWS_AS(transport.get("packs/a/c", 100), Error);
  CHECK_THROWS_AS(transport.get("index/secret", 100), Error);
  CHECK_THROWS_AS(transport.put("index/new", bytes_of("x")), Error);
  CHECK_THROWS_AS(transport.put_if_absent("index/new", bytes_of("x")), Error);
  CHECK_THROWS_AS(transport.get("packs/d/b", 100), Error);
  CHECK(transport.list("packs/", "", 10) == std::vector<Transport::Object>{{"packs/a/b", 1}});
  CHECK(transport.list("index/", "", 10).empty());
  CHECK(fs::directory_iterator(outside.path()) != fs::directory_iterator());
  CHECK_FALSE(fs::exists(outside.path() / "new"));
}

TEST_CASE("names of others in a directory are no objects") {
  const test::TempDir directory;
  DirectoryTransport transport(directory.path());
  transport.put("head/000000000001", bytes_of("x"));
  for (const char* name : {".nfs0001", ".mlops-tmp-abc", "UPPER", "a b", "x\x1b[31m", "%2e%2e"}) {
    std::ofstream(directory.path() / "head" / name) << "x";
  }
  fs::create_directory(directory.path() / "head/000000000002");
  CHECK(transport.list("head/", "", 10) ==
        std::vector<Transport::Object>{{"head/000000000001", 1}});
  CHECK_THROWS_AS(transport.get("head/000000000002", 1), Error);
}

TEST_CASE("no key leaves the directory") {
  const test::TempDir directory;
  DirectoryTransport transport(directory.path());
  for (const char* key :
       {"../x", "/etc/passwd", "a//b", "", "a/../b", "a/%2e%2e/b", "A", "a/b/c/d/e"}) {
    INFO(key);
    CHECK_FALSE(is_key(key));
    CHECK_THROWS_AS(transport.get(key, 1), Error);
    CHECK_THROWS_AS(transport.put(key, {}), Error);
    CHECK_THROWS_AS(transport.remove(key), Error);
  }
}

}  // namespace
}  // namespace mlops::remote
