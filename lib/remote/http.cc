#include "remote/http.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace mlops::remote {

namespace {

constexpr int kHttpPort = 80;
constexpr int kHttpsPort = 443;

[[noreturn]] void fail(std::string_view problem) {
  throw Error(ErrorKind::config,
              fmt::format("an endpoint {}", problem),
              "such as https://minio.example.org:9000");
}

std::optional<int> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool is_good = problem == std::errc() && end == text.data() + text.size() && port > 0;
  return is_good ? std::optional<int>(port) : std::nullopt;
}

bool is_host(std::string_view text) {
  return !text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-' || c == '_';
  });
}

std::string find_either(const std::vector<std::string>& environment, const std::string& name) {
  std::string upper;
  for (const char c : name) {
    upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  std::string found = find_variable(environment, name);
  return found.empty() ? find_variable(environment, upper) : found;
}

/// Whether a host is one of "example.org, .internal, *".
bool is_excepted(const std::string& host, const std::string& no_proxy) {
  for (std::string_view entry : split(no_proxy, ',')) {
    entry = trim(entry);
    if (entry == "*") {
      return true;
    }
    entry.remove_prefix(entry.starts_with('.') ? 1 : 0);
    if (entry.empty()) {
      continue;
    }
    const bool is_below = host.size() > entry.size() && host.ends_with(entry) &&
                          host[host.size() - entry.size() - 1] == '.';
    if (host == entry || is_below) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::optional<HostAndPort> split_host(std::string_view text) {
  HostAndPort found;
  std::string_view rest;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    const std::string_view address = text.substr(1, end - 1);
    // "%eth0" of an address that is only unique there.
    const std::string_view zone = address.substr(std::min(address.find('%'), address.size()));
    const bool is_address =
        end != std::string_view::npos && !address.empty() &&
        address.substr(0, address.size() - zone.size())
                .find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos &&
        (zone.empty() || is_host(zone.substr(1)));
    if (!is_address) {
      return std::nullopt;
    }
    found.host = address;
    rest = text.substr(end + 1);
  } else {
    const auto colon = text.find(':');
    found.host = text.substr(0, colon);
    if (!is_host(found.host)) {
      return std::nullopt;
    }
    rest = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
  }
  if (!rest.empty()) {
    found.port = rest.starts_with(':') ? parse_port(rest.substr(1)) : std::nullopt;
    if (!found.port) {
      return std::nullopt;
    }
  }
  return found;
}

std::string find_variable(const std::vector<std::string>& environment, std::string_view name) {
  for (const std::string& variable : environment) {
    if (variable.starts_with(name) && variable.size() > name.size() &&
        variable[name.size()] == '=') {
      return variable.substr(name.size() + 1);
    }
  }
  return {};
}

std::string Origin::authority() const {
  const std::string shown = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == 0 ? shown : fmt::format("{}:{}", shown, port);
}

std::string Origin::text() const {
  return fmt::format("{}://{}", scheme == Scheme::https ? "https" : "http", authority());
}

Origin parse_origin(std::string_view url) {
  Origin origin;
  const auto colon = url.find("://");
  const std::string scheme =
      to_lower_ascii(url.substr(0, colon == std::string_view::npos ? 0 : colon));
  if (scheme != "https" && scheme != "http") {
    fail("begins with https:// or http://");
  }
  origin.scheme = scheme == "https" ? Origin::Scheme::https : Origin::Scheme::http;
  std::string_view rest = url.substr(colon + 3);
  while (rest.ends_with('/')) {
    rest.remove_suffix(1);
  }
  if (rest.find('@') != std::string_view::npos) {
    fail("has no user and no password in it: credentials come from the environment");
  }
  const auto found = split_host(rest);
  if (!found) {
    fail(fmt::format("is an origin, host and maybe port, and not {}", quote(std::string(rest))));
  }
  origin.host = to_lower_ascii(found->host);
  const int usual = origin.scheme == Origin::Scheme::https ? kHttpsPort : kHttpPort;
  origin.port = found->port.value_or(usual) == usual ? 0 : *found->port;
  return origin;
}

std::string HttpResponse::header(std::string_view name) const {
  const auto found = headers.find(std::string(name));
  return found == headers.end() ? std::string() : found->second;
}

std::optional<Proxy> find_proxy(const Origin& origin, const std::vector<std::string>& environment) {
  // HTTP_PROXY is what a CGI server sets from a client's header.
  std::string url = origin.scheme == Origin::Scheme::https
                        ? find_either(environment, "https_proxy")
                        : find_variable(environment, "http_proxy");
  if (url.empty()) {
    url = find_either(environment, "all_proxy");
  }
  if (url.empty() || is_excepted(origin.host, find_either(environment, "no_proxy"))) {
    return std::nullopt;
  }
  std::string_view rest = url;
  if (const auto colon = rest.find("://"); colon != std::string_view::npos) {
    if (to_lower_ascii(rest.substr(0, colon)) != "http") {
      throw Error(ErrorKind::config,
                  "the proxy that the environment names is no http:// proxy",
                  "https_proxy=http://host:port, or no_proxy=" + origin.host);
    }
    rest.remove_prefix(colon + 3);
  }
  rest = rest.substr(0, rest.find('/'));
  Proxy proxy;
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    const std::string_view login = rest.substr(0, at);
    const auto colon = login.find(':');
    proxy.user = login.substr(0, colon);
    proxy.password = colon == std::string_view::npos ? std::string_view() : login.substr(colon + 1);
    rest.remove_prefix(at + 1);
  }
  const auto found = split_host(rest);
  if (!found) {
    throw Error(ErrorKind::config,
                "the proxy that the environment names has no host",
                "https_proxy=http://host:port, or no_proxy=" + origin.host);
  }
  proxy.host = found->host;
  proxy.port = found->port.value_or(kHttpPort);
  return proxy;
}

}  // namespace mlops::remote
