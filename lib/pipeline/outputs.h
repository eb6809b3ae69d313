#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "os/beneath.h"
#include "pipeline/cache_entry.h"
#include "pipeline/graph.h"
#include "workspace/workspace.h"

namespace mlops::pipeline {

/// Outs in the work tree. A path that git tracks, or bytes that the store cannot give back, are
/// never moved or overwritten: they are refused before anything runs, or kept beside as
/// `<path>.orig`.

/// Error{conflict} when an out of the instance holds files that git tracks (metrics and plots may)
/// or, with `unknown` = refuse, files that the store does not know. A persistent out is the stage's
/// own.
enum class UnknownFiles { refuse, allow };
void check_outs_free(workspace::Workspace& workspace,
                     const Instance& instance,
                     UnknownFiles unknown,
                     Progress& progress,
                     const CancelToken& cancel);

/// True when the work tree holds exactly this.
bool is_in_place(workspace::Workspace& workspace,
                 const MadeOutRecord& out,
                 Progress& progress,
                 const CancelToken& cancel);

/// Puts an out into the work tree. What neither the store nor git knows there is kept as
/// `<path>.orig`, and its new path returned. Error{corrupt} when the store has lost it;
/// Error{conflict}.
std::optional<std::string> restore_out(workspace::Workspace& workspace,
                                       const MadeOutRecord& out,
                                       Progress& progress,
                                       const CancelToken& cancel);

/// The outs of the last run, moved aside while a stage runs. `put_back` or `discard` ends it;
/// destruction puts back (errors of that are not seen). All of it goes through the handle of the
/// work tree: a directory that became a link meanwhile, to wherever, is Error{conflict}. What is
/// moved, and where to, is durable before the first move, so that `recover_outs` can put back what
/// a killed run left.
class OutsAside {
 public:
  /// Moves all outs but persistent ones, and makes the directories of new ones.
  OutsAside(workspace::Workspace& workspace, const Instance& instance);
  OutsAside(OutsAside&& other) noexcept;
  OutsAside& operator=(OutsAside&&) = delete;
  ~OutsAside();

  /// Removes what a failed attempt wrote, so that the next one starts clean.
  void clear();
  void put_back();
  void discard();

 private:
  workspace::Workspace* workspace_ = nullptr;
  std::vector<std::string> paths_;     ///< outs that are not persistent
  std::optional<os::Beneath> holder_;  ///< where they lie meanwhile
  std::string directory_;              ///< in there, has the i-th path as "i"; empty: ended
};

/// Puts back what a killed run had moved aside. What its stages had half written goes into a
/// directory of the state directory; the messages say where. Only while no other run is in the
/// tree.
std::vector<std::string> recover_outs(workspace::Workspace& workspace);
/// Where that may lie: paths of outs that a run has aside, killed or still going on. Changes
/// nothing.
std::set<std::string> list_outs_aside(const workspace::Workspace& workspace);

/// Stores the outs of a stage that ended well. A problem ("out 'x' was not written") is returned as
/// text and nothing is recorded.
struct StoredOuts {
  std::vector<MadeOutRecord> outs;
  std::string problem;
};
StoredOuts store_outs(workspace::Workspace& workspace,
                      const Instance& instance,
                      Progress& progress,
                      const CancelToken& cancel);

/// Adds .gitignore lines for data outs that git would see; returns the .gitignore files it changed.
std::vector<std::string> ignore_outs(workspace::Workspace& workspace, const Instance& instance);

}  // namespace mlops::pipeline
