#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/cancel.h"
#include "store/catalog.h"
#include "store/mark.h"
#include "store/object_reader.h"
#include "store/pack_builder.h"
#include "store/roots.h"
#include "store/transfer.h"

namespace mlops::store {

/// Copies versions out of a store, pack by pack (Store::export_versions).
class LocalPackExport final : public PackExport {
 public:
  struct Parts {
    const Layout& layout;
    const PackSet& packs;
    const Catalog& catalog;
    const ObjectReader& reader;
    const Roots& roots;
  };
  /// Plans. Error{corrupt} when a root is not in the store, or lacks what it should have.
  LocalPackExport(const Parts& parts,
                  std::span<const ObjectId> roots,
                  const std::function<bool(const ObjectId&)>& is_there,
                  const CancelToken& cancel);

  Amount amount() const override { return amount_; }
  std::optional<OutgoingPack> next() override;

 private:
  struct Plan {
    PackName name{};
    std::vector<PackedObject> wanted;  ///< in the order of the pack
    enum class Copy { some, whole } copy = Copy::some;
  };
  void mark_roots(std::span<const ObjectId> roots, Mark& mark) const;
  void mark_wanted(std::span<const ObjectId> roots,
                   const std::function<bool(const ObjectId&)>& is_there);
  OutgoingPack take_whole(const Plan& plan) const;
  /// Adds blocks to the pack that is being filled, until it is full or the plan is done.
  void fill_from(Plan& plan);
  void append_block(const PackName& pack, std::span<const PackedObject> members);
  OutgoingPack close();

  Parts parts_;
  const CancelToken& cancel_;
  std::vector<Plan> plans_;
  std::size_t at_ = 0;    ///< the plan that is next
  std::size_t done_ = 0;  ///< of its objects
  PackBuilder builder_;
  Amount amount_;
};

}  // namespace mlops::store
