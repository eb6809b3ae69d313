#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "remote/location.h"
#include "remote/uri.h"
#include "remote/webdav_listing.h"
#include "remote/webdav_login.h"
#include "support/temp_dir.h"

namespace mlops::remote {
namespace {

namespace fs = std::filesystem;

using Resources = std::vector<WebDavResource>;

Resources parse(const std::string& xml) {
  return parse_multistatus(xml, "https://h/dav/");
}

/// A response of nginx, about what it found and what it did not.
std::string response(const std::string& href, const std::string& properties) {
  return "<D:response><D:href>" + href + "</D:href><D:propstat><D:prop>" + properties +
         "</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>";
}

std::string listing(const std::string& responses) {
  return "<?xml version=\"1.0\" encoding=\"utf-8\" ?>\n<D:multistatus xmlns:D=\"DAV:\">" +
         responses + "</D:multistatus>\n";
}

const std::string kCollection = "<D:resourcetype><D:collection/></D:resourcetype>";
const std::string kFile =
    "<D:resourcetype></D:resourcetype><D:getcontentlength>7</D:getcontentlength>";

TEST_CASE("a listing of WebDAV is read whatever its prefixes are") {
  const Resources found = parse(listing(response("/dav/a%20b/", kCollection) +
                                        response("https://h/dav/a%20b/c&amp;d", kFile)));
  REQUIRE(found.size() == 2);
  CHECK(found[0].path == "/dav/a b/");
  CHECK(found[0].is_collection);
  CHECK(found[1].path == "/dav/a b/c&d");
  CHECK_FALSE(found[1].is_collection);
  CHECK(found[1].size == 7);
  // Of Apache: properties in a namespace of their own, what is not there in a second propstat.
  const Resources apache = parse(
      "\xEF\xBB\xBF<multistatus xmlns='DAV:' xmlns:ns0=\"DAV:\"><!-- <a> -->"
      "<ns0:response xmlns:lp1='DAV:' xmlns:x=\"urn:x\"><href><![CDATA[/dav/]]></href>"
      "<propstat><prop><lp1:resourcetype><ns0:collection/></lp1:resourcetype>"
      "<x:getcontentlength>9</x:getcontentlength></prop><status>HTTP/1.1 200 OK</status></propstat>"
      "<propstat><prop><getcontentlength>5</getcontentlength></prop>"
      "<status>HTTP/1.1 404 Not Found</status></propstat></ns0:response>"
      "<response><href>/dav/gone</href><status>HTTP/1.1 404 Not Found</status></response>"
      "</multistatus>");
  REQUIRE(apache.size() == 1);
  CHECK(apache[0].path == "/dav/");
  CHECK(apache[0].is_collection);
  CHECK_FALSE(apache[0].size);
  CHECK(parse("<m:multistatus xmlns:m='DAV:'/>").empty());
}

TEST_CASE("what is no listing of WebDAV is refused", "[case-25][case-41]") {
  const std::string good = listing(response("/dav/", kCollection));
  for (const std::string& bad : {std::string(),
                                 std::string("  "),
                                 std::string("Please log in"),
                                 std::string("<html><body>Log in</body></html>"),
                                 std::string("<multistatus/>"),
                                 std::string("<multistatus xmlns='urn:other'/>"),
                                 std::string("<a:multistatus/>"),
                                 std::string("<!DOCTYPE multistatus>") + good,
                                 "<!DOCTYPE a [<!ENTITY b 'c'>]>" + good,
                                 good + good,
                                 good + "x",
                                 good.substr(0, good.size() - 5),
                                 listing("&lol;"),
                                 listing("&#0;"),
                                 listing("&#xd800;"),
                                 listing("&#x110000;"),
                                 listing("&amp"),
                                 listing("<D:response></D:response>"),
                                 listing(response("dav/", kCollection)),
                                 listing(response("/dav%zz", kCollection)),
                                 listing("<D:response><D:href>/a</D:response></D:href>"),
                                 listing("<D:a b=c/>"),
                                 listing("<D:a b/>"),
                                 listing("<D:a b='c/>"),
                                 listing("</D:b>"),
                                 listing("<!-- ")}) {
    INFO(bad);
    try {
      parse(bad);
      FAIL("was taken");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::corrupt);
    }
  }
}

TEST_CASE("a listing that grows without end is refused", "[case-25]") {
  std::string deep;
  std::string bindings = "<D:a";
  for (int i = 0; i < 100; ++i) {
    deep = "<D:a>" + deep + "</D:a>";
    bindings += " xmlns:p" + std::to_string(i) + "='u'";
  }
  CHECK_THROWS_AS(parse(listing(deep)), Error);
  CHECK_THROWS_AS(parse(listing(bindings + "/>")), Error);
  CHECK_THROWS_AS(parse(listing("<D:" + std::string(1000, 'a') + "/>")), Error);
  // Those of elements that are closed do not count.
  std::string many;
  for (int i = 0; i < 100; ++i) {
    many += "<D:a xmlns:p='u' xmlns:q='v'><p:b/></D:a>";
  }
  CHECK(parse(listing(many)).empty());
}

TEST_CASE("the members of a collection", "[case-25][case-43]") {
  const auto members = [](const Resources& resources) {
    return members_of(resources, "/dav/", "https://h/dav/");
  };
  const WebDavResource self{"/dav/", true, {}};
  const auto found = members({{"/dav/b", false, 3}, self, {"/dav/a/", true, {}}});
  REQUIRE(found.size() == 2);
  CHECK(found[0].name == "a");
  CHECK(found[0].is_collection);
  CHECK(found[1].name == "b");
  CHECK(found[1].size == 3);
  CHECK(members({{"/dav", true, {}}}).empty());
  for (const Resources& bad : {Resources(),
                               Resources{{"/dav/b", false, 3}},
                               Resources{{"/dav/", false, 3}},
                               Resources{self, {"/other/b", false, 3}},
                               Resources{self, {"/dav/../b", false, 3}},
                               Resources{self, {"/dav/a/b", false, 3}},
                               Resources{self, {"/dav/b", false, {}}},
                               Resources{self, {"/dav/b", false, 3}, {"/dav/b", false, 3}},
                               Resources{self, {"/dav/b", false, 3}, {"/dav/b/", true, {}}}}) {
    CHECK_THROWS_AS(members(bad), Error);
  }
}

TEST_CASE("the origin and the path of a WebDAV URL") {
  const Location location = parse_location("HTTPS://Dav.Example.org:8443//team/a%20b/", "/");
  CHECK(location.kind == Location::Kind::webdav);
  CHECK(location.origin == "https://dav.example.org:8443");
  CHECK(location.prefix == "team/a b");
  CHECK(parse_location("https://h", "/").prefix.empty());
  for (const char* url : {"http://localhost/x", "http://127.0.0.1:80/x", "http://[::1]:8080/x"}) {
    INFO(url);
    CHECK(parse_location(url, "/").kind == Location::Kind::webdav);
  }
  for (const char* url : {"http://dav.example.org/x",
                          "http://127.evil.example.org/x",
                          "https://",
                          "https:///x",
                          "https://-h/x",
                          "https://h:0/x",
                          "https://h%2F.example.org/x",
                          "https://h%0a/x",
                          "https://h/a//b",
                          "https://h/../x",
                          "https://h/%2e%2e/x",
                          "https://h/a%00",
                          "https://h/a%0ab",
                          "https://h/a%zz"}) {
    INFO(url);
    CHECK_THROWS_AS(parse_location(url, "/"), Error);
  }
  for (const char* url : {"https://ada:geheim@h/x",
                          "https://geheim@h/x",
                          "https://h/x?token=geheim",
                          "https://h/x#geheim"}) {
    INFO(url);
    try {
      parse_location(url, "/");
      FAIL("was taken");
    } catch (const Error& error) {
      CHECK((error.message() + error.hint()).find("geheim") == std::string::npos);
    }
  }
}

TEST_CASE("percent escapes are decoded once") {
  CHECK(decode_uri("a%20b%2525") == "a b%25");
  CHECK(decode_uri("%c3%A4") == "\xc3\xa4");
  for (const char* bad : {"%", "%2", "%zz", "a%2"}) {
    INFO(bad);
    CHECK_FALSE(decode_uri(bad));
  }
}

TEST_CASE("a login is for the origin that the user named", "[case-22][case-62]") {
  const Origin origin = parse_origin("https://dav.example.org");
  const std::vector<std::string> both{"MLOPS_WEBDAV_USER=ada", "MLOPS_WEBDAV_PASSWORD=geheim"};
  const auto with = [&](const std::string& more) {
    auto environment = both;
    environment.push_back(more);
    return find_webdav_login(origin, environment);
  };
  const auto found = with("MLOPS_WEBDAV_ORIGIN=https://DAV.example.org:443/");
  REQUIRE(found);
  CHECK(authorization_of(*found) == "Basic YWRhOmdlaGVpbQ==");
  // A URL that came with a git pull names another place.
  for (const char* other : {"https://dav.example.org:8443",
                            "http://dav.example.org",
                            "https://dav.example.org.evil.org",
                            "https://example.org"}) {
    INFO(other);
    CHECK_FALSE(with(std::string("MLOPS_WEBDAV_ORIGIN=") + other));
  }
  CHECK_FALSE(find_webdav_login(origin, {}));
  CHECK(authorization_of(*find_webdav_login(
            origin, {"MLOPS_WEBDAV_ORIGIN=https://dav.example.org", "MLOPS_WEBDAV_TOKEN=abc"})) ==
        "Bearer abc");
  const std::string here = "MLOPS_WEBDAV_ORIGIN=https://dav.example.org";
  for (const std::vector<std::string>& bad :
       {both,
        {here, "MLOPS_WEBDAV_USER=ada"},
        {here, "MLOPS_WEBDAV_PASSWORD=geheim"},
        {here, "MLOPS_WEBDAV_TOKEN=geheim\r\nx: y"},
        {here, "MLOPS_WEBDAV_USER=a\nb", "MLOPS_WEBDAV_PASSWORD=geheim"}}) {
    try {
      find_webdav_login(origin, bad);
      FAIL("was taken");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::config);
      CHECK((error.message() + error.hint()).find("geheim") == std::string::npos);
    }
  }
}

TEST_CASE("a login of netrc", "[case-63]") {
  const std::string text =
      "# mine\nmachine other.example.org login bob password 1\n"
      "macdef init\nmachine h login eve password 2\n\n"
      "machine H\n  login ada\n  account x\n  password \"ge\\\"h eim\"\n"
      "machine h login late password 3\ndefault login anonymous password 4\n";
  const auto found = find_in_netrc(text, "h", "n");
  REQUIRE(found);
  CHECK(found->user == "ada");
  CHECK(found->password == "ge\"h eim");
  // "default" is for hosts that nobody named.
  CHECK_FALSE(find_in_netrc(text, "elsewhere", "n"));
  CHECK(find_in_netrc("machine h login a password b default login c password d", "h", "n")->user ==
        "a");
  for (const char* bad : {"machine",
                          "machine h login",
                          "machine h password",
                          "macine h login geheim",
                          "machine h\npassword \"geheim"}) {
    INFO(bad);
    try {
      find_in_netrc(bad, "h", "n");
      FAIL("was taken");
    } catch (const Error& error) {
      CHECK(error.message().starts_with("n:"));
      CHECK(error.message().find("geheim") == std::string::npos);
    }
  }

  const test::TempDir home;
  const fs::path file = home.path() / ".netrc";
  std::ofstream(file) << "machine dav.example.org login ada password geheim\n";
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  const std::string at = "HOME=" + home.path().string();
  const Origin origin = parse_origin("https://dav.example.org");
  CHECK(find_webdav_login(origin, {at})->password == "geheim");
  CHECK(find_webdav_login(origin, {"NETRC=" + file.string()})->user == "ada");
  CHECK_FALSE(find_webdav_login(parse_origin("https://example.org"), {at}));
  fs::permissions(file, fs::perms::others_read, fs::perm_options::add);
  CHECK_THROWS_AS(find_webdav_login(origin, {at}), Error);
  // Others of its lines are nobody's business here.
  CHECK_FALSE(find_webdav_login(parse_origin("https://example.org"), {at}));
}

}  // namespace
}  // namespace mlops::remote
