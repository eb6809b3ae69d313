#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "workspace/data_diff.h"
#include "workspace/revision.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// A version as a pointer or a lock names it.
struct NamedVersion {
  std::optional<Pointer> pointer;  ///< nothing: an out
  store::ObjectId root;
  DataAmount amount;
};

/// The data sets and outs of one side of a comparison. What cannot be read of one hides no other:
/// it becomes an error in the list of the owner's, and is_unknown.
class NamedVersions {
 public:
  NamedVersions(Workspace& workspace, std::vector<Error>& failures)
      : workspace_(workspace), failures_(failures) {}

  /// Until then there is nothing: before the first commit. Nothing: the work tree.
  void open(const std::optional<std::string>& revision);
  bool is_work_tree() const { return revision_ && revision_->commit().empty(); }
  const Revision* revision() const { return revision_ ? &*revision_ : nullptr; }

  void name_all();
  void name_pointer(std::string_view file);  ///< a path of git; others than pointers name nothing
  void name_outs();                          ///< one that is a data set too counts as that

  using ByPath = std::map<std::string, NamedVersion, std::less<>>;
  const ByPath& named() const { return named_; }
  const NamedVersion* find(std::string_view path) const;
  const std::set<std::string, std::less<>>& unreadable() const { return unreadable_; }
  /// Whether this side has it, and as what, cannot be said: its pointer or the lock is broken.
  bool is_unknown(std::string_view path, const NamedVersion* on_other_side) const;
  /// Error{corrupt} when the store lacks it, Error{config} for a pointer that says otherwise.
  store::Entry load(std::string_view path, const NamedVersion& version) const;

 private:
  void name_pointers_that_lie_here();
  void name_pointers_left_out();
  template <typename Action>
  bool note_failure(const Action& action);

  Workspace& workspace_;
  std::vector<Error>& failures_;
  std::optional<Revision> revision_;
  ByPath named_;
  std::set<std::string, std::less<>> unreadable_;  ///< data sets whose pointer is broken
  bool has_lock_ = true;                           ///< or none was there: its outs are known
};

}  // namespace mlops::workspace
