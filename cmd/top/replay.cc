#include "top/replay.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "os/lock.h"
#include "os/process.h"
#include "pipeline/load.h"
#include "pipeline/run_history.h"
#include "workspace/pointer.h"
#include "workspace/run_lock.h"

namespace mlops::top {
namespace {

constexpr std::size_t kLinesShown = 12;

/// Whether one path is the other, or lies in it.
bool overlap(std::string_view a, std::string_view b) {
  const std::string_view longer = a.size() >= b.size() ? a : b;
  const std::string_view shorter = a.size() >= b.size() ? b : a;
  return longer.starts_with(shorter) &&
         (longer.size() == shorter.size() || longer[shorter.size()] == '/');
}

bool reads(const std::vector<std::string>& deps, const std::string& path) {
  return std::any_of(
      deps.begin(), deps.end(), [&](const std::string& dep) { return overlap(dep, path); });
}

bool makes(const pipeline::Instance& instance, const std::string& path) {
  return std::any_of(instance.outs.begin(), instance.outs.end(), [&](const pipeline::Out& out) {
    return path == out.path || path.starts_with(out.path + "/");
  });
}

/// The end of what a child said.
std::vector<std::string> last_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) {
    if (!trim(line).empty()) {
      lines.emplace_back(line);
    }
  }
  if (lines.size() > kLinesShown) {
    lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(kLinesShown));
  }
  return lines;
}

/// The child is this program: its code says whose fault it is.
ErrorKind kind_of(int exit_code) {
  switch (exit_code) {
    case 2:
      return ErrorKind::config;
    case 5:
      return ErrorKind::io;
    case 6:
      return ErrorKind::corrupt;
    default:
      break;
  }
  return ErrorKind::child_failed;
}

}  // namespace

Replay::Replay(app::Context& context,
               const workspace::Revision& old_version,
               const workspace::Revision& new_version,
               std::filesystem::path directory)
    : context_(context),
      old_version_(old_version),
      new_version_(new_version),
      directory_(std::move(directory)),
      git_(git::GitCommand::find(context.git_options(), context.workspace().top())) {
  if (old_version.commit().empty()) {
    throw Error(ErrorKind::usage,
                "--replay runs a stage of a commit, and the old version is the work tree",
                "mlops diff model-v1 model-v2 --replay");
  }
  if (!git_) {
    throw Error(ErrorKind::config, "--replay needs git, and there is none", "install git");
  }
  git_->output({"-c",
                "core.hooksPath=/dev/null",
                "worktree",
                "add",
                "--quiet",
                "--detach",
                directory_.string(),
                old_version.commit()});
  git_->set_directory(directory_);
  name_ = std::filesystem::path(git_->line({"rev-parse", "--absolute-git-dir"})).filename();
  git_->set_directory(context.workspace().top());
}

Replay::~Replay() {
  try {
    forget();
  } catch (const Error& error) {
    context_.progress().warn(
        fmt::format("{} is not removed: {}", quote(directory_.string()), error.message()));
  }
}

/// What git and mlops keep for a work tree.
void Replay::forget() {
  git_->run({"worktree", "remove", "--force", "--force", directory_.string()});
  const std::filesystem::path state = context_.workspace().state_directory();
  const std::string tree = "tree-" + name_;
  os::remove_file(state / ("stat-cache-" + tree));
  os::FileLock::remove_free(state / ("stat-cache-" + tree + ".lock"));
  os::remove_tree(state / ("partial-" + tree));
  os::remove_tree(state / ("bases-" + tree));
  os::FileLock::remove_free(workspace::run_lock_file_of(state, directory_));
}

Replay::Makers Replay::find_makers(const policy::PredictionSet& set) const {
  const pipeline::Loaded loaded =
      pipeline::load_pipeline_at(directory_, pipeline::Selection().file);
  const pipeline::Graph graph = pipeline::build_graph(loaded.pipeline, loaded.params);
  Makers makers;
  std::vector<std::size_t> pending;
  for (std::size_t i = 0; i < graph.instances.size(); ++i) {
    const pipeline::Instance& instance = graph.instances[i];
    if (set.stage ? instance.stage->name == *set.stage : makes(instance, set.path)) {
      makers.stage = instance.stage->name;
      makers.ids.push_back(instance.id);
      makers.deps.insert(makers.deps.end(), instance.deps.begin(), instance.deps.end());
      pending.insert(pending.end(), instance.upstream.begin(), instance.upstream.end());
    }
  }
  if (makers.ids.empty()) {
    throw Error(ErrorKind::config,
                fmt::format("no stage of {} makes {}", quote(old_version_.name()), quote(set.path)),
                fmt::format("stage = \"NAME\" in [predictions.{}] says which one", set.name));
  }
  std::set<std::size_t> seen;
  while (!pending.empty()) {
    const std::size_t next = pending.back();
    pending.pop_back();
    if (seen.insert(next).second) {
      const pipeline::Instance& instance = graph.instances[next];
      makers.upstream_deps.insert(
          makers.upstream_deps.end(), instance.deps.begin(), instance.deps.end());
      pending.insert(pending.end(), instance.upstream.begin(), instance.upstream.end());
    }
  }
  return makers;
}

/// The new version's pointers of what only the makers read. What the model was made of stays old.
std::vector<std::string> Replay::take_rows(const policy::PredictionSet& set, const Makers& makers) {
  std::vector<std::string> taken;
  for (const auto& [path, pointer] : new_version_.list_pointers()) {
    if (!reads(makers.deps, path) || reads(makers.upstream_deps, path)) {
      continue;
    }
    const auto before = old_version_.find_pointer(path);
    if (before && !(*before == pointer)) {
      os::write_file_atomic(directory_ / (path + std::string(workspace::kPointerSuffix)),
                            workspace::format_pointer(pointer),
                            os::Durability::relaxed);
      taken.push_back(path);
    }
  }
  if (taken.empty()) {
    throw Error(ErrorKind::config,
                fmt::format("predictions {}: stage {} of {} reads no data set, alone, of which {} "
                            "has another version",
                            quote(set.name),
                            quote(makers.stage),
                            quote(old_version_.name()),
                            quote(new_version_.name())),
                "--replay takes the rows from data sets that are deps of this stage and of none "
                "that it needs");
  }
  return taken;
}

/// What ran was our means and nobody's run: @last stays the one that the user began. Its results
/// are in the cache. Of a run that failed the record stays, for its logs.
void Replay::remove_record() {
  const std::filesystem::path runs = context_.workspace().state_directory() / "runs";
  const pipeline::RunHistory history(runs);
  const std::filesystem::path tree = std::filesystem::canonical(directory_);
  for (const std::string& id : history.list()) {
    if (history.load(id).work_tree == tree.string()) {
      os::remove_tree(history.directory_of(id));
      return;
    }
  }
}

void Replay::run(const Makers& makers) {
  os::ProcessSpec spec;
  spec.argv = {
      context_.environment().executable.string(), "-C", directory_.string(), "run", "--quiet"};
  if (context_.options().jobs > 0) {
    spec.argv.push_back(fmt::format("--jobs={}", context_.options().jobs));
  }
  spec.argv.emplace_back("--");
  spec.argv.insert(spec.argv.end(), makers.ids.begin(), makers.ids.end());
  spec.env = context_.environment().as_list();
  spec.cwd = directory_;
  context_.progress().begin("predicting again with " + old_version_.name(), 0, 0);
  const os::CapturedOutput done = os::capture(std::move(spec), context_.cancel());
  context_.progress().end();
  context_.cancel().check();
  if (done.result.end == os::ProcessEnd::exited && done.result.exit_code == 0) {
    remove_record();
    return;
  }
  Error error(done.result.end == os::ProcessEnd::exited ? kind_of(done.result.exit_code)
                                                        : ErrorKind::child_failed,
              fmt::format("stage {} of {} cannot be run on the rows of {}",
                          quote(makers.stage),
                          quote(old_version_.name()),
                          quote(new_version_.name())),
              "without --replay only what both versions predicted is compared: --common");
  for (const std::string& line : last_lines(done.err.empty() ? done.out : done.err)) {
    error.add_context(line);
  }
  throw Error(std::move(error));
}

Replay::Table Replay::predict(const policy::PredictionSet& set) {
  const Makers makers = find_makers(set);
  const std::vector<std::string> rows = take_rows(set, makers);
  if (has_run_.insert(makers.stage).second) {
    run(makers);
  }
  const std::filesystem::path table = directory_ / set.path;
  if (!os::lstat_file(table)) {
    throw Error(ErrorKind::config,
                fmt::format("stage {} of {} made no {}",
                            quote(makers.stage),
                            quote(old_version_.name()),
                            quote(set.path)));
  }
  return {table,
          fmt::format("replayed: stage {} of {} predicted again on {} of {}",
                      quote(makers.stage),
                      quote(old_version_.name()),
                      join(rows, ", "),
                      quote(new_version_.name()))};
}

}  // namespace mlops::top
