#include "unit/store/repair_fixture.h"

#include "codec/crc32c.h"

namespace mlops::store::test {

RepairReport repair(const fs::path& store,
                    std::vector<CopySource*> sources,
                    RepairRequest::Change change) {
  NoProgress progress;
  RepairRequest request;
  request.sources = std::move(sources);
  request.change = change;
  return Store::open(store)->repair(request, progress, CancelToken());
}

std::map<std::string, Bytes> tree_of(const fs::path& directory) {
  std::map<std::string, Bytes> tree;
  for (const fs::path& file : files_below(directory)) {
    tree.emplace(file.string(), read_bytes(file));
  }
  return tree;
}

std::uint32_t header_crc(std::span<const std::uint8_t> pack) {
  return codec::crc32c(pack.first(60));
}

}  // namespace mlops::store::test
