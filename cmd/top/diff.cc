#include <algorithm>

#include <fmt/format.h>

#include "app/context.h"
#include "base/error.h"
#include "diff/suggest_policy.h"
#include "pipeline/load.h"
#include "pipeline/run_version.h"
#include "pipeline/version_change.h"
#include "top/diff_elements.h"
#include "top/diff_output.h"
#include "top/diff_predictions.h"
#include "top/diff_request.h"
#include "top/policy_file.h"
#include "top/report_output.h"
#include "top/verbs.h"

namespace mlops::top {
namespace {

/// What was asked for beside predictions, where a report shows it. A part whose whole cost would be
/// for nothing is not compared.
pipeline::VersionChange compare_rest(app::Context& context,
                                     const DiffRequest& request,
                                     const std::vector<Output>& outputs) {
  const bool is_shown = std::any_of(outputs.begin(), outputs.end(), [&](const Output& output) {
    const bool is_silent = context.options().quiet && output.kind == "table" && output.to_stdout();
    return shows_change(output) && !is_silent;
  });
  if (request.tables || !is_shown) {
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

/// What keeps predictions from being judged hides no other part of the page.
bool leaves_rest(const DiffRequest& request, const std::vector<Output>& outputs, ErrorKind kind) {
  const bool is_about_input = kind == ErrorKind::config || kind == ErrorKind::not_found ||
                              kind == ErrorKind::corrupt || kind == ErrorKind::io;
  return is_about_input && !request.tables && !request.needs_predictions &&
         std::any_of(outputs.begin(), outputs.end(), shows_change);
}

/// Shows the rest of the page, then ends as the error says. Reports of rules are not written: one
/// without rules would look green.
[[noreturn]] void show_rest(app::Context& context,
                            const DiffRequest& request,
                            std::vector<Output> outputs,
                            const Error& error) {
  Page page;
  page.report = name_versions(context, request);
  std::erase_if(outputs, [](const Output& output) { return !shows_change(output); });
  page.change = compare_rest(context, request, outputs);
  const std::string where = error.context().empty() ? "" : " (" + error.context().front() + ")";
  page.change.problems.push_back(fmt::format("predictions: {}{}", error.message(), where));
  write_page(context, outputs, page);
  throw error;
}

/// In place of the table; reports in files are written as ever.
app::ExitCode explain(app::Context& context,
                      const DiffRequest& request,
                      const std::vector<Output>& outputs,
                      const Page& page,
                      const std::string& rule) {
  write_outputs(context, outputs, [&](const Output& output, const report::TextStyle& style) {
    return output.kind == "table" ? report::explain_rule(page.report, rule, style)
                                  : text_of(page, output, style);
  });
  return code_of(request, page.report.verdict);
}

/// Prints the policy once it is known that this pair keeps it.
app::ExitCode suggest(app::Context& context,
                      const DiffRequest& request,
                      const std::vector<Output>& outputs,
                      const diff::Report& report) {
  if (outputs.size() != 1 || outputs.front().kind != "table") {
    throw Error(ErrorKind::usage,
                "--suggest-policy prints a policy and no report",
                "mlops diff model-v1 model-v2 --suggest-policy > safeguards.toml");
  }
  if (report.predictions.empty()) {
    throw Error(ErrorKind::config,
                "there are no predictions to suggest a policy from",
                "add [predictions.NAME] with path, task, key and label: man mlops-pipeline");
  }
  Policy policy;
  const std::string text = diff::suggest_policy(report);
  policy.file = "the suggested policy";
  policy.safeguards = policy::parse_safeguards(text, policy.file);
  override_policy(request, policy.safeguards);
  std::vector<std::string> problems;
  const diff::Report kept = compare_predictions(context, request, policy, outputs, problems);
  context.terminal().out(text);
  const app::ExitCode code = app::exit_code_of(kept.verdict);
  if (code != app::ExitCode::done) {
    context.terminal().err(
        "mlops: warning: no policy lets this pair pass: what it breaks stands in the first "
        "lines\n");
  }
  return code;
}

app::ExitCode run_diff(app::Context& context, const app::Arguments& arguments) {
  const std::vector<Output> outputs = read_outputs(context, arguments);
  const DiffRequest request = read_diff_request(context, arguments);
  refuse_rules_of_nothing(request, outputs);
  Page page;
  if (!request.wants_predictions) {
    page = {name_versions(context, request), compare_rest(context, request, outputs)};
    write_page(context, outputs, page);
    return app::ExitCode::done;
  }
  // Whoever writes the suggestion to safeguards.toml has emptied that already.
  const bool suggests = arguments.has("suggest-policy");
  Policy policy = load_policy(context, arguments, !request.tables && !suggests);
  override_policy(request, policy.safeguards);
  if (request.wants_elements) {
    return diff_elements(context, request, policy, outputs);
  }
  std::vector<std::string> problems;
  try {
    page.report = compare_predictions(context, request, policy, outputs, problems);
  } catch (const Error& error) {
    if (!leaves_rest(request, outputs, error.kind())) {
      throw;
    }
    show_rest(context, request, outputs, error);
  }
  if (suggests) {
    return suggest(context, request, outputs, page.report);
  }
  if (const auto rule = arguments.find("explain")) {
    return explain(context, request, outputs, page, *rule);
  }
  page.change = compare_rest(context, request, outputs);
  page.change.problems.insert(page.change.problems.end(), problems.begin(), problems.end());
  if (policy.file.empty() && report::has_judged(page.report)) {
    tell(context,
         outputs,
         "no policy: only the built-in rules judged this (man mlops-safeguards, --policy)");
  }
  write_page(context, outputs, page);
  tell_cut_rows(context, outputs, page.report);
  return code_of(request, page.report.verdict);
}

std::vector<app::Flag> flags_of_judging() {
  using Repeat = app::Flag::Repeat;
  return {
      {.name = "policy",
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
      {.name = "rtol", .value = "<x>", .help = "relative tolerance in place of the policy's"},
      {.name = "atol", .value = "<x>", .help = "absolute tolerance in place of the policy's"},
      {.name = "decide",
       .value = "<how>",
       .help = "by what rules judge, in place of the policy's decide",
       .choices = {"point", "sure", "noninferior"}},
      {.name = "fail-on-warn", .help = "a warning fails, too"},
      {.name = "common", .help = "compare the keys that both have; missing_rows judges the rest"},
      {.name = "replay", .help = "the old version predicts again, on the rows of the new one"}};
}

std::vector<app::Flag> flags_of_reports() {
  using Repeat = app::Flag::Repeat;
  return {
      {.name = "format",
       .value = "<kind[=file]>",
       .help = "a report to stdout or a file; repeatable",
       .repeat = Repeat::yes,
       .choices =
           {"table", "json", "html", "junit", "md", "github", "gitlab", "csv", "openmetrics"}},
      {.name = "show-values", .help = "reports for CI and csv also print labels and predictions"},
      {.name = "columns",
       .value = "<columns>",
       .help = "further columns beside rows that are listed",
       .repeat = Repeat::yes},
      {.name = "limit", .value = "<n>", .help = "list at most n rows"},
      {.name = "all", .help = "csv lists all changed rows, however many"},
      {.name = "intervals", .help = "also draw intervals, by the bootstrap, of all figures"},
      {.name = "explain",
       .value = "<rule>",
       .help = "what a rule measured, why it ended so, what would change it"},
      {.name = "suggest-policy", .help = "print a policy that this pair keeps, with margins"},
      {.name = "find-slices",
       .value = "<columns>",
       .help = "search them, and two crossed, for slices that got worse",
       .repeat = Repeat::yes},
      {.name = "by", .value = "<columns>", .help = "slices to show", .repeat = Repeat::yes}};
}

/// What a pipeline declares of a prediction set, said of two tables; and how they are read.
std::vector<app::Flag> flags_of_tables() {
  using Repeat = app::Flag::Repeat;
  return {{.name = "key", .value = "<columns>", .help = "of two tables: what aligns rows"},
          {.name = "label", .value = "<column>", .help = "of two tables: the truth"},
          {.name = "prediction", .value = "<column>", .help = "of two tables: the answer"},
          {.name = "probability",
           .value = "<class=column>",
           .help = "of two tables: repeatable",
           .repeat = Repeat::yes},
          {.name = "positive", .value = "<class>", .help = "of two tables: the positive class"},
          {.name = "task",
           .value = "<task>",
           .help = "of two tables: the kind of model",
           .choices = {"classification", "regression", "ranking", "text", "embedding", "tensor"}},
          {.name = "sensitive-features",
           .value = "<columns>",
           .help = "of two tables: groups to compare"},
          {.name = "memory",
           .value = "<size>",
           .help = "for rows that are aligned; what goes beyond it spills to disk"},
          app::flags::jobs(),
          app::flags::json()};
}

}  // namespace

app::Command diff_command() {
  app::Command command = {
      .path = "diff",
      .summary = "show what changed between two model versions, and judge their predictions",
      .examples = {{"mlops diff model-v1 model-v2", "two git revisions, nothing checked out"},
                   {"mlops diff", "HEAD against the work tree"},
                   {"mlops diff main...HEAD --format md=comment.md --format junit=diff.xml",
                    "for a pull request and its CI"},
                   {"mlops diff old.csv new.csv --key id --label y --prediction pred",
                    "the predictions of two files"}},
      .arguments = {{"old", app::Argument::Count::optional, app::Complete::revision},
                    {"new", app::Argument::Count::optional, app::Complete::revision}},
      .flags = flags_of_judging(),
      .run = run_diff};
  for (const auto& more : {flags_of_reports(), flags_of_tables()}) {
    command.flags.insert(command.flags.end(), more.begin(), more.end());
  }
  return command;
}

}  // namespace mlops::top
