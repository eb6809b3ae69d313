#include "app/welcome.h"

#include "base/error.h"
#include "base/units.h"
#include "os/file.h"
#include "workspace/data.h"

namespace mlops::app {
namespace {

std::string next_step(workspace::Workspace& workspace) {
  const bool initialised = os::lstat_file(workspace.top() / ".mlops" / "config.toml").has_value();
  const bool has_pipeline = os::lstat_file(workspace.top() / "pipeline.toml").has_value();
  const std::size_t data_sets = workspace::list_data_sets(workspace).size();
  if (!initialised) {
    return "next: mlops init                start here\n";
  }
  if (data_sets == 0) {
    return "next: mlops data add <path>     put data under version control\n";
  }
  if (!has_pipeline) {
    return "next: write pipeline.toml       (mlops help pipeline; man mlops-pipeline)\n";
  }
  return "next: mlops status              what is new, what would run\n";
}

}  // namespace

std::string welcome(Context& context) {
  std::string text = "mlops: data, pipelines and model comparison beside git\n\n";
  try {
    workspace::Workspace& workspace = context.workspace();
    text += "repository: " + workspace.top().string() + "\n" + next_step(workspace);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) {
      throw;
    }
    text += "not in a git repository\nnext: git init && mlops init\n";
  }
  return text + "all commands: mlops help\n";
}

}  // namespace mlops::app
