#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/cancel.h"
#include "base/text.h"
#include "codec/bytes.h"
#include "os/process.h"
#include "remote/http.h"
#include "remote/s3_transport.h"

namespace mlops::test {

/// tests/support/fake_s3.py at work, with one bucket. Ends with this.
class S3Server {
 public:
  S3Server() : process_(command()), port_(process_.read_line(16)) {}

  std::string endpoint() const { return "http://127.0.0.1:" + port_; }

  std::unique_ptr<remote::S3Transport> open(const std::string& bucket = "bucket",
                                            const CancelToken* cancel = nullptr) const {
    return std::make_unique<remote::S3Transport>(
        remote::S3Place{
            .bucket = bucket, .prefix = "team/a b", .endpoint = endpoint(), .region = ""},
        remote::S3Account{.credentials = {.key_id = "key", .secret = "geheim"}},
        std::nullopt,
        cancel == nullptr ? never_ : *cancel);
  }

  /// The next requests go wrong.
  void fail_next(const std::string& kind, int count) {
    const std::string text = kind + " " + std::to_string(count);
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
  static os::ProcessSpec command() {
    os::ProcessSpec spec;
    spec.argv = {"/usr/bin/python3", MLOPS_TESTS "/support/fake_s3.py"};
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

}  // namespace mlops::test
