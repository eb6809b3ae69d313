#pragma once

#include <memory>
#include <optional>
#include <string>

#include "contract/fake_server.h"
#include "remote/webdav_transport.h"

namespace mlops::test {

/// tests/support/fake_webdav.py, with one directory, which takes one login.
class WebDavServer : public FakeServer {
 public:
  WebDavServer() : FakeServer("fake_webdav.py") {}

  static remote::WebDavLogin login() { return {.user = "ada", .password = "geheim", .token = ""}; }

  std::unique_ptr<remote::WebDavTransport> open(
      const std::string& path = "dav/team a",
      const std::optional<remote::WebDavLogin>& with = login(),
      remote::WebDavTransport::AskLogin ask = nullptr) const {
    return std::make_unique<remote::WebDavTransport>(
        remote::WebDavPlace{.origin = remote::parse_origin(endpoint()), .path = path},
        with,
        std::move(ask),
        std::nullopt,
        never());
  }
};

}  // namespace mlops::test
