#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "workspace/data_diff.h"

namespace mlops::report {

/// "A", "D", "M", "R100", as git diff --name-status has them: found renames are exact.
std::string status_letters(workspace::ChangeKind change);

enum class WithFiles { no, yes };
/// The record of `mlops data diff --json`; without files its "changes" is null.
nlohmann::ordered_json data_set_json(const workspace::DataSetChange& set, WithFiles with_files);
nlohmann::ordered_json files_json(const std::vector<workspace::FileChange>& files);

}  // namespace mlops::report
