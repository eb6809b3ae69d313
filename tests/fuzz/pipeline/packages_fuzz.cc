#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "base/text.h"
#include "fuzz/harness.h"
#include "pipeline/conda.h"
#include "pipeline/installed_packages.h"

namespace {

using namespace mlops;
using namespace mlops::pipeline;

std::filesystem::path prefix_with(std::string_view record) {
  static const fuzz::Scratch kScratch;
  const auto directory = kScratch.path() / "conda-meta";
  std::filesystem::create_directories(directory);
  fuzz::Scratch::write(directory / "one.json", record);
  return kScratch.path();
}

}  // namespace

/// What tools wrote about packages: a lock of conda's, a record in conda-meta, the RECORD of a
/// wheel.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::as_text(data, size);
  for (const auto* file : {"conda-lock.yml", "explicit.txt"}) {
    fuzz::expect_only({ErrorKind::config}, [&] { parse_conda_lock(text, file, "linux-64"); });
  }
  fuzz::expect_only({ErrorKind::config},
                    [&] { fuzz::require(read_conda_meta(prefix_with(text)).size() == 1); });
  const auto files = installed_files(text);
  fuzz::require(std::is_sorted(files.begin(), files.end()));
  fuzz::require(installed_files(join(files, "\n")) == files);
  return 0;
}
