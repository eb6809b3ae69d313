#pragma once

#include <string>
#include <vector>

#include "store/store.h"
#include "workspace/snapshot.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// The data sets and outs that lie in the work tree, as copies for the store's repair: files are
/// read and cut again, directories and chunk lists made again from them. A file that cannot be read
/// is left out; a data set that cannot is told through `progress`. Main thread.
class WorkTreeCopies final : public store::CopySource {
 public:
  WorkTreeCopies(Workspace& workspace,
                 Progress& progress,
                 const CancelToken& cancel,
                 std::vector<std::string> lock_files = {"pipeline.lock"});
  std::string name() const override { return "work tree"; }
  void offer(std::span<const store::ObjectId> hurt,
             store::Writer& sink,
             const std::function<bool()>& is_enough) override;

 private:
  /// Paths, those of hurt versions first.
  std::vector<std::string> list_paths(std::span<const store::ObjectId> hurt);
  void offer_data(const std::string& path, store::Writer& sink);
  Snapshot offer_what_is_data(const std::string& path,
                              SnapshotOptions& options,
                              store::Writer& sink);
  void offer_completed(const std::string& path, store::Writer& sink);

  Workspace& workspace_;
  Progress& progress_;
  const CancelToken& cancel_;
  std::vector<std::string> lock_files_;
};

}  // namespace mlops::workspace
