#pragma once

#include "store/fsck.h"

namespace mlops::store {

/// See Store::repair.
RepairReport repair_store(const StoreParts& parts,
                          const RepairRequest& request,
                          Progress& progress,
                          const CancelToken& cancel);

}  // namespace mlops::store
