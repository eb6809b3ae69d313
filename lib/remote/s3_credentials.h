#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "remote/sigv4.h"

namespace mlops::remote {

/// What an account's files and variables say, as AWS's own tools read them.
struct S3Account {
  S3Credentials credentials;
  std::string region;  ///< empty: nobody says one
};

/// First AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN; else the profile AWS_PROFILE
/// ("default") of ~/.aws/credentials, then ~/.aws/config (or AWS_SHARED_CREDENTIALS_FILE,
/// AWS_CONFIG_FILE). The region: AWS_REGION, AWS_DEFAULT_REGION, the profile's. `environment` is
/// "NAME=value". Error{config} when there are none, for a credentials file that others may read, or
/// that cannot be parsed; no message has a value of it.
S3Account find_s3_account(const std::vector<std::string>& environment);

/// The values of one section of an INI file. Error{config} with file and line.
std::vector<std::pair<std::string, std::string>> read_ini_section(std::string_view text,
                                                                  std::string_view section,
                                                                  const std::string& file);

}  // namespace mlops::remote
