#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "os/beneath.h"

namespace mlops::workspace {

/// What an experiment needs of the files that git ignores: those are in no commit, and a stage that
/// misses one without saying so gives another result under the same key. Paths from the top.
struct IgnoredNeeds {
  std::vector<std::string>
      versioned;  ///< data sets and outs: whoever has their versions brings them
  /// Whether a file is declared, and whether something in a directory may be: however large it is.
  std::function<bool(const std::string&)> is_declared = [](const auto&) { return false; };
  std::function<bool(const std::string&)> has_declared = [](const auto&) { return false; };
  /// Programs: they need what lies around them, all of the directory that git ignores.
  std::vector<std::string> programs;
  std::vector<std::string> in_use;  ///< packages, directories of PATH: used where they are
  /// What nobody declares: a stage may read it all the same, unless it is isolated.
  enum class Others { bounded, none } others = Others::bounded;
};

/// In all, of what nobody declares.
inline constexpr std::uint64_t kMaxOtherBytes = 256ULL << 20U;
inline constexpr std::size_t kMaxOtherFiles = 10'000;

struct IgnoredChoice {
  std::vector<std::string> declared;  ///< to be copied: files, links, and directories as "path/"
  std::vector<std::string> others;    ///< the same; what cannot be read is no reason to stop
  std::vector<std::string> links;     ///< to be used where they are
  std::vector<std::string> left_out;  ///< too large, or not readable
};

/// `ignored`: sorted, directories as "path/", as git::LinkedTree has them. A directory of which
/// something does not fit is left out whole, but for what is declared. Error{io} for what is
/// declared and cannot be listed; Error{interrupted}.
IgnoredChoice choose_ignored(const os::Beneath& tree,
                             const std::vector<std::string>& ignored,
                             const IgnoredNeeds& needs,
                             const CancelToken& cancel);

/// Nothing, too, for a path that leads through a link.
std::optional<os::FileStat> lstat_plain(const os::Beneath& tree, std::string_view path);

}  // namespace mlops::workspace
