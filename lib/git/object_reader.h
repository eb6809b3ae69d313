#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "git/git_command.h"
#include "git/untrusted.h"
#include "os/process.h"

namespace mlops::git {

/// Two running `git cat-file`: one says what an object is, the other hands out its bytes, so that
/// an object is never read before its size is known to be bearable. Error{io} when git ends.
class ObjectReader {
 public:
  explicit ObjectReader(const GitCommand& git);
  /// Nothing when the object is missing. `oid` is hex.
  std::optional<ObjectHeader> find_header(std::string_view oid);
  /// Error{corrupt} when it is missing.
  std::string read(std::string_view oid);

 private:
  os::Coprocess check_;
  os::Coprocess batch_;
};

}  // namespace mlops::git
