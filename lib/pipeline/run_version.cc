#include "pipeline/run_version.h"

#include "pipeline/run_history.h"

namespace mlops::pipeline {

namespace {

constexpr std::string_view kPrefix = "run:";
constexpr std::string_view kLast = "@last";

workspace::Revision::Run version_of(const RecordedRun& run) {
  workspace::Revision::Run version;
  version.name = std::string(kPrefix) + run.id;
  version.commit = run.is_dirty ? std::nullopt : run.commit;
  for (const auto& instance : run.instances) {
    for (const auto& out : instance.outs) {
      if (out.root) {
        version.outs.push_back({out.path, *out.root, 0, 0});
      } else {
        version.unkept.push_back(out.path);
      }
    }
  }
  return version;
}

RecordedRun load_run(const workspace::Workspace& workspace, const std::string& word) {
  const RunHistory history(workspace.state_directory() / "runs");
  return history.load(history.find(word == kLast ? word : word.substr(kPrefix.size())));
}

}  // namespace

bool names_run(std::string_view word) {
  return word == kLast || word.starts_with(kPrefix);
}

workspace::Revision open_version(workspace::Workspace& workspace,
                                 const std::optional<std::string>& word,
                                 const std::vector<std::string>& lock_files) {
  if (!word || !names_run(*word)) {
    return workspace::Revision::open(workspace, word, lock_files);
  }
  return workspace::Revision::of_run(workspace, version_of(load_run(workspace, *word)), lock_files);
}

bool used_other_params(workspace::Workspace& workspace, const std::string& word) {
  return names_run(word) && !load_run(workspace, word).params_files.empty();
}

std::vector<std::string> assignments_of(workspace::Workspace& workspace,
                                        const std::optional<std::string>& word) {
  return word && names_run(*word) ? load_run(workspace, *word).assignments
                                  : std::vector<std::string>();
}

}  // namespace mlops::pipeline
