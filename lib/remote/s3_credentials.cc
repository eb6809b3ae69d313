#include "remote/s3_credentials.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "remote/http.h"
#include "remote/key_file.h"

namespace mlops::remote {

namespace {

namespace fs = std::filesystem;

using Values = std::vector<std::pair<std::string, std::string>>;

std::string value_of(const Values& values, std::string_view name) {
  const auto found = std::find_if(
      values.begin(), values.end(), [&](const auto& value) { return value.first == name; });
  return found == values.end() ? std::string() : found->second;
}

/// Nothing where there is no such file.
Values read_section(const fs::path& file, std::string_view section) {
  const auto text = read_key_file(file);
  return text ? read_ini_section(*text, section, file.string()) : Values();
}

}  // namespace

Values read_ini_section(std::string_view text, std::string_view section, const std::string& file) {
  Values values;
  bool is_wanted = false;
  std::size_t number = 0;
  for (const std::string_view raw : split(text, '\n')) {
    ++number;
    const std::string_view line = trim(raw);
    const bool is_nested = !raw.empty() && (raw.front() == ' ' || raw.front() == '\t');
    if (line.empty() || line.front() == '#' || line.front() == ';' || is_nested) {
      continue;
    }
    if (line.front() == '[') {
      if (line.back() != ']') {
        throw Error(ErrorKind::config,
                    fmt::format("{}:{}: a section does not end in ']'", file, number));
      }
      is_wanted = trim(line.substr(1, line.size() - 2)) == section;
      continue;
    }
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) {
      throw Error(ErrorKind::config,
                  fmt::format("{}:{}: neither a section nor 'name = value'", file, number));
    }
    if (is_wanted) {
      values.emplace_back(to_lower_ascii(trim(line.substr(0, equals))),
                          trim(line.substr(equals + 1)));
    }
  }
  return values;
}

S3Account find_s3_account(const std::vector<std::string>& environment) {
  S3Account account;
  account.credentials = {.key_id = find_variable(environment, "AWS_ACCESS_KEY_ID"),
                         .secret = find_variable(environment, "AWS_SECRET_ACCESS_KEY"),
                         .session_token = find_variable(environment, "AWS_SESSION_TOKEN")};
  account.region = find_variable(environment, "AWS_REGION");
  if (account.region.empty()) {
    account.region = find_variable(environment, "AWS_DEFAULT_REGION");
  }
  std::string profile = find_variable(environment, "AWS_PROFILE");
  const bool is_named = !profile.empty();
  profile = is_named ? profile : "default";
  const fs::path config = key_file(environment, "AWS_CONFIG_FILE", ".aws/config");
  const Values settings =
      read_section(config, profile == "default" ? profile : "profile " + profile);
  if (account.region.empty()) {
    account.region = value_of(settings, "region");
  }
  S3Credentials& keys = account.credentials;
  if (!keys.key_id.empty() && !keys.secret.empty()) {
    return account;
  }
  const fs::path file = key_file(environment, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials");
  for (const auto& [where, values] :
       {std::pair{file, read_section(file, profile)}, std::pair{config, settings}}) {
    keys = {.key_id = value_of(values, "aws_access_key_id"),
            .secret = value_of(values, "aws_secret_access_key"),
            .session_token = value_of(values, "aws_session_token")};
    if (!keys.key_id.empty() && !keys.secret.empty()) {
      refuse_readable_by_others(where);
      return account;
    }
  }
  throw Error(ErrorKind::config,
              is_named ? "the profile " + quote(profile) + " has no keys for S3"
                       : std::string("there are no keys for S3"),
              "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or aws configure");
}

}  // namespace mlops::remote
