#include "store/noise_runs.h"

namespace mlops::store {

std::vector<NoiseRun> find_noise_runs(std::span<const ChunkRef> chunks,
                                      const std::function<bool(std::size_t)>& is_wanted) {
  std::vector<NoiseRun> runs;
  std::uint64_t offset = 0;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    if (is_wanted(i)) {
      const bool goes_on = !runs.empty() && runs.back().first + runs.back().count == i &&
                           runs.back().size + chunks[i].size <= kMaxNoiseRunBytes;
      if (!goes_on) {
        runs.push_back({i, 0, offset, 0});
      }
      ++runs.back().count;
      runs.back().size += chunks[i].size;
    }
    offset += chunks[i].size;
  }
  return runs;
}

bool is_noise_run(const BlockView& view, std::size_t kept) {
  return view.head.codec == BlockCodec::raw && view.stored.size() > kSharedBlockBytes &&
         view.members.size() > 1 && kept == view.members.size();
}

}  // namespace mlops::store
