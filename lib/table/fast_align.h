#pragma once

#include <functional>
#include <optional>

#include "base/cancel.h"
#include "table/change_search.h"
#include "table/table.h"

namespace mlops::table {

/// Engine::align_in_any_order over mapped CSV bytes (row_match.h). Nothing where these tables need
/// the general reader, and `why_not` then says why; what `sink` was told is void.
std::optional<Alignment> align_fast(const AlignRequest& request,
                                    const MatchThreads& threads,
                                    const std::function<void(const AlignedBatch&)>& sink,
                                    const CancelToken& cancel,
                                    std::string& why_not);

}  // namespace mlops::table
