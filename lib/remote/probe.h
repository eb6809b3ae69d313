#pragma once

#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "os/pool.h"
#include "remote/transport.h"

namespace mlops::remote {

/// One thing that a remote must be able to do.
struct ProbeResult {
  std::string what;  ///< "write", "compare-and-swap" …
  enum class State { works, fails, unsure } state = State::works;
  std::string detail;
};

/// Tries what the protocol needs, with objects below "probe/" that it removes again: write, read, a
/// part, list, delete, the clock, and 200 races of several writers for one name each, of which
/// exactly one must win. What fails is a result. An error is an interruption, and what a place says
/// that cannot be asked at all.
std::vector<ProbeResult> probe(Transport& transport, Progress& progress, const CancelToken& cancel);

/// Whether pushes of several writers are safe there, and pull works.
bool is_usable(const std::vector<ProbeResult>& results);

}  // namespace mlops::remote
