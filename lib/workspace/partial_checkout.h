#pragma once

#include <string_view>

#include "store/tree.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// Which data sets of this work tree were only partly checked out: there, what is absent does not
/// count as deleted. Each is a file in the state directory (its name the SHA-256 of the path, its
/// content the path), so that commands that run together do not undo each other's notes. Durable on
/// return. Error{io}.
bool is_partly_checked_out(const Workspace& workspace, std::string_view data_set);
/// Before the first file of the part is written: a part without its note would lose the rest.
void note_partial_checkout(const Workspace& workspace, std::string_view data_set);
/// After the last file is there. Does nothing when there is no note.
void forget_partial_checkout(const Workspace& workspace, std::string_view data_set);

/// Gives `node`, the directory at `remainder` of a data set ("" is its top), what `before` has
/// there under names that `node` lacks. The order of the entries is the caller's. Error{corrupt}.
void keep_absent(const store::Store& store,
                 const store::Entry& before,
                 std::string_view remainder,
                 store::Node& node);

}  // namespace mlops::workspace
