#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/context.h"
#include "diff/versions.h"
#include "policy/predictions.h"
#include "policy/safeguards.h"

namespace mlops::top {

/// What a word of the command line names: a table, or a directory of tables, on the disk or in a
/// version of this repository.
struct TablePlace {
  std::string word;  ///< as reports call it
  /// On the disk it is relative to where the user stands, in a version to the top.
  std::string path;
  enum class Where { disk, version } where = Where::disk;
  std::optional<std::string> revision;  ///< of a version; nothing: the work tree
};

/// Two places, and what the flags say about the tables there.
struct TablePair {
  TablePlace old_place;
  TablePlace new_place;
  policy::PredictionSet set;
};

/// A file or directory that lies there, or REV:path. A word that is neither but ends as a table's
/// name does is a place on the disk where nothing is. Nothing for all other words.
std::optional<TablePlace> find_table_place(app::Context& context, const std::string& word);
/// Whether a regular file, or a directory, lies at a word.
bool is_file_at(app::Context& context, const std::string& word);
bool is_directory_at(app::Context& context, const std::string& word);
bool is_named_like_a_table(const std::string& word);

/// The prediction sets of two tables: one; of two directories: one for each table that both hold
/// under the same path, named after it; `asked` chooses among them. A table that one directory has
/// alone is missing. Tables of versions are put into `scratch`, verified. Error{not_found} where
/// nothing is, Error{usage} for a file beside a directory, Error{config} when two directories have
/// no table in common or a rule names another set.
diff::Versions open_tables(app::Context& context,
                           const TablePair& pair,
                           const std::vector<std::string>& asked,
                           const policy::Safeguards& safeguards,
                           const std::filesystem::path& scratch);

}  // namespace mlops::top
