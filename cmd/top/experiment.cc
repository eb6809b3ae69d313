#include "top/experiment.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "pipeline/path.h"
#include "pipeline/run_record.h"
#include "workspace/data.h"

namespace mlops::top {
namespace {

using workspace::DataState;

bool overlap(const std::string& a, const std::string& b) {
  return pipeline::is_same_or_inside(a, b) || pipeline::is_same_or_inside(b, a);
}

std::set<std::string> deps_of(const pipeline::Graph& graph,
                              const std::vector<std::size_t>& selected) {
  std::set<std::string> deps;
  for (const std::size_t index : selected) {
    const pipeline::Instance& instance = graph.instances[index];
    deps.insert(instance.deps.begin(), instance.deps.end());
  }
  return deps;
}

/// A checkpoint would be neither there at the start nor kept at the end.
void refuse_persistent(const pipeline::Graph& graph, const std::vector<std::size_t>& selected) {
  for (const std::size_t index : selected) {
    for (const pipeline::Out& out : graph.instances[index].outs) {
      if (out.persist) {
        throw Error(ErrorKind::usage,
                    fmt::format("{} keeps {} from run to run, and an experiment's tree goes away",
                                quote(graph.instances[index].id),
                                quote(out.path)),
                    "mlops run --set ... --apply");
      }
    }
  }
}

/// The experiment would silently use the version before the change.
void refuse_changed_data(const std::vector<workspace::DataStatus>& data,
                         const std::set<std::string>& deps) {
  for (const workspace::DataStatus& status : data) {
    const bool is_changed =
        status.state == DataState::modified || status.state == DataState::other_version;
    const bool is_read = std::any_of(deps.begin(), deps.end(), [&](const std::string& dep) {
      return overlap(dep, status.path);
    });
    if (is_changed && is_read) {
      throw Error(ErrorKind::conflict,
                  fmt::format("{} was changed, and an experiment takes data from the store",
                              quote(status.path)),
                  shell_join({"mlops", "data", "add", "--", status.path}));
    }
  }
}

/// Deps that neither git nor mlops has a version of are copied as they are.
std::vector<std::string> unversioned(const pipeline::Graph& graph,
                                     const std::vector<workspace::DataStatus>& data,
                                     const std::set<std::string>& deps) {
  const auto has_version = [&](const std::string& dep) {
    return std::any_of(data.begin(),
                       data.end(),
                       [&](const auto& status) { return overlap(dep, status.path); }) ||
           std::any_of(graph.instances.begin(), graph.instances.end(), [&](const auto& instance) {
             return std::any_of(instance.outs.begin(), instance.outs.end(), [&](const auto& out) {
               return overlap(dep, out.path);
             });
           });
  };
  std::vector<std::string> paths;
  std::copy_if(deps.begin(), deps.end(), std::back_inserter(paths), [&](const std::string& dep) {
    return !has_version(dep);
  });
  return paths;
}

}  // namespace

std::unique_ptr<workspace::ExperimentTree> make_experiment(app::Context& context,
                                                           const pipeline::Graph& graph,
                                                           const pipeline::Choice& choice,
                                                           const std::string& run_id) {
  workspace::Workspace& workspace = context.workspace();
  if (!pipeline::is_run_id(run_id) ||
      os::lstat_file(workspace.state_directory() / "runs" / run_id)) {
    throw Error(ErrorKind::usage,
                fmt::format("{} cannot be the id of a new run", quote(run_id)),
                "leave --run-id out, or choose another one");
  }
  const std::vector<std::size_t> selected = graph.resolve(choice);
  refuse_persistent(graph, selected);
  const auto data = workspace::data_status(workspace, context.progress(), context.cancel());
  const std::set<std::string> deps = deps_of(graph, selected);
  refuse_changed_data(data, deps);
  return std::make_unique<workspace::ExperimentTree>(
      workspace,
      context.open_options(),
      run_id,
      unversioned(graph, data, deps),
      os::Waiter{context.progress(), context.cancel()});
}

}  // namespace mlops::top
