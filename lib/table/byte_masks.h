#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace mlops::table {

/// 64 bytes of text as bits, the first byte the lowest. `odd` are quotes, NULs and bytes that are
/// not ASCII: what a record needs a closer look for.
struct ByteMasks {
  std::uint64_t newline = 0;
  std::uint64_t delimiter = 0;
  std::uint64_t carriage_return = 0;
  std::uint64_t odd = 0;
};
constexpr std::size_t kMaskBytes = 64;

/// Writes the masks of `blocks` blocks of kMaskBytes. Any thread.
using ClassifyBytes = void (*)(const char* text,
                               std::size_t blocks,
                               char delimiter,
                               ByteMasks* masks);

/// One way to do it; all give the same masks.
struct ByteClassifier {
  std::string_view name;  ///< "portable", "sse2", "avx2", "neon"
  ClassifyBytes classify = nullptr;
};
/// Those that this processor can run, the fastest last.
std::vector<ByteClassifier> byte_classifiers();
/// The last of them.
ClassifyBytes fastest_classifier();

}  // namespace mlops::table
