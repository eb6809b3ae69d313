#pragma once

#include <filesystem>
#include <vector>

#include "store/fsck.h"

namespace mlops::store {

/// Files of a store that are of no use, sorted, relative to its directory: temporary files of dead
/// writers, entries of the content map that lead to no root of that content, and entries of the run
/// cache that are misses. Only who is alone in the store may remove them: a run holds the store's
/// lock also while it writes to the cache.
std::vector<fs::path> find_leftovers(const StoreParts& parts);

}  // namespace mlops::store
