#include "remote/location.h"

#include <algorithm>

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
  for (const char* url : {"gs://b", "az://b"}) {
    INFO(url);
    const Location location = parse(url);
    CHECK(location.kind == Location::Kind::not_built);
    try {
      open_transport(location, {}, {});
      FAIL("was opened");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::config);
      CHECK(error.message().find(location.scheme + "://") != std::string::npos);
    }
  }
}

TEST_CASE("a host, a user, a port and a directory of an ssh URL") {
  const Location plain = parse("ssh://data.example.org/srv/mlops/");
  CHECK(plain.kind == Location::Kind::ssh);
  CHECK(plain.host == "data.example.org");
  CHECK(plain.user.empty());
  CHECK(plain.port.empty());
  CHECK(plain.directory == "/srv/mlops/");
  CHECK(ssh_command("/usr/bin/ssh", plain).back() == "mlops serve -- /srv/mlops/");

  const Location full = parse("SSH://ada@[fe80::1%eth0]:2222/srv/it's%20here");
  CHECK(full.user == "ada");
  CHECK(full.host == "fe80::1%eth0");
  CHECK(full.port == "2222");
  CHECK(full.directory == "/srv/it's here");
  const auto argv = ssh_command("/usr/bin/ssh", full);
  REQUIRE(argv.size() > 5);
  CHECK(argv.front() == "/usr/bin/ssh");
  CHECK(argv[argv.size() - 3] == "--");
  CHECK(argv[argv.size() - 2] == "fe80::1%eth0");
  CHECK(argv.back() == R"(mlops serve -- '/srv/it'\''s here')");
  CHECK(std::find(argv.begin(), argv.end(), "-p2222") != argv.end());
  CHECK(std::find(argv.begin(), argv.end(), "-lada") != argv.end());
}

TEST_CASE("nothing of an ssh URL is an option or a command", "[case-20]") {
  for (const char* url : {"ssh://-oProxyCommand=touch%20x/p",
                          "ssh://-oProxyCommand=x/p",
                          "ssh://ada@-oProxyCommand=x/p",
                          "ssh://-lroot@host/p",
                          "ssh://[-oProxyCommand=x]/p",
                          "ssh://host;id/p",
                          "ssh://$(id)/p",
                          "ssh://ho st/p",
                          "ssh://a b@host/p",
                          "ssh://`id`@host/p",
                          "ssh://host:22;id/p",
                          "ssh://host:-p/p",
                          "ssh://host:0/p",
                          "ssh://host:65536/p",
                          "ssh://[::1/p",
                          "ssh://[::1]x/p",
                          "ssh:///p",
                          "ssh://@host/p",
                          "ssh://host",
                          "ssh://host/",
                          "ssh://host/a%0ab"}) {
    INFO(url);
    CHECK_THROWS_AS(parse(url), Error);
  }
}

TEST_CASE("a bucket and a prefix of an s3 URL") {
  const Location location = parse("s3://acme-ml/churn/v2/");
  CHECK(location.kind == Location::Kind::s3);
  CHECK(location.bucket == "acme-ml");
  CHECK(location.prefix == "churn/v2");
  CHECK(parse("s3://acme-ml").prefix.empty());
  for (const char* url : {"s3://",
                          "s3://ab",
                          "s3://UPPER/x",
                          "s3://a b c/x",
                          "s3://-abc/x",
                          "s3://a..b/x",
                          "s3://acme:9000/x",
                          "s3://acme/a//b",
                          "s3://acme/../b",
                          "s3://acme/a\nb"}) {
    INFO(url);
    CHECK_THROWS_AS(parse(url), Error);
  }
  try {
    parse("s3://AKIA:geheim@acme/x");
    FAIL("was taken");
  } catch (const Error& error) {
    CHECK((error.message() + error.hint()).find("geheim") == std::string::npos);
  }
}

TEST_CASE("a password in a URL is refused, and not repeated") {
  try {
    parse("ssh://ada:geheim@host/p");
    FAIL("was taken");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::config);
    CHECK((error.message() + error.hint()).find("geheim") == std::string::npos);
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
