#include "remote/location.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "os/process.h"
#include "remote/directory_transport.h"
#include "remote/http.h"
#include "remote/s3_transport.h"
#include "remote/ssh_transport.h"
#include "remote/uri.h"
#include "remote/webdav_transport.h"

namespace mlops::remote {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 2> kNotBuilt = {"gs", "az"};
constexpr std::string_view kExample = "such as file:///mnt/team/mlops";

[[noreturn]] void fail(std::string_view url, std::string_view problem, std::string hint) {
  throw Error(ErrorKind::config, fmt::format("{}: {}", quote(url), problem), std::move(hint));
}

std::string decode_percents(std::string_view url, std::string_view text) {
  auto decoded = decode_uri(text);
  if (!decoded) {
    fail(url, "'%' is not followed by two hex digits", "a plain path needs no '%'");
  }
  return std::move(*decoded);
}

fs::path checked(std::string_view url, const std::string& path) {
  const bool is_plain = std::none_of(path.begin(), path.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20U || byte == 0x7fU;
  });
  if (path.empty() || !is_plain) {
    fail(url, "is no name of a directory", std::string(kExample));
  }
  return path;
}

Location parse_file_url(std::string_view url, std::string_view rest) {
  const auto slash = rest.find('/');
  const std::string_view host = rest.substr(0, slash);
  if (slash == std::string_view::npos || (!host.empty() && host != "localhost")) {
    fail(url, "a file URL has three slashes and an absolute path", std::string(kExample));
  }
  const fs::path path = checked(url, decode_percents(url, rest.substr(slash)));
  return {.scheme = "file", .directory = path.lexically_normal()};
}

/// What may stand in a user: nothing that ssh, or a shell, takes for more than a name.
bool is_name(std::string_view text, std::string_view more) {
  return !text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           more.find(c) != std::string_view::npos;
  });
}

void parse_host(std::string_view url, std::string_view text, Location& location) {
  const auto found = split_host(text);
  if (!found) {
    fail(url, "says no host, or no port behind it", "such as ssh://ada@data.example.org/srv/mlops");
  }
  location.host = found->host;
  location.port = found->port ? std::to_string(*found->port) : std::string();
}

Location parse_ssh_url(std::string_view url, std::string_view rest) {
  const auto slash = rest.find('/');
  const std::string_view authority = rest.substr(0, slash);
  Location location{.kind = Location::Kind::ssh, .scheme = "ssh"};
  const auto at = authority.rfind('@');
  if (at != std::string_view::npos) {
    location.user = authority.substr(0, at);
    if (location.user.find(':') != std::string::npos) {
      throw Error(ErrorKind::config,
                  "there is a password in the URL of a remote, which git would keep for ever",
                  "ssh takes a key: ssh://user@host/path, ssh-copy-id, ssh-add");
    }
    if (!is_name(location.user, "._-+")) {
      fail(url, quote(location.user) + " is no name of a user", "ssh://user@host/path");
    }
  }
  parse_host(url, authority.substr(at == std::string_view::npos ? 0 : at + 1), location);
  if (slash == std::string_view::npos || slash + 1 == rest.size()) {
    fail(url, "says no directory of that host", "such as ssh://host/srv/mlops");
  }
  const fs::path path = checked(url, decode_percents(url, rest.substr(slash)));
  location.directory = path.lexically_normal();
  return location;
}

/// As S3 has them: 3 to 63 lower-case letters, digits, dots and dashes.
bool is_bucket(std::string_view text) {
  constexpr std::size_t kLeast = 3;
  constexpr std::size_t kMost = 63;
  const auto is_inner = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  };
  return text.size() >= kLeast && text.size() <= kMost && text.front() != '-' &&
         text.front() != '.' && text.find("..") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), is_inner);
}

Location parse_s3_url(std::string_view url, std::string_view rest) {
  constexpr std::string_view kBucket = "such as s3://acme-ml/churn";
  const auto slash = rest.find('/');
  Location location{.kind = Location::Kind::s3, .scheme = "s3"};
  location.bucket = rest.substr(0, slash);
  if (location.bucket.find('@') != std::string::npos) {
    throw Error(ErrorKind::config,
                "there is a user in the URL of a remote: keys do not belong into git",
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or aws configure");
  }
  if (!is_bucket(location.bucket)) {
    fail(url, quote(location.bucket) + " is no name of a bucket", std::string(kBucket));
  }
  std::string_view prefix = slash == std::string_view::npos ? "" : rest.substr(slash + 1);
  while (prefix.ends_with('/')) {
    prefix.remove_suffix(1);
  }
  location.prefix = prefix;
  if (!prefix.empty()) {
    checked(url, location.prefix);
    for (const std::string_view part : split(prefix, '/')) {
      if (part.empty() || part == "." || part == "..") {
        fail(url, "has an empty part, or one of dots, behind the bucket", std::string(kBucket));
      }
    }
  }
  return location;
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

/// What may be a password, or a token, is not repeated.
Location parse_webdav_url(std::string_view scheme, std::string_view rest) {
  constexpr std::string_view kPlace = "such as https://dav.example.org/team/mlops";
  const auto slash = std::min(rest.find('/'), rest.size());
  const std::string_view authority = rest.substr(0, slash);
  if (authority.find('@') != std::string_view::npos ||
      rest.find_first_of("?#") != std::string_view::npos) {
    throw Error(
        ErrorKind::config,
        "the URL of a remote has a user, a '?' or a '#' in it, which git would keep for ever",
        "a login comes from ~/.netrc or the environment: mlops help remote add");
  }
  const std::string url = fmt::format("{}://{}", scheme, rest);
  const auto found = split_host(authority);
  if (!found) {
    fail(url, "says no host, or no port behind it", std::string(kPlace));
  }
  const Origin origin = parse_origin(fmt::format("{}://{}", scheme, authority));
  if (origin.scheme == Origin::Scheme::http && !is_loopback(origin.host)) {
    fail(url, "a login would be sent for all to read", "https://" + std::string(rest));
  }
  std::string path = decode_percents(url, rest.substr(slash));
  path.erase(0, std::min(path.find_first_not_of('/'), path.size()));
  path.erase(path.find_last_not_of('/') + 1);
  if (!path.empty()) {
    checked(url, path);
    for (const std::string_view part : split(path, '/')) {
      if (part.empty() || part == "." || part == "..") {
        fail(url, "has an empty part, or one of dots, in its path", std::string(kPlace));
      }
    }
  }
  return {.kind = Location::Kind::webdav,
          .scheme = std::string(scheme),
          .host = found->host,
          .prefix = std::move(path),
          .origin = origin.text()};
}

std::string name_of(const Location& location) {
  const bool is_bracketed = location.host.find(':') != std::string::npos;
  return fmt::format("ssh://{}{}{}{}{}",
                     location.user.empty() ? "" : location.user + "@",
                     is_bracketed ? "[" + location.host + "]" : location.host,
                     location.port.empty() ? "" : ":",
                     location.port,
                     location.directory.string());
}

std::unique_ptr<Transport> open_s3(const Location& location,
                                   const RemoteOptions& options,
                                   const Surroundings& surroundings) {
  const S3Place place{.bucket = location.bucket,
                      .prefix = location.prefix,
                      .endpoint = options.endpoint,
                      .region = options.region};
  const Origin origin =
      parse_origin(options.endpoint.empty() ? "https://amazonaws.com" : options.endpoint);
  return std::make_unique<S3Transport>(place,
                                       find_s3_account(surroundings.environment),
                                       find_proxy(origin, surroundings.environment),
                                       *surroundings.cancel);
}

std::unique_ptr<Transport> open_webdav(const Location& location, const Surroundings& surroundings) {
  const Origin origin = parse_origin(location.origin);
  const bool is_elsewhere = origin.scheme == Origin::Scheme::https;
  auto ask = [origin, surroundings]() -> std::optional<WebDavLogin> {
    const auto git = os::find_executable("git", surroundings.search_path);
    return git ? ask_git_for_login(origin,
                                   *git,
                                   surroundings.environment,
                                   surroundings.directory,
                                   *surroundings.cancel)
               : std::nullopt;
  };
  return std::make_unique<WebDavTransport>(
      WebDavPlace{.origin = origin, .path = location.prefix},
      find_webdav_login(origin, surroundings.environment),
      std::move(ask),
      is_elsewhere ? find_proxy(origin, surroundings.environment) : std::nullopt,
      *surroundings.cancel);
}

std::unique_ptr<Transport> open_ssh(const Location& location, const Surroundings& surroundings) {
  const auto ssh = os::find_executable("ssh", surroundings.search_path);
  if (!ssh) {
    throw Error(ErrorKind::config,
                "ssh is not installed, or not in the PATH",
                "Debian: apt-get install openssh-client");
  }
  os::ProcessSpec command;
  command.argv = ssh_command(*ssh, location);
  command.env = surroundings.environment;
  command.cwd = surroundings.directory;
  return std::make_unique<SshTransport>(
      name_of(location), std::move(command), *surroundings.cancel);
}

}  // namespace

Location parse_location(std::string_view url, const fs::path& base) {
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) {
    const auto single = url.find(':');
    if (single != std::string_view::npos && single < url.find('/')) {
      fail(url,
           "looks like host:path, which mlops does not take",
           "ssh://host/path; a directory of that name: ./" + std::string(url));
    }
    return {.directory = (base / checked(url, std::string(url))).lexically_normal()};
  }
  const std::string scheme = to_lower_ascii(url.substr(0, colon));
  if (scheme == "file") {
    return parse_file_url(url, url.substr(colon + 3));
  }
  if (scheme == "ssh") {
    return parse_ssh_url(url, url.substr(colon + 3));
  }
  if (scheme == "s3") {
    return parse_s3_url(url, url.substr(colon + 3));
  }
  if (scheme == "https" || scheme == "http") {
    return parse_webdav_url(scheme, url.substr(colon + 3));
  }
  if (std::find(kNotBuilt.begin(), kNotBuilt.end(), scheme) != kNotBuilt.end()) {
    return {.kind = Location::Kind::not_built, .scheme = scheme};
  }
  std::vector<std::string> schemes(kNotBuilt.begin(), kNotBuilt.end());
  schemes.insert(schemes.end(), {"file", "ssh", "s3", "https"});
  const std::string hint = did_you_mean(scheme, schemes);
  fail(url,
       fmt::format("{} is no kind of remote", quote(scheme)),
       hint.empty() ? std::string(kExample) : hint);
}

std::vector<std::string> ssh_command(const fs::path& ssh, const Location& location) {
  std::vector<std::string> argv{ssh.string(),
                                "-T",
                                "-oBatchMode=yes",
                                "-oConnectTimeout=30",
                                "-oServerAliveInterval=15",
                                "-oServerAliveCountMax=4"};
  if (!location.port.empty()) {
    argv.push_back("-p" + location.port);
  }
  if (!location.user.empty()) {
    argv.push_back("-l" + location.user);
  }
  argv.insert(argv.end(), {"--", location.host});
  // A shell there takes it apart again: that is how ssh works.
  argv.push_back(shell_join({"mlops", "serve", "--", location.directory.string()}));
  return argv;
}

std::unique_ptr<Transport> open_transport(const Location& location,
                                          const RemoteOptions& options,
                                          const Surroundings& surroundings) {
  switch (location.kind) {
    case Location::Kind::directory:
      return std::make_unique<DirectoryTransport>(location.directory);
    case Location::Kind::ssh:
      return open_ssh(location, surroundings);
    case Location::Kind::s3:
      return open_s3(location, options, surroundings);
    case Location::Kind::webdav:
      return open_webdav(location, surroundings);
    case Location::Kind::not_built:
      break;
  }
  throw Error(ErrorKind::config,
              fmt::format("remotes of the kind {} are not built into this version of mlops",
                          quote(location.scheme + "://")),
              "a directory works, also one of a server that is mounted: " +
                  std::string(kExample).substr(std::string_view("such as ").size()));
}

}  // namespace mlops::remote
