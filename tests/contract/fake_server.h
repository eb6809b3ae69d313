#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/error.h"
#include "base/text.h"
#include "codec/bytes.h"
#include "os/process.h"
#include "remote/http.h"

namespace mlops::test {

/// A server of tests/support at work, which goes wrong when it is told to. Ends with this.
class FakeServer {
 public:
  explicit FakeServer(const std::string& script)
      : process_(command(script)), port_(process_.read_line(16)) {}

  std::string endpoint() const { return "http://127.0.0.1:" + port_; }
  const CancelToken& never() const { return never_; }

  /// The next requests, of one method where it says so, go wrong.
  void fail_next(const std::string& kind, int count, const std::string& method = "") {
    const std::string text = kind + " " + std::to_string(count) + " " + method;
    control({.method = "POST", .target = "/-/fault", .body = codec::as_bytes(text)});
  }

  /// The requests so far.
  std::vector<std::string> seen() {
    const std::string text = control({.target = "/-/seen"});
    std::vector<std::string> lines;
    if (!text.empty()) {
      for (const std::string_view line : split(text, '\n')) {
        lines.emplace_back(line);
      }
    }
    return lines;
  }

 private:
  static os::ProcessSpec command(const std::string& script) {
    os::ProcessSpec spec;
    spec.argv = {"/usr/bin/python3", MLOPS_TESTS "/support/" + script};
    spec.env = {"PATH=/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE=1"};
    spec.cwd = "/";
    return spec;
  }

  std::string control(const remote::HttpRequest& request) {
    remote::HttpClient client(remote::parse_origin(endpoint()), std::nullopt, never_);
    return std::string(codec::as_text(client.send(request).body));
  }

  CancelToken never_;
  os::Coprocess process_;
  std::string port_;
};

inline codec::Bytes content_of(std::string_view text) {
  return {text.begin(), text.end()};
}

/// What a call throws; `internal` when it does not.
struct Failure {
  ErrorKind kind = ErrorKind::internal;
  std::string message;  ///< with its hint
};

template <typename Call>
Failure failure_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return {error.kind(), error.message() + "; " + error.hint()};
  }
  return {};
}

}  // namespace mlops::test
