#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "base/cancel.h"
#include "workspace/revision.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// A file of one version as one that can be read as often as needed: of the work tree the file
/// itself, else a verified copy at `target`, which must not exist yet. Nothing where the version
/// has no such file. Error{corrupt} when the store lacks it.
std::optional<std::filesystem::path> fetch_file(const Workspace& workspace,
                                                const Revision& version,
                                                std::string_view path,
                                                const std::filesystem::path& target,
                                                const CancelToken& cancel);

}  // namespace mlops::workspace
