#pragma once

#include "store/catalog.h"
#include "store/object_reader.h"
#include "store/results.h"
#include "store/roots.h"
#include "store/store.h"

namespace mlops::store {

/// The parts of a store that gc works on.
struct GcParts {
  const Layout& layout;
  const PackSet& packs;
  Catalog& catalog;
  const ObjectReader& reader;
  Roots& roots;
  Results& results;
};

/// See Store::gc.
GcReport collect_garbage(const GcParts& parts,
                         const GcRequest& request,
                         Progress& progress,
                         const CancelToken& cancel);

}  // namespace mlops::store
