#include "remote/location.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/hex.h"
#include "base/suggest.h"
#include "base/text.h"
#include "remote/directory_transport.h"

namespace mlops::remote {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 6> kNotBuilt = {"ssh", "s3", "gs", "az", "https", "http"};
constexpr std::string_view kExample = "such as file:///mnt/team/mlops";

[[noreturn]] void fail(std::string_view url, std::string_view problem, std::string hint) {
  throw Error(ErrorKind::config, fmt::format("{}: {}", quote(url), problem), std::move(hint));
}

/// "%20" → a space, once.
std::string decode_percents(std::string_view url, std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    std::array<std::uint8_t, 1> byte{};
    if (!from_hex(to_lower_ascii(text.substr(i + 1, 2)), byte)) {
      fail(url, "'%' is not followed by two hex digits", "a plain path needs no '%'");
    }
    decoded += static_cast<char>(byte[0]);
    i += 2;
  }
  return decoded;
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
  return {Location::Kind::directory, "file", path.lexically_normal()};
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
    return {
        Location::Kind::directory, "", (base / checked(url, std::string(url))).lexically_normal()};
  }
  const std::string scheme = to_lower_ascii(url.substr(0, colon));
  if (scheme == "file") {
    return parse_file_url(url, url.substr(colon + 3));
  }
  if (std::find(kNotBuilt.begin(), kNotBuilt.end(), scheme) != kNotBuilt.end()) {
    return {Location::Kind::not_built, scheme, {}};
  }
  std::vector<std::string> schemes(kNotBuilt.begin(), kNotBuilt.end());
  schemes.emplace_back("file");
  const std::string hint = did_you_mean(scheme, schemes);
  fail(url,
       fmt::format("{} is no kind of remote", quote(scheme)),
       hint.empty() ? std::string(kExample) : hint);
}

std::unique_ptr<Transport> open_transport(const Location& location) {
  if (location.kind == Location::Kind::not_built) {
    throw Error(ErrorKind::config,
                fmt::format("remotes of the kind {} are not built into this version of mlops",
                            quote(location.scheme + "://")),
                "a directory works, also one of a server that is mounted: " +
                    std::string(kExample).substr(std::string_view("such as ").size()));
  }
  return std::make_unique<DirectoryTransport>(location.directory);
}

}  // namespace mlops::remote
