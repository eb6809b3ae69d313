#pragma once

#include "base/error.h"

namespace mlops::remote {

/// Does `action`. What it finds missing or damaged and says no step for lies on the remote, where
/// the fsck of the local store, which stands in for a step otherwise, is of no use.
template <typename Action>
auto naming_remote(const Action& action) {
  try {
    return action();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt || !error.hint().empty()) {
      throw;
    }
    Error named(
        error.kind(),
        error.message(),
        "bring it back from a backup of the remote; or mlops remote add a new one, and mlops "
        "data push from a clone that has the data");
    for (const std::string& line : error.context()) {
      named.add_context(line);
    }
    throw named;
  }
}

}  // namespace mlops::remote
