#pragma once

#include "base/cancel.h"

namespace mlops::os {

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
