#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/cancel.h"

namespace mlops::remote {

/// Pauses between tries of one request: half a second, twice as long each time, at most half a
/// minute, each shortened at random so that many who were refused together do not come back
/// together; or what the server asks for. At most seven tries and three minutes. One thread.
class Retry {
 public:
  explicit Retry(const CancelToken& cancel) : cancel_(cancel) {}
  /// Waits; false when it is enough. `retry_after`: the server's header, in seconds.
  /// Error{interrupted}.
  bool wait(std::string_view retry_after);

 private:
  const CancelToken& cancel_;
  int tries_ = 1;
  std::chrono::milliseconds waited_{0};
};

}  // namespace mlops::remote
