#include "top/diff_predictions.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string_view>

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
#include "top/replay.h"
#include "top/table_engine.h"

namespace mlops::top {
namespace {

constexpr const char* kReplayTree = "replayed";
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
  std::vector<std::optional<std::string>> versions;
  if (!request.replay) {
    versions.push_back(request.old_revision);
  }
  versions.push_back(request.new_revision);
  for (const auto& revision : versions) {
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

/// What is compared, and what made the old tables.
struct OpenedVersions {
  std::unique_ptr<Replay> replay;
  diff::Versions versions;
};

OpenedVersions two_revisions(app::Context& context,
                             const DiffRequest& request,
                             const policy::Safeguards& safeguards,
                             const std::filesystem::path& scratch) {
  const diff::VersionsRequest wanted{
      pipeline::open_version(context.workspace(), request.old_revision),
      pipeline::open_version(context.workspace(), request.new_revision),
      std::string(pipeline::Selection().file),
      request.sets};
  OpenedVersions opened;
  diff::Versions& versions = opened.versions;
  versions = diff::gather(context.workspace(), wanted, safeguards, scratch, context.cancel());
  if (request.replay && !versions.inputs.empty()) {
    opened.replay = std::make_unique<Replay>(
        context, wanted.old_version, wanted.new_version, scratch / kReplayTree);
    for (diff::CompareInput& input : versions.inputs) {
      Replay::Table table = opened.replay->predict(input.set);
      input.old_table.path = std::move(table.path);
      input.notes.push_back(std::move(table.note));
    }
  }
  add_stale(context, request, versions.inputs);
  return opened;
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

/// Which columns each set has, in either version.
class KnownColumns {
 public:
  KnownColumns(table::Engine& engine, const std::vector<diff::CompareInput>& inputs) {
    for (const diff::CompareInput& input : inputs) {
      std::set<std::string>& known = columns_.emplace_back();
      for (const table::Source* source : {&input.old_table, &input.new_table}) {
        for (std::string& name : engine.columns(*source)) {
          known.insert(std::move(name));
        }
      }
    }
  }
  /// Whether all columns of "country*device" are there.
  bool has(std::size_t input, const std::string& crossing) const {
    const std::vector<std::string_view> names = split(crossing, '*');
    return std::all_of(names.begin(), names.end(), [&](std::string_view name) {
      return columns_[input].contains(std::string(name));
    });
  }
  /// Those that the set has, and those that none has: asking for these is an error.
  std::vector<std::string> asked_of(std::size_t input, std::vector<std::string> wanted) const {
    std::erase_if(wanted, [&](const std::string& name) {
      bool is_elsewhere = false;
      for (std::size_t other = 0; other < columns_.size(); ++other) {
        is_elsewhere = is_elsewhere || has(other, name);
      }
      return name != "*" && is_elsewhere && !has(input, name);
    });
    return wanted;
  }

 private:
  std::vector<std::set<std::string>> columns_;
};

/// Sets have columns of their own: each is asked for those that it has.
void add_asked_columns(table::Engine& engine,
                       const DiffRequest& request,
                       std::vector<diff::CompareInput>& inputs) {
  if (request.search.empty() && request.by.empty() && request.rows.columns.empty()) {
    return;
  }
  const KnownColumns known(engine, inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    inputs[i].search = known.asked_of(i, request.search);
    inputs[i].rows.columns = known.asked_of(i, request.rows.columns);
    add_slices(inputs[i], known.asked_of(i, request.by));
  }
}

}  // namespace

diff::Report compare_predictions(app::Context& context,
                                 const DiffRequest& request,
                                 const Policy& policy,
                                 const std::vector<Output>& outputs,
                                 std::vector<std::string>& problems) {
  const os::TempDir scratch(scratch_parent(context), "mlops-diff-");
  OpenedVersions opened;
  if (request.tables) {
    opened.versions =
        open_tables(context, *request.tables, request.sets, policy.safeguards, scratch.path());
  } else {
    opened = two_revisions(context, request, policy.safeguards, scratch.path());
  }
  diff::Versions& versions = opened.versions;
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
    input.digests = digests_for(outputs);
    input.intervals = request.intervals;
    input.metrics = request.metrics;
    input.threads = static_cast<unsigned>(std::min<std::size_t>(context.options().jobs, 1024));
    input.rows.changed = lists_changed(outputs) ? request.most_changed : 0;
  }
  const std::unique_ptr<table::Engine> engine =
      versions.inputs.empty() ? nullptr
                              : open_engine(context, scratch.path(), request.memory_bytes);
  if (engine) {
    add_asked_columns(*engine, request, versions.inputs);
  }
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
