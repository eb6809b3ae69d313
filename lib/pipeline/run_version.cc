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
  const RunHistory history(workspace.state_directory() / "runs");
  const auto run =
      history.load(history.find(*word == kLast ? *word : word->substr(kPrefix.size())));
  return workspace::Revision::of_run(workspace, version_of(run), lock_files);
}

}  // namespace mlops::pipeline
