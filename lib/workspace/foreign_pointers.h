#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/store.h"
#include "workspace/dvc_files.h"
#include "workspace/lock_file.h"
#include "workspace/pointer.h"

namespace mlops::workspace {

/// What the names of files end with in which other tools name versions that the store may have; ""
/// for any file: pointers of git-lfs have the names of their data.
std::vector<std::string> list_foreign_suffixes(const store::ForeignVersions& versions);

/// What pointers of DVC and git-lfs in a commit mean here: each names a version by the id that its
/// tool gave it, and the store knows which root convert made of that.
class ForeignPointers {
 public:
  explicit ForeignPointers(const store::Store& store) : store_(store) {}

  /// Whether any file may be a pointer of git-lfs: then small ones have to be read.
  bool has_lfs() const { return store_.foreign().has_any_of(store::ForeignId::Hash::sha256); }

  using Named = std::vector<std::pair<std::string, Pointer>>;  ///< data set → its version
  /// Of a `.dvc` file. Error{config} for a broken one.
  Named read_dvc_file(std::string_view text, std::string_view file, const std::string& label) const;
  /// Of a file that git-lfs keeps, or nothing.
  std::optional<Pointer> read_lfs(std::string_view text, bool is_executable) const;
  std::vector<LockedOut> read_dvc_lock(std::string_view text,
                                       const std::optional<std::string>& pipeline,
                                       std::string_view file,
                                       const std::string& label) const;

 private:
  /// `pointer` has what the other tool says of amounts; where the store knows the version, it gets
  /// the root, and the root's amounts.
  Pointer resolve(const store::ForeignId& id, Pointer pointer) const;
  Pointer resolve(const DvcOut& out) const;

  const store::Store& store_;
};

}  // namespace mlops::workspace
