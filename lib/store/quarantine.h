#pragma once

#include <set>

#include "store/catalog.h"
#include "store/layout.h"

namespace mlops::store {

/// Moves packs out of the way of readers, durable, each under its own name or with ".1", ".2" ...
/// when that is taken; then no index names them any more. Packs that are not there are only
/// forgotten. The caller is alone in the store.
void set_packs_aside(const Layout& layout, Catalog& catalog, const std::set<PackName>& packs);

}  // namespace mlops::store
