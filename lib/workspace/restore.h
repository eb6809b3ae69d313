#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"
#include "workspace/snapshot.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// Store → work tree, safely: the whole tree is validated before the first write, every step goes
/// through the directory handle of the work tree, links are never followed, nothing is written into
/// .git or .mlops. A file whose content the store knows may be replaced or removed; one that it
/// does not know is kept and listed, and with Clobber::rescue moved to a rescue directory first.
/// Links that are no data and stand in nobody's way are left alone.

enum class Clobber { refuse, rescue };
/// `yes`: find out and say what would be done; nothing is written but for the trial of names that
/// NameFolding makes and removes.
enum class DryRun { no, yes };

/// How a file comes where nothing is. `whole`: under another name until it is whole. `in_place`:
/// growing under its own, at half the cost for a small file; what a kill leaves of it is known for
/// torn only where a note tells of the checkout (RestoreTarget::unfinished).
enum class NewFiles { whole, in_place };

struct RestoreOptions {
  RestoreOptions(Clobber clobber_rule = Clobber::refuse,  // NOLINT: a rule alone is an option
                 GitFiles git_files_rule = GitFiles::refuse)
      : clobber(clobber_rule), git_files(git_files_rule) {}
  Clobber clobber;
  GitFiles git_files;
  DryRun dry_run = DryRun::no;
  NewFiles new_files = NewFiles::whole;
};

struct RestoreResult {
  std::uint64_t written_files = 0;
  std::uint64_t written_bytes = 0;
  std::uint64_t unchanged_files = 0;
  std::uint64_t removed_files = 0;
  std::vector<std::string> kept;          ///< what stands in the way, sorted (nothing was written)
  std::vector<std::string> kept_reasons;  ///< one for each of `kept`
  std::vector<std::string> rescued;       ///< moved into rescue_directory
  std::string rescue_directory;           ///< absolute; empty when nothing was rescued
  std::vector<std::string> would_write;   ///< of a dry run only, as is the next
  std::vector<std::string> would_remove;
};

/// Makes the work tree at `relative` equal to `top`. With anything in `kept` nothing was changed.
/// Error{corrupt} that names the files whose content the store lacks, and Error{conflict} for a
/// tree that this file system cannot hold or that changed underneath: also before the first write,
/// except that a change underneath may be seen in the middle; then the command can be run again.
RestoreResult restore(Workspace& workspace,
                      std::string_view relative,
                      const store::Entry& top,
                      const RestoreOptions& options,
                      Progress& progress,
                      const CancelToken& cancel);

}  // namespace mlops::workspace
