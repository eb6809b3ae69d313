#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "app/context.h"
#include "check/checked_table.h"

namespace mlops::top {

/// Finds the tables that a check names, and puts those that are no files of the work tree into the
/// scratch directory.
class CheckTables {
 public:
  /// `base`: what paths of the policy are relative to where there is no repository.
  CheckTables(app::Context& context, std::filesystem::path scratch, std::filesystem::path base);

  /// A path of the policy: a file, a data set's file, a pattern or REV:path, relative to the top of
  /// the repository. Nothing where it is not there. Error{config} for what is no table,
  /// Error{not_found} for an unknown revision.
  std::optional<check::TableInput> find(const std::string& path);
  /// The same for a word of the command line, relative to where the user stands. Error{not_found}.
  check::TableInput find_typed(const std::string& word);

 private:
  bool has_repository();
  std::optional<check::TableInput> find_pattern(const std::string& pattern);
  std::optional<check::TableInput> find_at(const std::optional<std::string>& revision,
                                           const std::string& path,
                                           const std::string& name);
  std::optional<check::TableInput> find_file(const std::filesystem::path& path,
                                             const std::string& name);

  app::Context& context_;
  std::filesystem::path scratch_;
  std::filesystem::path base_;
  std::size_t copies_ = 0;
  std::optional<bool> has_repository_;
};

}  // namespace mlops::top
