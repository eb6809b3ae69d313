#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "check/checked_table.h"
#include "workspace/revision.h"
#include "workspace/workspace.h"

namespace mlops::top {

/// Where a check's tables are looked for.
struct CheckPlaces {
  workspace::Workspace* workspace = nullptr;  ///< null: there is no repository
  std::filesystem::path directory;            ///< what words of the command line are relative to
  std::filesystem::path base;  ///< what paths of the policy are relative to without a repository
  /// What a stage just made: there the work tree has all there is.
  std::vector<std::string> made{};
  /// Whether tables are to be what their version's own files make.
  enum class Stale { is_told, is_no_question } stale = Stale::is_told;
};

/// Finds the tables that a check names, and puts those that are no files of the work tree into the
/// scratch directory.
class CheckTables {
 public:
  CheckTables(CheckPlaces places, std::filesystem::path scratch, const CancelToken& cancel);

  /// A path of the policy: a file, a data set's file, a pattern or REV:path, relative to the top of
  /// the repository. Nothing where it is not there. Error{config} for what is no table,
  /// Error{not_found} for an unknown revision.
  std::optional<check::TableInput> find(const std::string& path);
  /// The same for a word of the command line, relative to where the user stands. Error{not_found}.
  check::TableInput find_typed(const std::string& word);

 private:
  std::optional<check::TableInput> find_file(const std::filesystem::path& path,
                                             const std::string& name) const;
  std::optional<check::TableInput> find_at(const std::optional<std::string>& revision,
                                           const std::string& path,
                                           const std::string& name);
  std::optional<check::TableInput> find_pattern(const std::optional<std::string>& revision,
                                                const std::string& pattern,
                                                const std::string& name);
  std::optional<std::filesystem::path> fetch(const workspace::Revision& version,
                                             const std::string& path);
  void add_stale(check::TableInput& input,
                 const std::optional<std::string>& revision,
                 const std::vector<std::string>& paths) const;

  CheckPlaces places_;
  std::filesystem::path scratch_;
  const CancelToken& cancel_;
  std::size_t copies_ = 0;
};

}  // namespace mlops::top
