#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "store/id.h"
#include "workspace/data_sets.h"
#include "workspace/foreign_sets.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// The half of a conversion that touches git's files.

/// A data set of the other tool in git's index.
struct TakenOver {
  std::string path;
  std::string file;  ///< of git, that names it: a `.dvc` file, or what git-lfs has there
  std::string id;    ///< as format_foreign
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;  ///< as the other tool has it, or the root
  store::ObjectId root{};   ///< zero in a dry run, and when it was kept
  bool is_directory = false;
  std::string problem{};     ///< why it was kept as it is; else empty
  bool is_link = false;      ///< it lies here as a link into the other tool's cache
  bool was_pointer = false;  ///< git-lfs had only its pointer here, which goes
};

/// Error{conflict} for conflicts in the index, and for staged changes: one commit is to have the
/// conversion and nothing else.
void check_index(const Workspace& workspace, const IndexView& index);
/// Error{conflict} for files that would be rewritten or removed, and that the user edited.
void check_files(const Workspace& workspace,
                 const IndexView& index,
                 ForeignTool tool,
                 const std::vector<ForeignSet>& sets);
/// The same for files beside data sets: those that go are as git has them, and git has none where
/// others come.
void check_replaced(const Workspace& workspace,
                    const IndexView& index,
                    const std::vector<std::string>& removed,
                    const std::vector<std::string>& written);
/// Error{conflict} where something else lies in the place of one of these texts.
void check_places(const Workspace& workspace, const std::map<std::string, std::string>& texts);
/// Fills is_link and was_pointer.
void look_at_work_tree(const Workspace& workspace, ForeignTool tool, TakenOver& set);
/// Files beside data sets.
struct FileChanges {
  std::map<std::string, std::string> texts;
  std::vector<std::string> removed;
};
/// Pointers, other texts, lines in .gitignore, .gitattributes; then the other tool's files go; then
/// all of it is staged in one step, so that until then the index says what there is to do. Returns
/// what it staged.
std::vector<std::string> replace_files(Workspace& workspace,
                                       const IndexView& index,
                                       ForeignTool tool,
                                       const std::vector<TakenOver>& sets,
                                       const FileChanges& files);

}  // namespace mlops::workspace
