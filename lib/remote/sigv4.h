#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "codec/sha256.h"

namespace mlops::remote {

/// Keys of an account. Never part of a message.
struct S3Credentials {
  std::string key_id;
  std::string secret;
  std::string session_token;  ///< empty: there is none
};

/// A request to sign. Source: AWS, "Signature Version 4", S3's flavour: the path is encoded once
/// and not normalised, the body is named by its SHA-256.
struct SignedRequest {
  std::string method;
  std::string path;                                          ///< encoded, begins with '/'
  std::vector<std::pair<std::string, std::string>> query;    ///< raw
  std::vector<std::pair<std::string, std::string>> headers;  ///< signed all; names in lower case
  codec::Digest body_hash{};
  std::string region;
  std::int64_t time = 0;  ///< seconds since the epoch
};

/// What to send besides: x-amz-date, x-amz-content-sha256, a token, and authorization.
std::vector<std::pair<std::string, std::string>> sign(const SignedRequest& request,
                                                      const S3Credentials& credentials);

}  // namespace mlops::remote
