#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "git/repository.h"
#include "ui/pager.h"
#include "ui/terminal.h"
#include "workspace/workspace.h"

namespace mlops::app {

/// The process as main found it. The only way by which the environment reaches the program.
struct ProcessEnvironment {
  std::map<std::string, std::string, std::less<>> variables;
  std::filesystem::path directory;
  std::filesystem::path executable;              ///< resolved path of ourselves
  std::string get(std::string_view name) const;  ///< "" when unset
  std::vector<std::string> as_list() const;      ///< "NAME=value"
};

/// Whether a machine that nobody looks at runs us: CI is set, and neither "false" nor "0".
bool is_ci(const ProcessEnvironment& environment);

struct GlobalOptions {
  std::filesystem::path directory;  ///< -C, else where the user stands; absolute
  ui::ColorMode color = ui::ColorMode::automatic;
  bool quiet = false;
  bool verbose = false;
  bool json = false;
  bool no_pager = false;
  std::size_t jobs = 0;
};

/// The columns that prose on stdout is folded to; 0, not at all, where no terminal shows it.
std::size_t fold_width(const ui::Terminal& terminal);

/// What a verb gets: terminal, options, and the workspace once it asks for it.
class Context {
 public:
  Context(ProcessEnvironment environment, GlobalOptions options);
  ~Context();

  ui::Terminal& terminal() { return terminal_; }
  const GlobalOptions& options() const { return options_; }
  const ProcessEnvironment& environment() const { return environment_; }
  CancelToken& cancel() { return cancel_; }
  Progress& progress();
  /// Opened at the first call; Error{not_found} outside a git work tree.
  workspace::Workspace& workspace();
  workspace::OpenOptions open_options() const;  ///< as that one is opened
  git::OpenOptions git_options() const;
  ui::PagerSettings pager() const;
  std::filesystem::path user_config_file() const;

  /// Plain words for people on stdout; nothing under --json or -q.
  void say(std::string_view line);
  /// Advice beside output that scripts read: on stderr when stdout is no terminal.
  void note(std::string_view line);
  /// What a script reads: the record of a --json run. Ends with '\n'.
  void print_json(std::string_view document);

 private:
  void warn_of_misspelt_variables();

  ProcessEnvironment environment_;
  GlobalOptions options_;
  ui::Terminal terminal_;
  CancelToken cancel_;
  std::unique_ptr<Progress> progress_;
  std::unique_ptr<workspace::Workspace> workspace_;
};

}  // namespace mlops::app
