#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "store/store.h"
#include "workspace/node_pair.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// What lies in the work tree where data sets and outs are, as versions that can be walked: nothing
/// is stored. Main thread.
class WorkTreeContent {
 public:
  WorkTreeContent(Workspace& workspace, Progress& progress, const CancelToken& cancel);
  ~WorkTreeContent();
  WorkTreeContent(const WorkTreeContent&) = delete;
  WorkTreeContent& operator=(const WorkTreeContent&) = delete;

  /// What a checkout did not bring: as it is in the version that it brought a part of, or missing.
  enum class Absent { as_pointed, missing };
  /// The content at `path`, of which `pointed` is the version that its pointer or lock names. Links
  /// beside data that was added without them are part of it; where nothing else differs it is
  /// `pointed`. Nothing lies there: nothing.
  std::optional<store::Entry> find(std::string_view path,
                                   const store::Entry& pointed,
                                   Absent absent = Absent::as_pointed);
  /// A directory of the content, or one of the store. Error{corrupt}.
  store::Node read_node(const store::ObjectId& id) const;
  /// One object of it.
  NodeLevel read_level(const store::ObjectId& id) const;

 private:
  class Hasher;
  Workspace& workspace_;
  Progress& progress_;
  const CancelToken& cancel_;
  /// The objects of directories that the store does not have: as many as changed.
  std::unordered_map<store::ObjectId, std::vector<std::uint8_t>> nodes_;
};

}  // namespace mlops::workspace
