#include <cstddef>
#include <cstdint>

#include "base/error.h"
#include "fuzz/store/fuzz_check.h"
#include "store/index_segment.h"

/// Index segments: every record that is found belongs to the id and to a pack of the table.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mlops::store;
  try {
    const auto segment = IndexSegment::from_bytes({data, data + size}, "fuzz");
    for (std::size_t at = 0; at < segment->record_count(); ++at) {
      const ObjectId id = segment->record(at).object.id;
      std::vector<IndexRecord> found;
      segment->find(id, found);
      for (const IndexRecord& record : found) {
        fuzz_require(record.object.id == id && record.pack < segment->packs().size());
      }
    }
    segment->is_intact();
  } catch (const mlops::Error& error) {
    fuzz_require(error.kind() == mlops::ErrorKind::corrupt);
  }
  return 0;
}
