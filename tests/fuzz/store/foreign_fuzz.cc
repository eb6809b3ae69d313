#include <cstddef>
#include <cstdint>
#include <span>

#include "base/hex.h"
#include "codec/sha256.h"
#include "fuzz/harness.h"
#include "store/foreign.h"

/// Any bytes as a file of the map of foreign versions, under its right name: versions, or
/// Error{corrupt}. As a text of another tool: no crash.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mlops;
  static const fuzz::Scratch scratch;
  const auto directory = scratch.path() / "foreign";
  std::filesystem::create_directories(directory);
  const auto file = directory / to_hex(codec::sha256(std::span(data, size)));
  fuzz::Scratch::write(file, fuzz::as_text(data, size));
  const store::ForeignVersions foreign(store::Layout{scratch.path()});
  fuzz::expect_only({ErrorKind::corrupt}, [&] {
    foreign.has_any();
    foreign.find_roots_in(fuzz::as_text(data, size));
  });
  std::filesystem::remove(file);
  return 0;
}
