#pragma once

#include "store/fsck.h"

namespace mlops::store {

/// See Store::gc.
GcReport collect_garbage(const StoreParts& parts,
                         const GcRequest& request,
                         Progress& progress,
                         const CancelToken& cancel);

}  // namespace mlops::store
