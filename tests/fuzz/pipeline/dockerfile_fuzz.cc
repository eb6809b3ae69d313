#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

#include "fuzz/harness.h"
#include "pipeline/build_context.h"
#include "pipeline/dockerfile.h"

namespace {

using namespace mlops;
using namespace mlops::pipeline;

/// Each name could stand in an argument vector, and none is there twice.
void check_images(std::string_view text) {
  fuzz::expect_only({ErrorKind::config}, [&] {
    const auto names = parse_base_images(text, "Dockerfile");
    for (const auto& name : names) {
      fuzz::require(!name.empty() && name.front() != '-' && name.find('$') == std::string::npos);
    }
    fuzz::require(std::set(names.begin(), names.end()).size() == names.size());
  });
}

/// An exception for everything at the end leaves nothing out.
void check_patterns(std::string_view text) {
  const IgnorePatterns patterns(text);
  const IgnorePatterns lenient(std::string(text) + "\n!a\n!data/x.csv\n");
  for (const std::string path : {"a", "data/x.csv", ".git/config"}) {
    patterns.ignores(path);
  }
  fuzz::require(!lenient.ignores("a") && !lenient.ignores("data/x.csv"));
}

}  // namespace

/// What says how an image is built.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::as_text(data, size);
  check_images(text);
  check_patterns(text);
  return 0;
}
