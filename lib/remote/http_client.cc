// The one source that knows the library.
#include <algorithm>

#include <fmt/format.h>
#include <httplib.hpp>

#include "base/error.h"
#include "base/text.h"
#include "remote/http.h"

namespace mlops::remote {

namespace {

namespace http = mlops_httplib;

constexpr time_t kConnectSeconds = 30;
/// Without any byte.
constexpr time_t kStallSeconds = 60;

std::string words_for(http::Error error) {
  switch (error) {
    case http::Error::Connection:
      return "no connection";
    case http::Error::ConnectionTimeout:
      return "no connection in time";
    case http::Error::Read:
      return "the connection was cut, or stalled, before the answer was whole";
    case http::Error::Write:
      return "the connection was cut, or stalled, before the request was sent";
    case http::Error::ProxyConnection:
      return "the proxy does not connect";
    default:
      return http::to_string(error);
  }
}

bool is_about_certificates(http::Error error) {
  return error == http::Error::SSLServerVerification || error == http::Error::SSLLoadingCerts;
}

}  // namespace

/// One connection, which is opened at its first request.
class HttpClient::Connection {
 public:
  Connection(const Origin& origin, const std::optional<Proxy>& proxy) : client_(origin.text()) {
    client_.set_keep_alive(true);
    client_.set_follow_location(false);
    client_.set_decompress(false);
    client_.set_connection_timeout(kConnectSeconds);
    client_.set_read_timeout(kStallSeconds);
    client_.set_write_timeout(kStallSeconds);
    client_.set_tcp_nodelay(true);
    client_.set_url_encode(false);
    client_.enable_server_certificate_verification(true);
    if (proxy) {
      client_.set_proxy(proxy->host, proxy->port);
      if (!proxy->user.empty()) {
        client_.set_proxy_basic_auth(proxy->user, proxy->password);
      }
    }
  }

  HttpResponse send(const HttpRequest& request, const Origin& origin, const CancelToken& cancel) {
    cancel.check();
    http::Request raw;
    raw.method = request.method;
    raw.path = request.target;
    for (const auto& [name, value] : request.headers) {
      raw.headers.emplace(name, value);
    }
    give_body(raw, request, cancel);
    HttpResponse response;
    bool is_too_long = false;
    raw.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
      is_too_long = size > request.max_body_bytes - response.body.size();
      if (!is_too_long) {
        response.body.insert(response.body.end(), data, data + size);
      }
      return !is_too_long && !cancel.is_cancelled();
    };
    const http::Result result = client_.send(raw);
    cancel.check();
    if (is_too_long) {
      throw Error(ErrorKind::corrupt,
                  fmt::format("{} sends more than the {} bytes that it may have to say",
                              origin.text(),
                              request.max_body_bytes));
    }
    if (!result) {
      fail(result.error(), origin);
    }
    response.status = result->status;
    for (const auto& [name, value] : result->headers) {
      response.headers.emplace(to_lower_ascii(name), value);
    }
    return response;
  }

 private:
  static void give_body(http::Request& raw, const HttpRequest& request, const CancelToken& cancel) {
    const bool has_body = !request.body.empty() || request.method == "PUT";
    if (!has_body) {
      return;
    }
    raw.content_length_ = request.body.size();
    raw.content_provider_ = [body = request.body, &cancel](
                                std::size_t offset, std::size_t size, http::DataSink& sink) {
      constexpr std::size_t kPiece = 1U << 18U;
      const std::string_view piece = codec::as_text(body.subspan(offset, std::min(size, kPiece)));
      return !cancel.is_cancelled() && sink.write(piece.data(), piece.size());
    };
    raw.is_chunked_content_provider_ = false;
  }

  [[noreturn]] static void fail(http::Error error, const Origin& origin) {
    if (is_about_certificates(error)) {
      throw Error(ErrorKind::config,
                  fmt::format("{} has no certificate that is valid for it and that this machine "
                              "trusts",
                              origin.text()),
                  "an authority of your own: SSL_CERT_FILE=<its certificates>");
    }
    throw Error(ErrorKind::network, fmt::format("{}: {}", origin.text(), words_for(error)));
  }

  http::Client client_;
};

HttpClient::HttpClient(Origin origin, std::optional<Proxy> proxy, const CancelToken& cancel)
    : origin_(std::move(origin)), proxy_(std::move(proxy)), cancel_(cancel) {}

HttpClient::~HttpClient() = default;

std::unique_ptr<HttpClient::Connection> HttpClient::take() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) {
    return std::make_unique<Connection>(origin_, proxy_);
  }
  auto connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

HttpResponse HttpClient::send(const HttpRequest& request) {
  auto connection = take();
  HttpResponse response = connection->send(request, origin_, cancel_);
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(connection));
  return response;
}

}  // namespace mlops::remote
