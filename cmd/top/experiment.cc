#include "top/experiment.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "pipeline/run_record.h"
#include "top/experiment_needs.h"
#include "workspace/data.h"

namespace mlops::top {
namespace {

using workspace::DataState;

/// A checkpoint would be neither there at the start nor kept at the end.
void refuse_persistent(const Reads& reads) {
  for (const std::size_t index : reads.selected) {
    const pipeline::Instance& instance = reads.graph.instances[index];
    for (const pipeline::Out& out : instance.outs) {
      if (out.persist) {
        throw Error(ErrorKind::usage,
                    fmt::format("{} keeps {} from run to run, and an experiment's tree goes away",
                                quote(instance.id),
                                quote(out.path)),
                    "mlops run --set ... --apply");
      }
    }
  }
}

/// The experiment would silently use the version before the change.
void refuse_changed_data(const std::vector<workspace::DataStatus>& data, const Reads& reads) {
  for (const workspace::DataStatus& status : data) {
    const bool is_changed =
        status.state == DataState::modified || status.state == DataState::other_version;
    if (is_changed && reads.has(status.path)) {
      throw Error(ErrorKind::conflict,
                  fmt::format("{} was changed, and an experiment takes data from the store",
                              quote(status.path)),
                  shell_join({"mlops", "data", "add", "--", status.path}));
    }
  }
}

void warn_of_left_out(app::Context& context, const pipeline::RunOptions& options) {
  constexpr std::size_t kShown = 5;
  std::vector<std::string> names;
  for (const std::string& path : options.left_out) {
    if (names.size() == kShown) {
      names.push_back(fmt::format("{} more", options.left_out.size() - kShown));
      break;
    }
    names.push_back(quote(path));
  }
  if (!names.empty()) {
    context.progress().warn(fmt::format(
        "git ignores {}, no stage declares it, and it is too large to copy, or cannot be read: the "
        "experiment runs without, and its results are not cached; declare it, or use --isolated",
        join(names, ", ")));
  }
}

}  // namespace

std::unique_ptr<workspace::ExperimentTree> make_experiment(app::Context& context,
                                                           const pipeline::Pipeline& pipeline,
                                                           const pipeline::Graph& graph,
                                                           pipeline::RunOptions& options) {
  workspace::Workspace& workspace = context.workspace();
  if (options.run_id.empty()) {
    options.run_id = pipeline::make_run_id();
  }
  if (!pipeline::is_run_id(options.run_id) ||
      os::lstat_file(workspace.state_directory() / "runs" / options.run_id)) {
    throw Error(ErrorKind::usage,
                fmt::format("{} cannot be the id of a new run", quote(options.run_id)),
                "leave --run-id out, or choose another one");
  }
  const Reads reads = find_reads(pipeline, graph, options.selection);
  refuse_persistent(reads);
  const auto data = workspace::data_status(workspace, context.progress(), context.cancel());
  refuse_changed_data(data, reads);
  const workspace::IgnoredNeeds needs = find_needs(context, data, reads, options.isolation);
  auto tree =
      std::make_unique<workspace::ExperimentTree>(workspace,
                                                  context.open_options(),
                                                  options.run_id,
                                                  plain_deps(reads, needs),
                                                  needs,
                                                  os::Waiter{context.progress(), context.cancel()});
  options.origin = workspace.top();
  options.left_out = tree->left_out();
  options.used_in_place = tree->used_in_place();
  warn_of_left_out(context, options);
  return tree;
}

}  // namespace mlops::top
