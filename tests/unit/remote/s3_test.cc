#include <algorithm>
#include <fstream>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/hex.h"
#include "codec/hmac.h"
#include "remote/http_object.h"
#include "remote/s3_transport.h"
#include "remote/sigv4.h"
#include "remote/uri.h"
#include "support/temp_dir.h"

namespace mlops::remote {
namespace {

namespace fs = std::filesystem;

std::string signature_of(const SignedRequest& request) {
  const auto added = sign(
      request,
      {.key_id = "AKIAIOSFODNN7EXAMPLE", .secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"});
  const std::string& line = added.back().second;
  return line.substr(line.find("Signature=") + 10);
}

/// The examples of AWS's "Authenticating Requests: Using the Authorization Header".
TEST_CASE("signatures are those of AWS's examples") {
  constexpr std::int64_t kTime = 1'369'353'600;  // 2013-05-24T00:00:00Z
  const std::string host = "examplebucket.s3.amazonaws.com";
  SignedRequest get{.method = "GET",
                    .path = "/test.txt",
                    .headers = {{"host", host}, {"range", "bytes=0-9"}},
                    .body_hash = codec::sha256({}),
                    .region = "us-east-1",
                    .time = kTime};
  CHECK(signature_of(get) == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");

  const SignedRequest put{.method = "PUT",
                          .path = encode_uri("/test$file.text", Slashes::keep),
                          .headers = {{"host", host},
                                      {"date", "Fri, 24 May 2013 00:00:00 GMT"},
                                      {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                          .body_hash = codec::sha256(codec::as_bytes("Welcome to Amazon S3.")),
                          .region = "us-east-1",
                          .time = kTime};
  CHECK(signature_of(put) == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");

  const SignedRequest list{.method = "GET",
                           .path = "/",
                           .query = {{"prefix", "J"}, {"max-keys", "2"}},
                           .headers = {{"host", host}},
                           .body_hash = codec::sha256({}),
                           .region = "us-east-1",
                           .time = kTime};
  CHECK(signature_of(list) == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");

  // One that covers the token, too.
  const auto with_token = sign(get, {.key_id = "a", .secret = "b", .session_token = "c"});
  CHECK(std::any_of(with_token.begin(), with_token.end(), [](const auto& header) {
    return header.first == "x-amz-security-token" && header.second == "c";
  }));
  CHECK(with_token.back().second.find("x-amz-security-token") != std::string::npos);
}

TEST_CASE("HMAC is that of RFC 4231, base64 that of RFC 4648") {
  CHECK(to_hex(codec::hmac_sha256(codec::as_bytes("Jefe"),
                                  codec::as_bytes("what do ya want for nothing?"))) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(codec::base64({}).empty());
  CHECK(codec::base64(codec::as_bytes("f")) == "Zg==");
  CHECK(codec::base64(codec::as_bytes("foobar")) == "Zm9vYmFy");
}

std::string page(const std::string& contents, const std::string& truncated = "false") {
  return "<?xml version=\"1.0\"?>\n<ListBucketResult xmlns=\"x\"><Name>b</Name><IsTruncated>" +
         truncated + "</IsTruncated>" + contents + "</ListBucketResult>";
}

TEST_CASE("a listing of a bucket is read, and what is none is refused", "[case-41]") {
  const S3Page good = parse_s3_page(
      page("<Contents><Key>a&amp;b/1</Key><ETag>&quot;x&quot;</ETag><Size>7</Size></Contents>"
           "<Contents><Size>0</Size><Key>c</Key></Contents>",
           "true"),
      "s3://b");
  CHECK(good.is_truncated);
  CHECK(good.objects == std::vector<Transport::Object>{{"a&b/1", 7}, {"c", 0}});
  CHECK(parse_s3_page(page(""), "s3://b").objects.empty());
  for (const std::string& bad :
       {std::string(),
        std::string("<html><body>Log in</body></html>"),
        page("<Contents><Key>a</Key></Contents>"),
        page("<Contents><Size>1</Size></Contents>"),
        page("<Contents><Key>a</Key><Size>-1</Size></Contents>"),
        page("", "maybe"),
        page("<Contents><Key>a</Key><Size>1</Size></Contents>").substr(0, 120)}) {
    INFO(bad);
    CHECK_THROWS_AS(parse_s3_page(bad, "s3://b"), Error);
  }
}

TEST_CASE("dates of HTTP") {
  CHECK(parse_http_date("Wed, 21 Oct 2015 07:28:00 GMT") == 1'445'412'480);
  for (const char* bad : {"",
                          "Wed, 21 Okt 2015 07:28:00 GMT",
                          "2015-10-21T07:28:00Z",
                          "Wed, 41 Oct 2015 07:28:00 GMT"}) {
    INFO(bad);
    CHECK_FALSE(parse_http_date(bad));
  }
}

TEST_CASE("origins of endpoints", "[case-63]") {
  CHECK(parse_origin("https://Minio.example.org/").text() == "https://minio.example.org");
  CHECK(parse_origin("http://127.0.0.1:9000").text() == "http://127.0.0.1:9000");
  CHECK(parse_origin("https://h:443").text() == "https://h");
  CHECK(parse_origin("https://[::1]:9000").authority() == "[::1]:9000");
  for (const char* bad : {"minio:9000",
                          "ftp://h",
                          "https://",
                          "https://h/path",
                          "https://h?x",
                          "https://h:0",
                          "https://h:99999",
                          "https://-h",
                          "https://a b",
                          "https://h\r\nx: y"}) {
    INFO(bad);
    CHECK_THROWS_AS(parse_origin(bad), Error);
  }
  try {
    parse_origin("https://ada:geheim@h");
    FAIL("was taken");
  } catch (const Error& error) {
    CHECK((error.message() + error.hint()).find("geheim") == std::string::npos);
  }
}

TEST_CASE("a proxy by the environment") {
  const Origin https = parse_origin("https://s3.example.org");
  const Origin http = parse_origin("http://s3.example.org");
  CHECK_FALSE(find_proxy(https, {}));
  CHECK_FALSE(find_proxy(https, {"http_proxy=http://p:1"}));
  const auto proxy = find_proxy(https, {"HTTPS_PROXY=http://ada:pw@proxy.example.org:3128/"});
  REQUIRE(proxy);
  CHECK(proxy->host == "proxy.example.org");
  CHECK(proxy->port == 3128);
  CHECK(proxy->user == "ada");
  CHECK(proxy->password == "pw");
  CHECK(find_proxy(http, {"all_proxy=p:8080"})->port == 8080);
  // What a CGI server makes of a client's header.
  CHECK_FALSE(find_proxy(http, {"HTTP_PROXY=http://p:1"}));
  for (const char* except : {"no_proxy=*", "no_proxy=a, .example.org", "NO_PROXY=s3.example.org"}) {
    INFO(except);
    CHECK_FALSE(find_proxy(https, {"https_proxy=http://p:1", except}));
  }
  CHECK(find_proxy(https, {"https_proxy=http://p:1", "no_proxy=ample.org"}));
  CHECK_THROWS_AS(find_proxy(https, {"https_proxy=socks5://p:1"}), Error);
}

TEST_CASE("keys of S3: variables, then the profile's files", "[case-62][case-63]") {
  const test::TempDir home;
  fs::create_directory(home.path() / ".aws");
  const fs::path file = home.path() / ".aws/credentials";
  std::ofstream(file) << "# mine\n[default]\naws_access_key_id = one\naws_secret_access_key=two\n"
                         "[work]\naws_access_key_id = three\naws_secret_access_key = four\n"
                         "aws_session_token = five\n";
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  std::ofstream(home.path() / ".aws/config")
      << "[default]\nregion = eu-west-3\ns3 =\n  max_concurrent_requests = 20\n[profile work]\n"
         "region = us-west-2\n";
  const std::string at = "HOME=" + home.path().string();

  const S3Account usual = find_s3_account({at});
  CHECK(usual.credentials.key_id == "one");
  CHECK(usual.credentials.secret == "two");
  CHECK(usual.region == "eu-west-3");
  const S3Account work = find_s3_account({at, "AWS_PROFILE=work"});
  CHECK(work.credentials.secret == "four");
  CHECK(work.credentials.session_token == "five");
  CHECK(work.region == "us-west-2");
  const S3Account own = find_s3_account(
      {at, "AWS_ACCESS_KEY_ID=k", "AWS_SECRET_ACCESS_KEY=s", "AWS_REGION=eu-central-1"});
  CHECK(own.credentials.key_id == "k");
  CHECK(own.region == "eu-central-1");
  CHECK_THROWS_AS(find_s3_account({at, "AWS_PROFILE=absent"}), Error);
  CHECK_THROWS_AS(find_s3_account({}), Error);

  fs::permissions(file, fs::perms::group_read, fs::perm_options::add);
  try {
    find_s3_account({at});
    FAIL("was taken");
  } catch (const Error& error) {
    CHECK(error.message().find("others may read it") != std::string::npos);
    CHECK(error.hint().find("chmod 600") != std::string::npos);
  }
  CHECK_THROWS_AS(read_ini_section("[a\n", "a", "f"), Error);
  CHECK_THROWS_AS(read_ini_section("[a]\nsecret\n", "a", "f"), Error);
}

}  // namespace
}  // namespace mlops::remote
