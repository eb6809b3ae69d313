#pragma once

#include <optional>
#include <string>

#include "base/cancel.h"
#include "table/mapped_pair.h"
#include "table/row_pairs.h"
#include "table/table.h"

namespace mlops::table {

/// Engine::find_pairs over mapped CSV bytes (row_match.h). Nothing where these tables need the
/// general reader, and `why_not` then says why; what the sinks were told is void.
std::optional<Alignment> find_pairs_fast(const AlignRequest& request,
                                         const MatchThreads& threads,
                                         PairSinks& sinks,
                                         const CancelToken& cancel,
                                         std::string& why_not);

}  // namespace mlops::table
