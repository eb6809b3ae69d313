#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "os/fault.h"
#include "unit/os/call_trace.h"

namespace mlops::workspace::test {

/// True when the plan fired.
template <typename Action>
bool fails_at(std::uint64_t call, const char* name, Action action) {
  os::fault::arm(std::to_string(call) + ":" + name);
  bool failed = false;
  try {
    action();
  } catch (const Error&) {
    failed = true;
  }
  os::fault::arm("count");
  return failed;
}

/// Numbers of the calls of `action` that a test makes fail: all that write, sync or rename, and
/// `others` of the rest. Those into the 256 directories of packs are alike and left out: they are
/// nine of ten calls of a first add, and fault.store fails each.
inline std::vector<std::uint64_t> calls_to_fail(const std::function<void()>& action,
                                                std::size_t others) {
  const os::CallTrace trace = os::CallTrace::of(action);
  std::vector<std::uint64_t> chosen;
  std::vector<std::uint64_t> rest;
  for (std::size_t i = 0; i < trace.calls().size(); ++i) {
    const os::fault::Call& call = trace.calls()[i];
    const bool changes_disk = call.name == "write" || call.name == "fsync" ||
                              call.name == "fdatasync" || call.name == "renameat2";
    if (changes_disk) {
      chosen.push_back(i + 1);
    } else if (call.name != "readdir" && call.path.find("/store/packs/") == std::string::npos) {
      rest.push_back(i + 1);
    }
  }
  const std::size_t step = std::max<std::size_t>(1, rest.size() / std::max<std::size_t>(1, others));
  for (std::size_t i = 0; i < rest.size(); i += step) {
    chosen.push_back(rest[i]);
  }
  return chosen;
}

}  // namespace mlops::workspace::test
