#pragma once

#include <span>
#include <string>
#include <vector>

#include "store/catalog.h"
#include "store/mark.h"

namespace mlops::store {

struct RewriteResult {
  std::vector<PackName> replaced;  ///< what is marked of them is in new packs too
  std::vector<PackName> written;   ///< durable, and indexed when all went well
  std::vector<PackName> damaged;   ///< not replaced: something marked in them cannot be read
  std::string problem;             ///< why it ended early: nothing is replaced then
};

/// What packs are rewritten with.
struct RewriteParts {
  const Layout& layout;
  const PackSet& packs;
  Catalog& catalog;
  const Mark& live;
  Mark& copied;  ///< empty at first
};
/// Writes what is marked of the packs `names` (sorted) into new ones, block by block, so that no
/// block gets objects of two data sets; what another pack has as well, sound, is not copied. Every
/// object is hashed on the way, every new pack is decoded again, synced and indexed before this
/// returns. A disk that is full or fails is a problem of the result.
RewriteResult rewrite_packs(const RewriteParts& parts,
                            std::span<const PackName> names,
                            Progress& progress,
                            const CancelToken& cancel);

/// Makes the index name no pack of `gone` (sorted): segments that do, that are damaged, or that are
/// small and many, are written anew, then removed, durable. `kept` are the segments in use.
void rewrite_index(const Layout& layout,
                   const std::vector<Mark::Segment>& kept,
                   std::span<const PackName> gone);

/// For want of space: removes the segments that name a pack of `gone`, and writes none.
void drop_index(const Layout& layout,
                const std::vector<Mark::Segment>& kept,
                std::span<const PackName> gone);

}  // namespace mlops::store
