#pragma once

#include <cstdlib>

/// Ends the process, also in builds without asserts: the fuzzer keeps the input.
inline void fuzz_require(bool holds) {
  if (!holds) {
    std::abort();
  }
}
