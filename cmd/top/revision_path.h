#pragma once

#include <optional>
#include <string>
#include <utility>

namespace mlops::top {

/// "REV:path" in its parts, as git reads it: a ':' between braces belongs to the revision
/// ("HEAD@{10:30}"), and so does that of a run's name ("run:ID:path"). Nothing where it is no such
/// word, or one part is empty.
std::optional<std::pair<std::string, std::string>> split_revision_path(const std::string& word);

}  // namespace mlops::top
