#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
#include "base/units.h"
#include "data/fsck_output.h"
#include "data/verbs.h"
#include "workspace/work_tree_copies.h"

namespace mlops::data {
namespace {

/// Holds the store's own report against git. Other refs than HEAD are read only for names of what
/// is hurt.
FsckFindings hold_against_git(app::Context& context, store::FsckReport report) {
  FsckFindings findings;
  findings.report = std::move(report);
  if (!findings.report.map_damages.empty()) {
    findings.report.notes.emplace_back(
        "what git names was not looked at: that needs the map of foreign versions");
    return findings;
  }
  findings.missing = workspace::find_missing_versions(context.workspace());
  std::set<store::ObjectId> hurt;
  for (const store::Damage& damage : findings.report.damages) {
    hurt.insert(damage.roots.begin(), damage.roots.end());
  }
  if (!hurt.empty()) {
    auto named = workspace::list_version_names(context.workspace(), workspace::NamedBy::every_ref);
    for (workspace::VersionName& version : named.versions) {
      if (hurt.contains(version.root)) {
        const store::ObjectId root = version.root;
        findings.hurt.emplace(root, std::move(version));
      }
    }
  }
  return findings;
}

store::RepairReport repair(app::Context& context, Tense tense, const os::Waiter* waiter) {
  workspace::WorkTreeCopies copies(context.workspace(), context.progress(), context.cancel());
  store::RepairRequest request;
  request.sources = {&copies};
  request.change = tense == Tense::done ? store::RepairRequest::Change::everything
                                        : store::RepairRequest::Change::nothing;
  request.waiter = waiter;
  return context.workspace().store().repair(request, context.progress(), context.cancel());
}

/// What is left after all that could be done: which step may bring it back.
app::ExitCode to_exit_code(const FsckFindings& findings, bool has_lost) {
  if (!findings.missing.versions.empty()) {
    throw Error(ErrorKind::corrupt,
                fmt::format("the store lacks {} that git names",
                            plural(findings.missing.versions.size(), "version")),
                workspace::kMissingBytesHint);
  }
  if (has_lost) {
    throw Error(ErrorKind::corrupt,
                "there are objects without a good copy",
                "put the files that are named above back as they were (a backup, another clone) "
                "and repeat mlops data fsck --repair; or mlops config store.path <store>, of a "
                "clone that has them");
  }
  return findings.report.is_clean() ? app::ExitCode::done : app::ExitCode::object_missing;
}

app::ExitCode run_repair(app::Context& context, Tense tense, const os::Waiter* waiter) {
  const store::RepairReport repaired = repair(context, tense, waiter);
  const FsckFindings findings = hold_against_git(context, repaired.after);
  context.progress().end();
  if (context.options().json) {
    nlohmann::ordered_json record = to_json(findings);
    record["repair"] = to_json(repaired, tense);
    context.print_json(app::dump(record));
  } else {
    print_repair(context, repaired, tense);
    print_findings(context, findings);
  }
  return to_exit_code(findings, !repaired.lost.empty());
}

app::ExitCode run_fsck(app::Context& context, const app::Arguments& arguments) {
  const os::Waiter waiter{context.progress(), context.cancel()};
  const os::Waiter* const may_wait = arguments.has("wait") ? &waiter : nullptr;
  const bool dry_run = arguments.has("dry-run");
  if (arguments.has("repair")) {
    return run_repair(context, dry_run ? Tense::foretold : Tense::done, may_wait);
  }
  if (dry_run) {
    throw Error(ErrorKind::usage,
                "--dry-run says what --repair would do, and goes with it",
                "mlops data fsck --repair --dry-run");
  }
  const FsckFindings findings = hold_against_git(
      context, context.workspace().store().fsck(may_wait, context.progress(), context.cancel()));
  context.progress().end();
  if (context.options().json) {
    context.print_json(app::dump(to_json(findings)));
  } else {
    print_findings(context, findings);
    if (!findings.report.is_clean()) {
      context.note("next: mlops data fsck --repair --dry-run   (says what can be healed)");
    }
  }
  return to_exit_code(findings, false);
}

}  // namespace

app::Command fsck_command() {
  return {.path = "data fsck",
          .summary = "verify the store, and that it has what pointers and locks name",
          .examples = {{"mlops data fsck",
                        "names damaged objects, the versions they hurt, and missing versions"},
                       {"mlops data fsck --repair",
                        "heals what other packs or the work tree have a good copy of"}},
          .flags = {{.name = "repair", .help = "take good copies, move damaged packs aside"},
                    app::flags::dry_run(),
                    app::flags::wait(),
                    app::flags::json()},
          .run = run_fsck};
}

}  // namespace mlops::data
