#pragma once

#include <string>

#include "app/context.h"
#include "workspace/data.h"
#include "workspace/data_diff.h"

namespace mlops::data {

ui::Style style_of(workspace::ChangeKind change);
/// Where the user stands, of a directory with a '/' behind it; of a move "old => new".
std::string shown_path(app::Context& context, const workspace::DataSetChange& set);

/// For -z: letters, of a rename the old path, path, each ended by a NUL byte.
std::string raw_record(workspace::ChangeKind change,
                       const std::string& old_path,
                       const std::string& path);
/// State and path of a data set, the same way.
std::string raw_record(const workspace::DataStatus& status);

}  // namespace mlops::data
