#include <cstddef>
#include <cstdint>

#include "fuzz/harness.h"
#include "pipeline/aside_list.h"
#include "pipeline/cache_entry.h"

namespace {

using namespace mlops;
using namespace mlops::pipeline;

const Instance& instance() {
  static const Instance kInstance = [] {
    Instance made;
    made.outs = {{"", "model.bin", OutKind::data, false, true},
                 {"", "data/out", OutKind::data, false, false}};
    return made;
  }();
  return kInstance;
}

}  // namespace

/// What `run` keeps for later runs: the result under a key, the parts of a key, the list of outs
/// that were moved aside. Each reads back as itself, or is a miss.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::as_text(data, size);
  if (const auto entry = decode_cache_entry(text, instance())) {
    fuzz::require(entry->outs.size() == 2 && entry->outs[0].path == "model.bin");
    const auto encoded = encode_cache_entry(*entry);
    const auto again = decode_cache_entry(encoded, instance());
    fuzz::require(again && again->parts == entry->parts && encode_cache_entry(*again) == encoded);
  }
  if (const auto parts = decode_parts(text)) {
    fuzz::require(decode_parts(encode_parts(*parts)) == parts);
    compute_key(*parts);
  }
  if (const auto paths = decode_aside_list(text)) {
    fuzz::require(decode_aside_list(encode_aside_list(*paths)) == paths);
  }
  return 0;
}
