#include "remote/sigv4.h"

#include <algorithm>
#include <ctime>
#include <string_view>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/hex.h"
#include "codec/bytes.h"
#include "codec/hmac.h"
#include "remote/uri.h"

namespace mlops::remote {

namespace {

using codec::as_bytes;

std::string hex_hash(std::string_view text) {
  return to_hex(codec::sha256(as_bytes(text)));
}

/// "20130524T000000Z"
std::string compact_time(std::int64_t seconds) {
  return fmt::format("{:%Y%m%dT%H%M%SZ}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

}  // namespace

std::vector<std::pair<std::string, std::string>> sign(const SignedRequest& request,
                                                      const S3Credentials& credentials) {
  const std::string time = compact_time(request.time);
  const std::string day = time.substr(0, 8);
  const std::string body_hash = to_hex(request.body_hash);
  std::vector<std::pair<std::string, std::string>> added{{"x-amz-content-sha256", body_hash},
                                                         {"x-amz-date", time}};
  if (!credentials.session_token.empty()) {
    added.emplace_back("x-amz-security-token", credentials.session_token);
  }
  auto headers = request.headers;
  headers.insert(headers.end(), added.begin(), added.end());
  std::sort(headers.begin(), headers.end());
  std::string names;
  std::string lines;
  for (const auto& [name, value] : headers) {
    names += (names.empty() ? "" : ";") + name;
    lines += fmt::format("{}:{}\n", name, value);
  }
  const std::string canonical = fmt::format("{}\n{}\n{}\n{}\n{}\n{}",
                                            request.method,
                                            request.path,
                                            encode_query(request.query),
                                            lines,
                                            names,
                                            body_hash);
  const std::string scope = fmt::format("{}/{}/s3/aws4_request", day, request.region);
  const std::string to_sign =
      fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", time, scope, hex_hash(canonical));
  codec::Digest key = codec::hmac_sha256(as_bytes("AWS4" + credentials.secret), as_bytes(day));
  for (const std::string_view part : {std::string_view(request.region),
                                      std::string_view("s3"),
                                      std::string_view("aws4_request")}) {
    key = codec::hmac_sha256(key, as_bytes(part));
  }
  added.emplace_back("authorization",
                     fmt::format("AWS4-HMAC-SHA256 Credential={}/{},SignedHeaders={},Signature={}",
                                 credentials.key_id,
                                 scope,
                                 names,
                                 to_hex(codec::hmac_sha256(key, as_bytes(to_sign)))));
  return added;
}

}  // namespace mlops::remote
