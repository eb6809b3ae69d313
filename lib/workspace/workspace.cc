#include "workspace/workspace.h"

#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "codec/bytes.h"
#include "codec/sha256.h"
#include "os/file.h"
#include "workspace/main_work_trees.h"
#include "workspace/name_folding.h"
#include "workspace/run_lock.h"
#include "workspace/stat_cache.h"
#include "workspace/tree_path.h"
#include "workspace/tree_write.h"

namespace mlops::workspace {

namespace {

constexpr std::uint64_t kMaxConfigBytes = 1U << 20U;
constexpr std::string_view kTrackedConfig = ".mlops/config.toml";

constexpr std::string_view kNewConfig =
    "# mlops settings of this repository, tracked by git: no secrets. This clone's own settings "
    "are in\n"
    "# mlops/config.toml in its git directory. All keys: man 5 mlops-config\n"
    "schema = 1\n";

/// The directory as the kernel names it: what git reports is free of links too.
fs::path canonical_directory(const fs::path& directory) {
  std::error_code code;
  fs::path path = fs::canonical(directory, code);
  if (code) {
    throw Error(
        ErrorKind::not_found,
        fmt::format("cannot open directory {}: {}", quote(directory.string()), code.message()),
        "cd to a directory that exists");
  }
  return path;
}

std::optional<std::string> read_tracked_config(const os::Beneath& tree) {
  const auto stat = tree.lstat(kTrackedConfig);
  if (!stat) {
    return std::nullopt;
  }
  if (stat->size > kMaxConfigBytes) {
    throw Error(ErrorKind::config,
                fmt::format("{} is larger than {} bytes", quote(kTrackedConfig), kMaxConfigBytes),
                shell_join({"git", "checkout", "--", ":/" + std::string(kTrackedConfig)}));
  }
  const os::Fd fd = tree.open_file(kTrackedConfig);
  std::vector<std::uint8_t> text(kMaxConfigBytes);
  text.resize(os::read_full(fd, text, std::string(kTrackedConfig)));
  return std::string(codec::as_text(text));
}

void add_file_if_exists(config::Settings& settings,
                        config::SettingScope scope,
                        const fs::path& file) {
  if (file.empty()) {
    return;
  }
  if (const auto text = os::read_file_if_exists(file, kMaxConfigBytes)) {
    settings.add_file(scope, *text, file.string());
  }
}

void stage_config(Workspace& workspace, InitResult& result) {
  try {
    workspace.repository().stage({std::string(kTrackedConfig)});
    result.staged = {workspace.to_display(kTrackedConfig)};
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::config && error.kind() != ErrorKind::locked) {
      throw;
    }
    result.stage_problem = error.message();
  }
}

}  // namespace

struct Workspace::State {
  OpenOptions options;
  fs::path directory;
  std::unique_ptr<git::Repository> repository;
  std::optional<os::Beneath> tree;
  config::Settings settings;
  std::shared_ptr<NameFolding> folding;
  std::unique_ptr<os::ThreadPool> pool;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<StatCache> stat_cache;

  /// Tells the linked work trees of a repository apart.
  std::string tree_name() const {
    const bool is_main = repository->git_dir() == repository->common_dir();
    return is_main ? "main" : "tree-" + repository->git_dir().filename().string();
  }

  /// Who may only read can do without: gc then asks for it.
  void note_work_tree() const {
    const bool is_main = repository->git_dir() == repository->common_dir();
    try {
      if (is_main) {
        note_main_work_tree(repository->common_dir(), repository->work_tree());
      }
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::io) {
        throw;
      }
    }
  }

  void load_settings(const fs::path& state_directory) {
    using config::SettingScope;
    add_file_if_exists(settings, SettingScope::user, options.user_config);
    if (const auto text = read_tracked_config(*tree)) {
      settings.add_file(SettingScope::tracked, *text, std::string(kTrackedConfig));
    }
    add_file_if_exists(settings, SettingScope::clone, state_directory / "config.toml");
    for (const config::SettingKey& key : config::setting_keys()) {
      const std::string name = config::environment_name(key.name);
      if (const auto found = options.variables.find(name); found != options.variables.end()) {
        settings.set(SettingScope::environment, key.name, found->second, name);
      }
    }
  }
};

std::unique_ptr<Workspace> Workspace::open(const OpenOptions& options) {
  auto state = std::make_unique<State>();
  state->options = options;
  state->directory = canonical_directory(options.directory);
  state->repository = git::open_repository(state->directory, options.git);
  if (!state->repository) {
    throw Error(ErrorKind::not_found,
                fmt::format("{} is not in a git work tree", quote(state->directory.string())),
                "git init");
  }
  state->tree = os::Beneath::open(state->repository->work_tree());
  state->folding = options.folding ? options.folding : std::make_shared<DiskNameFolding>();
  state->load_settings(state->repository->common_dir() / "mlops");
  return std::unique_ptr<Workspace>(new Workspace(std::move(state)));
}

Workspace::Workspace(std::unique_ptr<State> state) : state_(std::move(state)) {}
Workspace::~Workspace() = default;

git::Repository& Workspace::repository() {
  return *state_->repository;
}
const git::Repository& Workspace::repository() const {
  return *state_->repository;
}

store::Store& Workspace::store() {
  if (!state_->store) {
    const fs::path directory = store_directory();
    os::make_directories(directory.parent_path(), os::Durability::durable);
    state_->store = store::Store::open(directory, &pool(), state_->repository->common_dir());
    state_->note_work_tree();
  }
  return *state_->store;
}

const config::Settings& Workspace::settings() const {
  return state_->settings;
}

os::ThreadPool& Workspace::pool() {
  if (!state_->pool) {
    state_->pool = std::make_unique<os::ThreadPool>(state_->options.threads);
  }
  return *state_->pool;
}

const os::Beneath& Workspace::tree() const {
  return *state_->tree;
}
NameFolding& Workspace::folding() {
  return *state_->folding;
}

StatCache& Workspace::stat_cache() {
  if (!state_->stat_cache) {
    state_->stat_cache = std::make_unique<StatCache>(stat_cache_file());
  }
  return *state_->stat_cache;
}

void Workspace::save_stat_cache(Progress& progress) {
  try {
    stat_cache().save();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::io) {
      throw;
    }
    progress.warn("files will be read again next time: " + error.message());
  }
}

const fs::path& Workspace::top() const {
  return state_->repository->work_tree();
}
const fs::path& Workspace::directory() const {
  return state_->directory;
}
fs::path Workspace::state_directory() const {
  return state_->repository->common_dir() / "mlops";
}

fs::path Workspace::store_directory() const {
  const std::string path = settings().get_string("store.path");
  // Relative to the file that names it, which lies in the state directory.
  return path.empty() ? state_directory() / "store" : state_directory() / path;
}

fs::path Workspace::stat_cache_file() const {
  return state_directory() / ("stat-cache-" + state_->tree_name());
}

fs::path Workspace::partial_directory() const {
  return state_directory() / ("partial-" + state_->tree_name());
}

fs::path Workspace::base_directory() const {
  return state_directory() / ("bases-" + state_->tree_name());
}

fs::path Workspace::lock_file() const {
  return state_directory() / (stat_cache_file().filename().string() + ".lock");
}

fs::path Workspace::run_lock_file() const {
  return run_lock_file_of(state_directory(), top());
}

std::string Workspace::to_relative(std::string_view typed) const {
  if (typed.empty()) {
    throw Error(ErrorKind::usage, "an empty path names nothing", "name a file or a directory");
  }
  fs::path path = (directory() / fs::path(typed)).lexically_normal();
  std::string relative = path.lexically_relative(top()).string();
  if (relative.starts_with("..") && fs::path(typed).is_absolute()) {
    // The work tree may have been named through a link.
    std::error_code code;
    const fs::path parent = fs::weakly_canonical(path.parent_path(), code);
    relative = code ? relative : (parent / path.filename()).lexically_relative(top()).string();
  }
  while (relative.ends_with('/')) {
    relative.pop_back();
  }
  if (relative == ".") {
    return {};
  }
  if (relative == ".." || relative.starts_with("../")) {
    throw Error(ErrorKind::usage,
                fmt::format("{} is outside the work tree {}", quote(typed), quote(top().string())),
                "name a path in it, or stand in the other one: mlops -C <dir>");
  }
  if (const std::string problem = path_problem(relative); !problem.empty()) {
    throw Error(ErrorKind::usage,
                fmt::format("{} cannot be data: it {}", quote(typed), problem),
                "data has a path and a name of its own in the work tree");
  }
  return relative;
}

std::string Workspace::to_display(std::string_view relative) const {
  const std::string display = (top() / fs::path(relative)).lexically_relative(directory()).string();
  return display.ends_with('/') ? display.substr(0, display.size() - 1) : display;
}

InitResult init(Workspace& workspace) {
  InitResult result;
  const os::Beneath& tree = workspace.tree();
  if (!tree.lstat(kTrackedConfig)) {
    tree.make_directories(parent_of(kTrackedConfig));
    tree.sync_directory("");
    write_text(tree, kTrackedConfig, kNewConfig);
    result.created.push_back(workspace.to_display(kTrackedConfig));
  }
  const bool is_new = !result.created.empty();
  const fs::path state = workspace.state_directory();
  if (!os::lstat_file(state)) {
    os::make_directories(state, os::Durability::durable);
    result.created.push_back(state.lexically_proximate(workspace.directory()).string());
  }
  if (is_new && workspace.settings().get_bool("data.stage")) {
    stage_config(workspace, result);
  }
  return result;
}

}  // namespace mlops::workspace
