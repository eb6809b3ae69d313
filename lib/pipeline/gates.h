#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/given_outs.h"
#include "pipeline/run_context.h"

namespace mlops::pipeline {

/// The reason of an instance that is judged and not run.
inline constexpr std::string_view kTakenAsIs = "not chosen, its outs are taken as they are";

/// Instances that were not chosen (`--only`, `--from`), name checks, and made what chosen ones are
/// built on, if only through others that were not chosen either. What they made is taken as it
/// lies, so its checks are asked before anything is built on it: else a part of a pipeline would
/// pass where the whole stops.
std::set<std::size_t> gates_above(const Graph& graph, const std::vector<std::size_t>& selected);

/// Those of a run.
struct Gates {
  std::vector<std::size_t> judged;                        ///< in graph order
  std::map<std::size_t, std::vector<std::size_t>> above;  ///< of a chosen instance: those of judged
  std::vector<std::string> unjudged;  ///< why others are not: an out of theirs is not here
};

/// Changes nothing. `given`: outs that are put into the work tree before anything is judged.
Gates find_gates(const RunContext& context,
                 const std::vector<std::size_t>& selected,
                 const GivenOuts& given);

/// Both, in graph order.
std::vector<std::size_t> with_gates(const std::vector<std::size_t>& selected, const Gates& gates);

/// The results of a dry run.
std::vector<InstanceResult> describe_gates(const RunContext& context, const Gates& gates);

}  // namespace mlops::pipeline
