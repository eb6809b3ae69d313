#include "app/context.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/suggest.h"
#include "config/settings.h"
#include "ui/fold.h"
#include "ui/progress_line.h"

namespace mlops::app {
namespace {

ui::TerminalEnvironment terminal_environment(const ProcessEnvironment& environment) {
  const std::string forced = environment.get("CLICOLOR_FORCE");
  return {.no_color = environment.get("NO_COLOR"),
          .force_color = forced.empty() ? environment.get("FORCE_COLOR") : forced,
          .term = environment.get("TERM"),
          .columns = environment.get("COLUMNS")};
}

}  // namespace

std::size_t fold_width(const ui::Terminal& terminal) {
  return terminal.out_is_terminal() ? terminal.width() : 0;
}

std::string ProcessEnvironment::get(std::string_view name) const {
  const auto found = variables.find(name);
  return found == variables.end() ? std::string() : found->second;
}

std::vector<std::string> ProcessEnvironment::as_list() const {
  std::vector<std::string> list;
  list.reserve(variables.size());
  for (const auto& [name, value] : variables) {
    list.push_back(fmt::format("{}={}", name, value));
  }
  return list;
}

bool is_ci(const ProcessEnvironment& environment) {
  const std::string ci = environment.get("CI");
  return !ci.empty() && ci != "false" && ci != "0";
}

Context::Context(ProcessEnvironment environment, GlobalOptions options)
    : environment_(std::move(environment)),
      options_(std::move(options)),
      terminal_(options_.color, terminal_environment(environment_)) {}

Context::~Context() = default;

Progress& Context::progress() {
  if (!progress_) {
    using Show = ui::ProgressLine::Show;
    const Show show = options_.quiet ? Show::nothing : options_.json ? Show::warnings : Show::all;
    progress_ = std::make_unique<ui::ProgressLine>(terminal_, show);
  }
  return *progress_;
}

workspace::OpenOptions Context::open_options() const {
  workspace::OpenOptions open;
  open.directory = options_.directory;
  open.git = git_options();
  open.user_config = user_config_file();
  for (const auto& [name, value] : environment_.variables) {
    if (name.starts_with("MLOPS_")) {
      open.variables.emplace(name, value);
    }
  }
  open.threads = options_.jobs;
  return open;
}

workspace::Workspace& Context::workspace() {
  if (!workspace_) {
    workspace_ = workspace::Workspace::open(open_options());
    warn_of_misspelt_variables();
  }
  return *workspace_;
}

/// Other programs have MLOPS_* variables too: only what is almost a setting of ours is spoken of.
void Context::warn_of_misspelt_variables() {
  constexpr std::string_view kPrefix = "MLOPS_";
  std::vector<std::string> known{"PAGER"};
  for (const config::SettingKey& key : config::setting_keys()) {
    if (key.name.find('*') == std::string::npos) {
      known.push_back(config::environment_name(key.name).substr(kPrefix.size()));
    }
  }
  for (const auto& [name, value] : environment_.variables) {
    if (!name.starts_with(kPrefix)) {
      continue;
    }
    const std::string rest = name.substr(kPrefix.size());
    const bool is_known = std::find(known.begin(), known.end(), rest) != known.end();
    if (const auto meant = is_known ? std::nullopt : suggest(rest, known)) {
      progress().warn(fmt::format("{} is no setting: did you mean {}{}?", name, kPrefix, *meant));
    }
  }
}

git::OpenOptions Context::git_options() const {
  git::OpenOptions git;
  git.search_path = environment_.get("PATH");
  git.environment = environment_.as_list();
  return git;
}

ui::PagerSettings Context::pager() const {
  const std::string own = environment_.get("MLOPS_PAGER");
  return {.command = own.empty() ? environment_.get("PAGER") : own,
          .search_path = environment_.get("PATH"),
          .environment = environment_.as_list(),
          .use = options_.no_pager ? ui::PagerSettings::Use::no : ui::PagerSettings::Use::yes};
}

std::filesystem::path Context::user_config_file() const {
  const std::string xdg = environment_.get("XDG_CONFIG_HOME");
  if (!xdg.empty() && xdg.front() == '/') {
    return std::filesystem::path(xdg) / "mlops" / "config.toml";
  }
  const std::string home = environment_.get("HOME");
  return home.empty() ? std::filesystem::path()
                      : std::filesystem::path(home) / ".config" / "mlops" / "config.toml";
}

void Context::say(std::string_view line) {
  if (!options_.json && !options_.quiet) {
    terminal_.out(ui::fold_advice(line, fold_width(terminal_)) + "\n");
  }
}

void Context::note(std::string_view line) {
  if (terminal_.out_is_terminal()) {
    say(line);
  } else if (!options_.json && !options_.quiet) {
    terminal_.err(std::string(line).append("\n"));
  }
}

void Context::print_json(std::string_view document) {
  terminal_.out(std::string(document).append("\n"));
}

}  // namespace mlops::app
