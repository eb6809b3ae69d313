#include "remote/location.h"

#include <catch2/catch.hpp>

#include "base/error.h"

namespace mlops::remote {
namespace {

Location parse(std::string_view url) {
  return parse_location(url, "/work/tree");
}

TEST_CASE("a path or a file URL is a directory") {
  CHECK(parse("/mnt/team").directory == "/mnt/team");
  CHECK(parse("../team").directory == "/work/team");
  CHECK(parse("./host:path").directory == "/work/tree/host:path");
  CHECK(parse("file:///mnt/a%20b").directory == "/mnt/a b");
  CHECK(parse("file://localhost/mnt").directory == "/mnt");
  // Once: what is left is a name.
  CHECK(parse("file:///mnt/%252e%252e").directory == "/mnt/%2e%2e");
  CHECK(parse("/mnt/50%").directory == "/mnt/50%");
}

TEST_CASE("kinds that are not built are refused by name") {
  for (const char* url :
       {"ssh://host/path", "s3://bucket/prefix", "gs://b", "az://b", "https://host/dav"}) {
    INFO(url);
    const Location location = parse(url);
    CHECK(location.kind == Location::Kind::not_built);
    try {
      open_transport(location);
      FAIL("was opened");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::config);
      CHECK(error.message().find(location.scheme + "://") != std::string::npos);
    }
  }
}

TEST_CASE("what is no place is refused", "[case-24]") {
  for (const char* url : {"",
                          "host:path",
                          "user@host:/path",
                          "file://host/path",
                          "file://",
                          "file:///a%zz",
                          "file:///a%0ab",
                          "file:///a%00",
                          "/a\nb",
                          "ftp://host/x",
                          "s4://bucket"}) {
    INFO(url);
    try {
      parse(url);
      FAIL("was taken");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::config);
      CHECK_FALSE(error.hint().empty());
    }
  }
}

}  // namespace
}  // namespace mlops::remote
