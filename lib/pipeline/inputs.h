#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "pipeline/graph.h"
#include "store/tree.h"
#include "workspace/workspace.h"

namespace mlops::pipeline {

/// What an instance reads, as content.
struct Input {
  std::string path;    ///< a dep, or one match of a pattern
  store::Entry entry;  ///< without a name; equal exactly when the content is
  friend bool operator==(const Input&, const Input&) = default;
};

struct Inputs {
  std::vector<Input> entries;          ///< sorted by path
  std::vector<std::string> checkouts;  ///< data sets to check out before the stage runs
  std::vector<std::string> warnings;
  std::vector<std::string> missing;      ///< deps that exist nowhere
  std::optional<std::string> undecided;  ///< why the content cannot be told yet
};

/// The outs of finished upstream instances.
struct MadeOut {
  store::Entry entry;
  enum class Place { work_tree, store } place = Place::work_tree;
};
using MadeOuts = std::map<std::string, MadeOut>;

/// Reads deps on the main thread. The content of a dep is what its maker made, what lies in the
/// work tree, or, where nothing lies there, what a pointer names in the store.
class InputReader {
 public:
  InputReader(workspace::Workspace& workspace, Progress& progress, const CancelToken& cancel);

  /// Error{config}: files that cannot be read, a dep that is a symbolic link.
  Inputs read(const Instance& instance, const MadeOuts& made);
  /// True when the work tree (still) holds exactly these.
  bool is_unchanged(const Instance& instance, const std::vector<Input>& entries);
  /// The entry in the work tree; nothing when there is none.
  std::optional<store::Entry> find_in_tree(const std::string& path);
  /// The entry from the data set whose pointer covers the path; nothing when there is none.
  std::optional<store::Entry> find_in_store(const std::string& path);

 private:
  void read_path(const std::string& dep, const MadeOuts& made, Inputs& inputs);
  void read_glob(const std::string& dep, const MadeOuts& made, Inputs& inputs);
  store::Entry hash(const std::string& path);
  void note_data_sets(const std::string& path, Inputs& inputs);
  std::vector<std::string> expand(const std::string& pattern);
  const std::vector<std::string>& data_sets();

  workspace::Workspace& workspace_;
  Progress& progress_;
  const CancelToken& cancel_;
  std::optional<std::vector<std::string>> data_sets_;
};

/// The entry at `relative` below a directory's entry; nothing when there is none.
std::optional<store::Entry> find_below(const store::Store& store,
                                       store::Entry top,
                                       std::string_view relative);

}  // namespace mlops::pipeline
