#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/context.h"
#include "store/id.h"

namespace mlops::data {

/// A version of a data set or out that somebody named.
struct NamedRoot {
  std::string path;
  store::ObjectId root;
};

/// What `[<path>…] [--rev <rev>…] [--all-refs]` names: the versions of the work tree's pointers and
/// locks, or of git revisions, or of every ref and the work tree; of these, the data sets at, below
/// or around the paths. Each once, sorted by path. Error{not_found} for a path that names none,
/// Error{config} for a pointer or lock that cannot be read.
std::vector<NamedRoot> find_versions(app::Context& context, const app::Arguments& arguments);

/// What these git revisions name; otherwise the same.
std::vector<NamedRoot> find_versions_of(app::Context& context,
                                        const app::Arguments& arguments,
                                        const std::vector<std::string>& revisions);

/// By the name of the remote where each goes (--remote, or the settings).
std::map<std::string, std::vector<NamedRoot>> by_remote(app::Context& context,
                                                        const app::Arguments& arguments,
                                                        const std::vector<NamedRoot>& versions);

/// The flags of push, pull and fetch that are the same.
std::vector<app::Flag> transfer_flags();

}  // namespace mlops::data
