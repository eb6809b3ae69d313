#include <map>
#include <optional>

#include <fmt/format.h>

#include "app/context.h"
#include "base/text.h"
#include "diff/compare.h"
#include "diff/conclude.h"
#include "diff/versions.h"
#include "os/file.h"
#include "pipeline/load.h"
#include "pipeline/run_version.h"
#include "pipeline/staleness.h"
#include "pipeline/version_change.h"
#include "top/diff_elements.h"
#include "top/diff_request.h"
#include "top/policy_file.h"
#include "top/report_output.h"
#include "top/table_engine.h"
#include "top/verbs.h"

namespace mlops::top {
namespace {

/// Two files are one set, whose name the flags give or nobody; a policy may speak of more.
diff::Versions two_files(const DiffRequest& request, const policy::Safeguards& safeguards) {
  diff::Versions versions;
  versions.old_name = request.files->old_name;
  versions.new_name = request.files->new_name;
  versions.inputs.push_back(*request.files);
  const std::string& name = request.files->set.name;
  if (request.sets.empty()) {
    policy::check_set_names(
        safeguards, {name}, "--predictions NAME says which prediction set the two files are");
  }
  for (const policy::DiffRule& rule : safeguards.rules) {
    if (rule.predictions && *rule.predictions != name) {
      versions.left_out.push_back(*rule.predictions);
    }
  }
  return versions;
}

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

/// All that was found.
struct Page {
  diff::Report report;
  pipeline::VersionChange change;
};

/// Writes a page that does not depend on the terminal; nothing for the table, which does.
using Writer = std::string (*)(const Page&, report::Values);
std::optional<Writer> find_writer(const std::string& kind) {
  using Values = report::Values;
  static const std::map<std::string, Writer> kWriters{
      {"json",
       [](const Page& page, Values) { return report::diff_as_json(page.report, page.change); }},
      {"html",
       [](const Page& page, Values) { return report::diff_as_html(page.report, page.change); }},
      {"md",
       [](const Page& page, Values values) {
         return report::diff_as_markdown(page.report, values, page.change);
       }},
      {"junit",
       [](const Page& page, Values values) { return report::diff_as_junit(page.report, values); }},
      {"github",
       [](const Page& page, Values values) { return report::diff_as_github(page.report, values); }},
      {"gitlab",
       [](const Page& page, Values values) { return report::diff_as_gitlab(page.report, values); }},
      {"openmetrics",
       [](const Page& page, Values) { return report::diff_as_openmetrics(page.report); }}};
  const auto found = kWriters.find(kind);
  return found == kWriters.end() ? std::nullopt : std::optional(found->second);
}

std::string text_of(const Page& page, const Output& output, const report::TextStyle& style) {
  const auto write = find_writer(output.kind);
  return write ? (*write)(page, output.values)
               : report::diff_as_text(page.report, style, page.change);
}

/// Whether it has more than what rules judged.
bool shows_change(const Output& output) {
  return output.kind == "table" || output.kind == "json" || output.kind == "html" ||
         output.kind == "md";
}

/// What was asked for beside predictions, where a report shows it. A part whose whole cost would be
/// for nothing is not compared.
pipeline::VersionChange compare_rest(app::Context& context,
                                     const DiffRequest& request,
                                     const std::vector<Output>& outputs) {
  const bool is_shown = std::any_of(outputs.begin(), outputs.end(), [&](const Output& output) {
    const bool is_silent = context.options().quiet && output.kind == "table" && output.to_stdout();
    return shows_change(output) && !is_silent;
  });
  if (request.files || !is_shown) {
    return {};
  }
  const pipeline::VersionPair versions{
      request.old_revision, request.new_revision, std::string(pipeline::Selection().file)};
  pipeline::VersionChange change = pipeline::compare_versions(
      context.workspace(), versions, request.parts, context.progress(), context.cancel());
  context.progress().end();
  return change;
}

/// Names and commits alone: nothing is judged.
diff::Report name_versions(app::Context& context, const DiffRequest& request) {
  const auto before = pipeline::open_version(context.workspace(), request.old_revision);
  const auto after = pipeline::open_version(context.workspace(), request.new_revision);
  diff::Report report;
  report.old_name = before.name();
  report.new_name = after.name();
  report.old_commit = before.commit();
  report.new_commit = after.commit();
  report.verdict = policy::Verdict::skipped;
  return report;
}

/// Rules are what some reports are made of.
void refuse_rules_of_nothing(const DiffRequest& request, const std::vector<Output>& outputs) {
  for (const Output& output : outputs) {
    if (!request.wants_predictions && !shows_change(output)) {
      throw Error(
          ErrorKind::usage,
          fmt::format("--format {} shows rules, and --only leaves predictions out", output.kind),
          "--only predictions");
    }
  }
}

diff::Report compare_all(app::Context& context, const DiffRequest& request, const Policy& policy) {
  const os::TempDir scratch(scratch_parent(context), "mlops-diff-");
  diff::Versions versions =
      request.files ? two_files(request, policy.safeguards)
                    : two_revisions(context, request, policy.safeguards, scratch.path());
  diff::Report report;
  report.old_name = versions.old_name;
  report.new_name = versions.new_name;
  report.old_commit = versions.old_commit;
  report.new_commit = versions.new_commit;
  report.policy_file = policy.file;
  report.policy_sha256 = policy.sha256;
  for (diff::CompareInput& input : versions.inputs) {
    input.other_keys = request.other_keys;
  }
  const std::unique_ptr<table::Engine> engine =
      versions.inputs.empty() ? nullptr : open_engine(context, scratch.path());
  for (const diff::CompareInput& input : versions.inputs) {
    report.predictions.push_back(
        diff::compare(*engine, input, policy.safeguards, context.cancel()));
  }
  report.predictions.insert(
      report.predictions.end(), versions.missing.begin(), versions.missing.end());
  diff::conclude(report, policy.safeguards, versions.left_out, versions.metric_problems);
  return report;
}

app::ExitCode run_diff(app::Context& context, const app::Arguments& arguments) {
  const std::vector<Output> outputs = read_outputs(context, arguments);
  const DiffRequest request = read_diff_request(context, arguments);
  refuse_rules_of_nothing(request, outputs);
  if (!request.wants_predictions) {
    const Page page{name_versions(context, request), compare_rest(context, request, outputs)};
    write_outputs(context, outputs, [&](const Output& output, const report::TextStyle& style) {
      return text_of(page, output, style);
    });
    return app::ExitCode::done;
  }
  const Policy policy = load_policy(context, arguments, !request.files);
  if (request.wants_elements) {
    return diff_elements(context, request, policy, outputs);
  }
  Page page;
  page.report = compare_all(context, request, policy);
  page.change = compare_rest(context, request, outputs);
  if (policy.file.empty()) {
    tell(context,
         outputs,
         "no policy: only the built-in rules judged this (man mlops-safeguards, --policy)");
  }
  write_outputs(context, outputs, [&](const Output& output, const report::TextStyle& style) {
    return text_of(page, output, style);
  });
  return app::exit_code_of(page.report.verdict);
}

}  // namespace

app::Command diff_command() {
  using Repeat = app::Flag::Repeat;
  return {
      .path = "diff",
      .summary = "show what changed between two model versions, and judge their predictions",
      .examples = {{"mlops diff model-v1 model-v2", "two git revisions, nothing checked out"},
                   {"mlops diff", "HEAD against the work tree"},
                   {"mlops diff main...HEAD --only code --only params",
                    "which commits, files and parameters a branch changed"},
                   {"mlops diff main...HEAD --format html=report.html",
                    "what a branch changed, as a page"},
                   {"mlops diff main...HEAD --format md=comment.md --format junit=diff.xml",
                    "for a pull request and its CI"},
                   {"mlops diff old.csv new.csv --key id --label y --prediction pred",
                    "the predictions of two files"},
                   {"mlops diff old.csv new.csv --key id", "every column of two files"}},
      .arguments = {{"old", app::Argument::Count::optional, app::Complete::revision},
                    {"new", app::Argument::Count::optional, app::Complete::revision}},
      .flags =
          {{.name = "policy",
            .value = "<file>",
            .help = "judge by this file instead of safeguards.toml",
            .complete = app::Complete::file},
           {.name = "predictions",
            .value = "<name>",
            .help = "only this prediction set; repeatable",
            .repeat = Repeat::yes,
            .complete = app::Complete::prediction_set},
           {.name = "only",
            .value = "<part>",
            .help = "of all that changed, this part; repeatable",
            .repeat = Repeat::yes,
            .choices = {"code", "params", "data", "metrics", "predictions"}},
           {.name = "common",
            .help = "compare the keys that both have; missing_rows judges the rest"},
           {.name = "format",
            .value = "<kind[=file]>",
            .help = "a report to stdout or a file; repeatable",
            .repeat = Repeat::yes,
            .choices = {"table", "json", "html", "junit", "md", "github", "gitlab", "openmetrics"}},
           {.name = "show-values",
            .help = "junit, md, github and gitlab also print labels and predictions"},
           {.name = "key", .value = "<columns>", .help = "of two files: what aligns rows"},
           {.name = "label", .value = "<column>", .help = "of two files: the truth"},
           {.name = "prediction", .value = "<column>", .help = "of two files: the answer"},
           {.name = "probability",
            .value = "<class=column>",
            .help = "of two files: repeatable",
            .repeat = Repeat::yes},
           {.name = "positive", .value = "<class>", .help = "of two files: the positive class"},
           {.name = "task",
            .value = "<task>",
            .help = "of two files: the kind of model",
            .choices = {"classification", "regression"}},
           {.name = "by", .value = "<columns>", .help = "of two files: slices"},
           {.name = "sensitive-features",
            .value = "<columns>",
            .help = "of two files: groups to compare"},
           app::flags::jobs(),
           app::flags::json()},
      .run = run_diff};
}

}  // namespace mlops::top
