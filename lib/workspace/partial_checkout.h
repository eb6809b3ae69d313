#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/tree.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// Which data sets of this work tree were only partly checked out, because the user asked for
/// parts (the data set is sparse) or because a checkout did not end: there, what is absent does not
/// count as deleted. Each note is a file in the state directory, so that commands that run together
/// do not undo each other's: its name is the SHA-256 of the path, its content the path and the
/// parts, see mlops-layout(5); of a checkout that did not end the name ends in ".unfinished" and
/// the content begins with a line for the root. Durable on return. Error{io}.
bool is_partly_checked_out(const Workspace& workspace, std::string_view data_set);

/// Paths inside the data set, relative to it, sorted, none within another.
using Parts = std::vector<std::string>;
/// Those that a checkout brings; nothing when the data set is not sparse. Error{config} for a note
/// that cannot be read.
std::optional<Parts> sparse_parts(const Workspace& workspace, std::string_view data_set);
/// `path` (relative to the data set) is one of the parts, or in one.
bool is_in_parts(const Parts& parts, std::string_view path);
/// How many files `entry`, which is at `path`, has in the parts. Error{corrupt}.
std::uint64_t count_in_parts(const store::Store& store,
                             const Parts& parts,
                             const store::Entry& entry,
                             std::string_view path);
/// The version that completes what is there, when `pointed` is what the pointer names: the one that
/// was being checked out, or else `pointed`. Nothing when the whole was checked out.
std::optional<store::Entry> version_to_complete(Workspace& workspace,
                                                std::string_view data_set,
                                                const store::Entry& pointed);

/// Adds parts to those that are remembered. Before the first file of them is written: a part
/// without its note would lose the rest.
void note_partial_checkout(const Workspace& workspace,
                           std::string_view data_set,
                           const Parts& parts);
/// After the last file is there. Does nothing when there is no note.
void forget_partial_checkout(const Workspace& workspace, std::string_view data_set);

bool is_checkout_unfinished(const Workspace& workspace, std::string_view data_set);
/// Before the first change; `root` is what is being checked out.
void note_unfinished_checkout(const Workspace& workspace,
                              std::string_view data_set,
                              const store::ObjectId& root);
/// Not durable on return, as what was checked out is not.
void forget_unfinished_checkout(const Workspace& workspace, std::string_view data_set);

/// What the notes of `from` say, of `to` as well; `root` is what the pointer of both names.
void copy_checkout_notes(const Workspace& workspace,
                         std::string_view from,
                         std::string_view to,
                         const store::ObjectId& root);

struct KeptAbsent {
  std::uint64_t files = 0;
  std::uint64_t in_parts = 0;  ///< of them
};
/// Gives `node`, the directory at `remainder` of a data set ("" is its top), what `before` has
/// there under names that `node` lacks. The order of the entries is the caller's. Error{corrupt}.
KeptAbsent keep_absent(const store::Store& store,
                       const store::Entry& before,
                       std::string_view remainder,
                       const Parts& parts,
                       store::Node& node);

}  // namespace mlops::workspace
