#include <cstddef>
#include <cstdint>

#include "fuzz/table/arrays.h"

/// An NPY file: its header, and values of all types.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mlops;
  static const fuzz::Scratch kScratch;
  const table::Source source{kScratch.path() / "t.npy", "t.npy", table::Format::npy};
  fuzz::Scratch::write(source.path, fuzz::as_text(data, size));
  fuzz::read_arrays_as_table(source, kScratch);
  return 0;
}
