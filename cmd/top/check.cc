#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "app/context.h"
#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "report/check_report.h"
#include "top/check_infer.h"
#include "top/check_judge.h"
#include "top/check_profile.h"
#include "top/policy_file.h"
#include "top/report_output.h"
#include "top/verbs.h"

namespace mlops::top {
namespace {

const policy::Check& find_check(const Policy& policy, const std::string& name, bool is_word) {
  const std::vector<policy::Check>& checks = policy.safeguards.checks;
  const auto found = std::find_if(
      checks.begin(), checks.end(), [&](const policy::Check& one) { return one.name == name; });
  if (found != checks.end()) {
    return *found;
  }
  std::vector<std::string> names;
  names.reserve(checks.size());
  for (const policy::Check& check : checks) {
    names.push_back(check.name);
  }
  std::string hint = did_you_mean(name, names);
  if (hint.empty()) {
    hint = is_word && table::find_format(name)
               ? shell_join({"mlops", "check", name, "--use", names.front()})
               : "there are: " + join(names, ", ");
  }
  throw Error(ErrorKind::usage,
              fmt::format("{} has no check {}", policy.file, quote(name)),
              std::move(hint));
}

std::vector<AskedCheck> read_request(const app::Arguments& arguments, const Policy& policy) {
  if (policy.file.empty()) {
    throw Error(ErrorKind::not_found,
                "there is no safeguards.toml",
                "mlops check --infer data.csv > safeguards.toml writes a first one");
  }
  if (policy.safeguards.checks.empty()) {
    throw Error(ErrorKind::config,
                fmt::format("{} has no [check.NAME]", policy.file),
                "man mlops-safeguards shows one");
  }
  std::vector<AskedCheck> asked;
  const std::vector<std::string>& words = arguments.words();
  const std::vector<std::string> used = arguments.list("use");
  if (!used.empty() && words.empty()) {
    throw Error(ErrorKind::usage,
                "--use says by which check a table is judged, and no table is named",
                shell_join({"mlops", "check", "data.csv", "--use", used.front()}));
  }
  for (const std::string& word : words) {
    if (used.empty()) {
      asked.push_back({find_check(policy, word, true), std::nullopt});
    }
    for (const std::string& name : used) {
      asked.push_back({find_check(policy, name, false), word});
    }
  }
  if (words.empty()) {
    for (const policy::Check& check : policy.safeguards.checks) {
      asked.push_back({check, std::nullopt});
    }
  }
  return asked;
}

using CheckWriter = std::string (*)(const check::Report&, report::Values);

std::string check_text_of(const check::Report& report,
                          const Output& output,
                          const report::TextStyle& style) {
  static const std::map<std::string, CheckWriter> kWriters{
      {"json", report::check_as_json},
      {"html", report::check_as_html},
      {"junit", report::check_as_junit},
      {"md", report::check_as_markdown},
      {"github", report::check_as_github},
      {"gitlab", report::check_as_gitlab},
      {"openmetrics",
       [](const check::Report& all, report::Values) { return report::check_as_openmetrics(all); }}};
  const auto found = kWriters.find(output.kind);
  return found != kWriters.end() ? found->second(report, output.values)
                                 : report::check_as_text(report, style, output.values);
}

/// Outside of a repository a policy and tables can be named by their paths.
workspace::Workspace* find_workspace(app::Context& context) {
  try {
    return &context.workspace();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) {
      throw;
    }
    return nullptr;
  }
}

app::ExitCode run_check(app::Context& context, const app::Arguments& arguments) {
  if (arguments.has("infer")) {
    return infer_checks(context, arguments, find_workspace(context));
  }
  const std::vector<Output> outputs = read_outputs(context, arguments);
  const auto named = arguments.find("policy");
  const Policy policy = load_policy(context, arguments, !named);
  CheckPlaces places;
  places.workspace = find_workspace(context);
  places.directory = context.options().directory;
  if (named) {
    places.base = (context.options().directory / *named).parent_path();
  }
  const std::vector<AskedCheck> asked = read_request(arguments, policy);
  if (arguments.has("write-profile")) {
    return write_profile(context, arguments, asked, std::move(places));
  }
  const bool wants_pictures = std::any_of(
      outputs.begin(), outputs.end(), [](const Output& one) { return one.kind == "html"; });
  const check::Report report = judge_checks(context,
                                            asked,
                                            policy,
                                            std::move(places),
                                            wants_pictures ? check::CheckSettings::Pictures::take
                                                           : check::CheckSettings::Pictures::leave);
  write_outputs(context, outputs, [&](const Output& output, const report::TextStyle& style) {
    return check_text_of(report, output, style);
  });
  return app::exit_code_of(report.verdict);
}

}  // namespace

app::Command check_command() {
  using Repeat = app::Flag::Repeat;
  return {
      .path = "check",
      .summary = "judge data by the rules of safeguards.toml before it is trained on",
      .examples = {{"mlops check", "every [check.NAME]"},
                   {"mlops check clean-data", "one of them"},
                   {"mlops check new.csv --use clean-data", "another table by its rules"},
                   {"mlops check model-v1:data/train.csv --use clean-data",
                    "a table of a git revision"},
                   {"mlops check --infer data/train.csv > safeguards.toml", "a first policy"},
                   {"mlops check --format junit=check.xml --format md=comment.md",
                    "for CI and a pull request"}},
      .arguments = {{"check", app::Argument::Count::any, app::Complete::check}},
      .flags =
          {{.name = "use",
            .value = "<check>",
            .help = "the words are tables, judged by this check; repeatable",
            .repeat = Repeat::yes,
            .complete = app::Complete::check},
           {.name = "infer", .help = "write a first policy for the tables that are named"},
           {.name = "write-profile",
            .value = "<file>",
            .help = "keep the table of one check as a baseline without rows",
            .complete = app::Complete::file},
           {.name = "policy",
            .value = "<file>",
            .help = "judge by this file instead of safeguards.toml",
            .complete = app::Complete::file},
           {.name = "format",
            .value = "<kind[=file]>",
            .help = "a report to stdout or a file; repeatable",
            .repeat = Repeat::yes,
            .choices = {"table", "json", "html", "junit", "md", "github", "gitlab", "openmetrics"}},
           {.name = "show-values",
            .help = "print the values that break a rule instead of their form"},
           app::flags::jobs(),
           app::flags::json()},
      .run = run_check};
}

}  // namespace mlops::top
