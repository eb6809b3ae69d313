#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "config/settings.h"
#include "git/repository.h"
#include "os/beneath.h"
#include "os/pool.h"
#include "store/store.h"

namespace mlops::workspace {

namespace fs = std::filesystem;

class NameFolding;
class StatCache;

struct OpenOptions {
  fs::path directory;  ///< where the user stands, absolute
  git::OpenOptions git;
  fs::path user_config;                          ///< XDG file; need not exist
  std::map<std::string, std::string> variables;  ///< MLOPS_* of the environment
  std::size_t threads = 0;                       ///< -j; 0: all processors
  std::shared_ptr<NameFolding> folding;          ///< absent: asks the file system; tests have rules
};

/// A git work tree with mlops beside it: repository, settings, store, pool. One per command; the
/// main thread uses it, the pool's threads use only the store.
class Workspace {
 public:
  /// Error{not_found} outside a git work tree (hint: git init). `mlops init` need not have run:
  /// what is missing below the git directory is created at the first write.
  static std::unique_ptr<Workspace> open(const OpenOptions& options);
  ~Workspace();

  git::Repository& repository();
  const git::Repository& repository() const;
  store::Store& store();  ///< opened at first use
  const config::Settings& settings() const;
  os::ThreadPool& pool();
  const os::Beneath& tree() const;  ///< handle of the work tree's top
  NameFolding& folding();           ///< which names the work tree takes for one
  StatCache& stat_cache();          ///< loaded at first use
  /// Writes the stat cache if it changed. It is derived: when that fails, the user is told through
  /// `progress` and nothing else happens.
  void save_stat_cache(Progress& progress);

  const fs::path& top() const;        ///< of the work tree
  const fs::path& directory() const;  ///< where the user stands
  fs::path state_directory() const;   ///< <git common dir>/mlops, shared by linked work trees
  fs::path store_directory() const;
  fs::path stat_cache_file() const;    ///< one per work tree
  fs::path partial_directory() const;  ///< notes of partly checked out data sets, per work tree
  fs::path base_directory() const;     ///< see base_version.h, per work tree
  fs::path lock_file() const;          ///< held while files of the work tree are replaced
  fs::path run_lock_file() const;      ///< see run_lock.h

  /// What a user typed, relative to where he stands → relative to the top, '/' separated, lexically
  /// normal; "" is the top. Error{usage} when it leaves the work tree or goes into .git or .mlops.
  std::string to_relative(std::string_view typed) const;
  /// The way back: how to show a path of the work tree to the user where he stands.
  std::string to_display(std::string_view relative) const;

 private:
  struct State;
  explicit Workspace(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Creates .mlops/config.toml, with `git add` of it unless the setting data.stage is off, and
/// <common dir>/mlops. Says what it made; running it again changes nothing.
struct InitResult {
  std::vector<std::string> created;  ///< paths for display
  std::vector<std::string> staged;   ///< of these
  std::string stage_problem;         ///< why git would not (an ignore rule): the rest is done
};
InitResult init(Workspace& workspace);

}  // namespace mlops::workspace
