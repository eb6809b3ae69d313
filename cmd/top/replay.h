#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/context.h"
#include "git/git_command.h"
#include "policy/predictions.h"
#include "workspace/revision.h"

namespace mlops::top {

/// Predicts again what an old version would say about the rows of a new one: in a work tree of its
/// own, on the old commit, with its code, params, model and environment, and with those data sets
/// of the new version that only the predicting stage reads. The pipeline runs it, with its cache; a
/// model whose outs are not kept is made again. The tree goes with its owner. Main thread.
class Replay {
 public:
  /// `directory` does not exist yet. Error{usage} where the old version is no commit.
  Replay(app::Context& context,
         const workspace::Revision& old_version,
         const workspace::Revision& new_version,
         std::filesystem::path directory);
  ~Replay();
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  struct Table {
    std::filesystem::path path;  ///< lives as long as this object
    std::string note;            ///< what it was made of, for people
  };
  /// The set's table, made anew. Error{config} where no stage makes it, or that stage reads no data
  /// set of which the new version has another version; Error{child_failed} and others where the
  /// stage fails.
  Table predict(const policy::PredictionSet& set);

 private:
  /// The instances that make a table, and what they are called together.
  struct Makers {
    std::string stage;
    std::vector<std::string> ids;
    std::vector<std::string> deps;
    std::vector<std::string> upstream_deps;  ///< of all that they need
  };
  Makers find_makers(const policy::PredictionSet& set) const;
  std::vector<std::string> take_rows(const policy::PredictionSet& set, const Makers& makers);
  void run(const Makers& makers);
  void remove_record();
  void forget();

  app::Context& context_;
  workspace::Revision old_version_;
  workspace::Revision new_version_;
  std::filesystem::path directory_;
  std::optional<git::GitCommand> git_;
  std::string name_;  ///< git's, of the work tree
  std::set<std::string> has_run_;
};

}  // namespace mlops::top
