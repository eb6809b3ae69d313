#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "contract/fake_server.h"
#include "remote/s3_transport.h"

namespace mlops::test {

/// tests/support/fake_s3.py, with one bucket.
class S3Server : public FakeServer {
 public:
  S3Server() : FakeServer("fake_s3.py") {}

  std::unique_ptr<remote::S3Transport> open(const std::string& bucket = "bucket",
                                            const CancelToken* cancel = nullptr) const {
    return std::make_unique<remote::S3Transport>(
        remote::S3Place{
            .bucket = bucket, .prefix = "team/a b", .endpoint = endpoint(), .region = ""},
        remote::S3Account{.credentials = {.key_id = "key", .secret = "geheim"}},
        std::nullopt,
        cancel == nullptr ? never() : *cancel);
  }
};

}  // namespace mlops::test
