#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "store/store.h"
#include "unit/store/store_fixture.h"

namespace mlops::store::test {

/// A place that has what a function puts.
class Copies final : public CopySource {
 public:
  explicit Copies(std::function<void(Writer&)> put) : put_(std::move(put)) {}
  std::string name() const override { return "test"; }
  void offer(std::span<const ObjectId>,
             Writer& sink,
             const std::function<bool()>& is_enough) override {
    if (!is_enough()) {
      put_(sink);
    }
  }

 private:
  std::function<void(Writer&)> put_;
};

/// As another process would repair it.
RepairReport repair(const fs::path& store,
                    std::vector<CopySource*> sources,
                    RepairRequest::Change change = RepairRequest::Change::everything);

/// Every file below, with its bytes.
std::map<std::string, Bytes> tree_of(const fs::path& directory);

/// Of a pack's header.
std::uint32_t header_crc(std::span<const std::uint8_t> pack);

}  // namespace mlops::store::test
