#include "top/diff_predictions.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "diff/compare.h"
#include "diff/conclude.h"
#include "diff/versions.h"
#include "os/file.h"
#include "pipeline/load.h"
#include "pipeline/run_version.h"
#include "pipeline/staleness.h"
#include "top/diff_output.h"
#include "top/diff_tables.h"
#include "top/table_engine.h"

namespace mlops::top {
namespace {

constexpr const char* kDeclare =
    "add [predictions.NAME] with path, task, key and label: man mlops-pipeline";

/// A revision may show the outs of an earlier one: its own were never made, or not committed.
void add_stale(app::Context& context,
               const DiffRequest& request,
               std::vector<diff::CompareInput>& inputs) {
  std::vector<std::string> paths;
  paths.reserve(inputs.size());
  for (const diff::CompareInput& input : inputs) {
    paths.push_back(input.set.path);
  }
  for (const auto& revision : {request.old_revision, request.new_revision}) {
    if (revision && pipeline::names_run(*revision)) {
      continue;  // its outs are its own
    }
    const auto stale =
        pipeline::find_stale_outs(context.workspace(), revision, pipeline::Selection().file, paths);
    for (diff::CompareInput& input : inputs) {
      if (const auto found = stale.find(input.set.path); found != stale.end()) {
        input.stale.push_back(
            fmt::format("{}: {}", quote(revision.value_or("work tree")), found->second));
      }
    }
  }
}

diff::Versions two_revisions(app::Context& context,
                             const DiffRequest& request,
                             const policy::Safeguards& safeguards,
                             const std::filesystem::path& scratch) {
  const diff::VersionsRequest wanted{
      pipeline::open_version(context.workspace(), request.old_revision),
      pipeline::open_version(context.workspace(), request.new_revision),
      std::string(pipeline::Selection().file),
      request.sets};
  diff::Versions versions =
      diff::gather(context.workspace(), wanted, safeguards, scratch, context.cancel());
  add_stale(context, request, versions.inputs);
  return versions;
}

/// Rules of nothing: whoever asked for predictions, or for a report of rules, gets no answer.
void refuse_undeclared(const DiffRequest& request,
                       const std::vector<Output>& outputs,
                       const std::string& undeclared) {
  if (!undeclared.empty() &&
      (request.needs_predictions || !std::all_of(outputs.begin(), outputs.end(), shows_change))) {
    throw Error(ErrorKind::config, undeclared, kDeclare);
  }
}

void add_slices(diff::CompareInput& input, const std::vector<std::string>& by) {
  input.by = by;
  for (const std::string& slice : by) {
    std::vector<std::string>& slices = input.set.slices;
    if (std::find(slices.begin(), slices.end(), slice) == slices.end()) {
      slices.push_back(slice);
    }
  }
}

}  // namespace

diff::Report compare_predictions(app::Context& context,
                                 const DiffRequest& request,
                                 const Policy& policy,
                                 const std::vector<Output>& outputs,
                                 std::vector<std::string>& problems) {
  const os::TempDir scratch(scratch_parent(context), "mlops-diff-");
  diff::Versions versions =
      request.tables
          ? open_tables(context, *request.tables, request.sets, policy.safeguards, scratch.path())
          : two_revisions(context, request, policy.safeguards, scratch.path());
  refuse_undeclared(request, outputs, versions.undeclared);
  diff::Report report;
  report.old_name = versions.old_name;
  report.new_name = versions.new_name;
  report.old_commit = versions.old_commit;
  report.new_commit = versions.new_commit;
  report.policy_file = policy.file;
  report.policy_sha256 = policy.sha256;
  for (diff::CompareInput& input : versions.inputs) {
    input.other_keys = request.other_keys;
    input.rows = request.rows;
    input.search = request.search;
    add_slices(input, request.by);
    input.rows.changed = lists_changed(outputs) ? request.most_changed : 0;
  }
  const std::unique_ptr<table::Engine> engine =
      versions.inputs.empty() ? nullptr : open_engine(context, scratch.path());
  for (const diff::CompareInput& input : versions.inputs) {
    report.predictions.push_back(
        diff::compare(*engine, input, policy.safeguards, context.cancel()));
  }
  report.predictions.insert(
      report.predictions.end(), versions.missing.begin(), versions.missing.end());
  diff::conclude(report, policy.safeguards, versions.left_out, versions.file_metrics);
  if (!versions.undeclared.empty()) {
    problems.push_back(fmt::format("predictions: {}; {}", versions.undeclared, kDeclare));
  }
  return report;
}

}  // namespace mlops::top
