#pragma once

#include <cstdint>

#include "base/cancel.h"

namespace mlops::os {

/// How often this process was stopped and went on, as after Ctrl-Z and fg. Counted while there is
/// a SignalScope.
std::uint64_t times_resumed() noexcept;

/// While it lives, SIGINT, SIGTERM and SIGHUP cancel the token (a second one of them, at least a
/// fifth of a second later, ends the process at once with the code of that signal) and SIGPIPE is
/// ignored. One at a time.
class SignalScope {
 public:
  explicit SignalScope(CancelToken& token);
  ~SignalScope();
  SignalScope(const SignalScope&) = delete;
  SignalScope& operator=(const SignalScope&) = delete;
};

}  // namespace mlops::os
