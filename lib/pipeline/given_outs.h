#pragma once

#include <map>
#include <vector>

#include "pipeline/cache_entry.h"
#include "pipeline/plan.h"

namespace mlops::pipeline {

/// Outs that chosen instances read, whose makers are not chosen (`--only`, `--from`), and that do
/// not lie in the work tree: as `pipeline.lock` names them and the store has them. By the maker's
/// index.
using GivenOuts = std::map<std::size_t, std::vector<MadeOutRecord>>;

/// Error{config} when the lock cannot be read.
GivenOuts find_given_outs(const RunContext& context, const std::vector<std::size_t>& selected);
/// Puts them into the work tree. Error{corrupt}, Error{conflict}.
void restore_given_outs(const RunContext& context, const GivenOuts& given);

}  // namespace mlops::pipeline
