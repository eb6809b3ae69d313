#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/cancel.h"
#include "codec/bytes.h"

namespace mlops::remote {

/// Of "NAME=value" entries; "" when there is none.
std::string find_variable(const std::vector<std::string>& environment, std::string_view name);

struct HostAndPort {
  std::string host;         ///< an address without its brackets
  std::optional<int> port;  ///< 1 to 65535
};
/// "host", "host:22", "[::1]:22"; nothing for all else, and for a host that begins like an option.
std::optional<HostAndPort> split_host(std::string_view text);

/// Where requests go. Nothing follows a redirect: what is signed for one origin is sent to no
/// other.
struct Origin {
  enum class Scheme { http, https } scheme = Scheme::https;
  std::string host;
  int port = 0;              ///< 0: that of the scheme
  std::string text() const;  ///< "https://host:port", without a port that the scheme says
  /// As the header Host has it.
  std::string authority() const;
};

/// "https://host[:port]", with nothing behind it but slashes. Error{config} for all else; a user or
/// a password in it is refused and not repeated.
Origin parse_origin(std::string_view url);

struct HttpRequest {
  std::string method = "GET";
  std::string target;  ///< path and query, encoded
  std::vector<std::pair<std::string, std::string>> headers{};
  std::span<const std::uint8_t> body{};
  std::uint64_t max_body_bytes = 1U << 20U;  ///< of the response
};

struct HttpResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  codec::Bytes body;
  /// "" when there is none.
  std::string header(std::string_view name) const;
};

/// A proxy, by the variables that curl reads: https_proxy, http_proxy, all_proxy, no_proxy, in
/// either case but for HTTP_PROXY.
struct Proxy {
  std::string host;
  int port = 0;
  std::string user;
  std::string password;
};
/// `environment` is "NAME=value". Error{config} for a proxy that is no http:// URL.
std::optional<Proxy> find_proxy(const Origin& origin, const std::vector<std::string>& environment);

/// Connections to one origin, kept for the next request; as many as threads ask at once. Any
/// thread.
class HttpClient {
 public:
  HttpClient(Origin origin, std::optional<Proxy> proxy, const CancelToken& cancel);
  ~HttpClient();

  /// One try, one answer, whatever its status. Error{network} when there is none, or it ends before
  /// its length; Error{corrupt} for a body of more than `max_body_bytes`; Error{config} for a
  /// certificate that is not valid for the host; Error{interrupted}.
  HttpResponse send(const HttpRequest& request);
  const Origin& origin() const { return origin_; }

 private:
  class Connection;
  std::unique_ptr<Connection> take();

  Origin origin_;
  std::optional<Proxy> proxy_;
  const CancelToken& cancel_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace mlops::remote
