#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "app/context.h"
#include "workspace/data.h"
#include "workspace/data_diff.h"

namespace mlops::data {

/// "A", "D", "M", "R100", as git diff --name-status has them: found renames are exact.
std::string status_letters(workspace::ChangeKind change);
ui::Style style_of(workspace::ChangeKind change);
/// Where the user stands, of a directory with a '/' behind it; of a move "old => new".
std::string shown_path(app::Context& context, const workspace::DataSetChange& set);

/// For -z: letters, of a rename the old path, path, each ended by a NUL byte.
std::string raw_record(workspace::ChangeKind change,
                       const std::string& old_path,
                       const std::string& path);
/// State and path of a data set, the same way.
std::string raw_record(const workspace::DataStatus& status);
nlohmann::ordered_json to_json(const std::vector<workspace::FileChange>& files);

enum class WithFiles { no, yes };
/// The record of --json; without files its "changes" is null.
nlohmann::ordered_json to_json(const workspace::DataSetChange& set, WithFiles with_files);

}  // namespace mlops::data
