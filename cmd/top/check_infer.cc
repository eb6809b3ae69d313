#include "top/check_infer.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "check/infer.h"
#include "os/file.h"
#include "report/inferred_policy.h"
#include "top/check_tables.h"
#include "top/policy_file.h"
#include "top/table_engine.h"

namespace mlops::top {
namespace {

void refuse_others(const app::Arguments& arguments) {
  for (const std::string_view flag : {"use", "policy", "format", "show-values", "write-profile"}) {
    if (arguments.has(flag)) {
      throw Error(
          ErrorKind::usage,
          fmt::format("--infer writes a policy and judges nothing: --{} is for judging", flag),
          "mlops check --infer data.csv > safeguards.toml");
    }
  }
  if (arguments.words().empty()) {
    throw Error(ErrorKind::usage,
                "--infer needs a table to look at",
                "mlops check --infer data/train.csv > safeguards.toml");
  }
}

/// As the policy has to call it: from the top of the repository.
std::string name_in_policy(workspace::Workspace* workspace, const std::string& word) {
  if (workspace == nullptr) {
    return word;
  }
  const std::string relative = (workspace->directory() / word)
                                   .lexically_normal()
                                   .lexically_relative(workspace->top())
                                   .string();
  const bool is_revision = word.find(':') != std::string::npos;
  return is_revision || relative.empty() || relative.starts_with("..") ? word : relative;
}

/// Another name where a check of this policy has it already.
std::string free_name(const std::string& wanted, std::vector<std::string>& taken) {
  constexpr std::size_t kLongest = 30;
  std::string name = wanted;
  for (int number = 2; std::find(taken.begin(), taken.end(), name) != taken.end(); ++number) {
    const std::string suffix = fmt::format("-{}", number);
    name = wanted.substr(0, kLongest - suffix.size()) + suffix;
  }
  taken.push_back(name);
  return name;
}

}  // namespace

app::ExitCode infer_checks(app::Context& context,
                           const app::Arguments& arguments,
                           workspace::Workspace* workspace) {
  refuse_others(arguments);
  Policy policy;
  // A shell that writes this to safeguards.toml has emptied the file before we look.
  const auto there =
      workspace != nullptr ? os::lstat_file(workspace->top() / kPolicyFile) : std::nullopt;
  if (there && there->size > 0) {
    policy = read_policy(workspace->top() / kPolicyFile, std::string(kPolicyFile));
  }
  std::vector<std::string> taken;
  for (const policy::Check& check : policy.safeguards.checks) {
    taken.push_back(check.name);
  }
  const os::TempDir scratch(scratch_parent(context), "mlops-check-");
  CheckPlaces places;
  places.workspace = workspace;
  places.directory = context.options().directory;
  places.stale = CheckPlaces::Stale::is_no_question;
  CheckTables tables(std::move(places), scratch.path(), context.cancel());
  const auto engine = open_engine(context, scratch.path());
  check::CheckSettings settings;
  settings.scratch = scratch.path();
  settings.threads = context.options().jobs;
  std::string text;
  for (const std::string& word : arguments.words()) {
    check::TableInput input = tables.find_typed(word);
    input.name = name_in_policy(workspace, word);
    const check::SeenTable seen = check::look_at(*engine, input, settings, context.cancel());
    if (seen.table.rows == 0) {
      throw Error(
          ErrorKind::config,
          fmt::format("{} has no rows: there is nothing to infer a policy from", quote(word)),
          "name a table that has some");
    }
    const bool is_first = text.empty() && policy.file.empty();
    text += (text.empty() ? "" : "\n") +
            report::inferred_policy(
                seen,
                free_name(report::check_name_of(input.name), taken),
                is_first ? report::PolicyPart::whole : report::PolicyPart::appendix);
  }
  context.terminal().out(text);
  return app::ExitCode::done;
}

}  // namespace mlops::top
