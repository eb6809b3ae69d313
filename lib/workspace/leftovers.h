#pragma once

#include <set>
#include <string>

#include "os/beneath.h"

namespace mlops::workspace {

/// Removes the temporary files (".mlops-tmp-…") that processes which were killed left in these
/// directories of the work tree: beside pointers, ignore files, and data sets that are a file. What
/// lies in a data set, the next checkout removes. Only for who holds the work tree's lock
/// (lock_work_tree): checkouts do, and whoever writes a text without it holds its file. What cannot
/// be removed now is left for the next time.
void sweep_leftovers(const os::Beneath& tree, const std::set<std::string>& directories);

}  // namespace mlops::workspace
