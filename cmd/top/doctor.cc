#include <array>
#include <functional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "app/version.h"
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "git/repository.h"
#include "os/clone.h"
#include "os/file.h"
#include "os/process.h"
#include "pipeline/container_engine.h"
#include "top/verbs.h"
#include "ui/table.h"
#include "workspace/experiment_tree.h"

namespace mlops::top {
namespace {

struct Finding {
  std::string what;
  enum class State { fine, missing, left_over, problem } state = State::fine;
  std::string detail;
  std::string needed_for;
};

std::string_view to_string(Finding::State state) {
  switch (state) {
    case Finding::State::fine:
      return "ok";
    case Finding::State::missing:
      return "missing";
    case Finding::State::left_over:
      return "left over";
    case Finding::State::problem:
      return "problem";
  }
  return "";
}

Finding tool(app::Context& context, const std::string& name, const std::string& needed_for) {
  const auto path = os::find_executable(name, context.environment().get("PATH"));
  return {name,
          path ? Finding::State::fine : Finding::State::missing,
          path ? path->string() : "not in PATH",
          needed_for};
}

/// A client in PATH is not yet an engine that answers.
Finding engine(app::Context& context, const std::string& name, const std::string& needed_for) {
  const auto& variables = context.environment().variables;
  try {
    const auto found = pipeline::ContainerEngine::open(
        name, {variables.begin(), variables.end()}, "/", context.cancel());
    const auto& facts = found->facts();
    return {name,
            Finding::State::fine,
            fmt::format("{} {}{}{}",
                        to_string(found->kind()),
                        facts.version,
                        facts.is_rootless ? ", rootless" : "",
                        facts.has_id_ranges ? "" : " (no range in /etc/subuid)"),
            needed_for};
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) {
      throw;
    }
    const auto problem = error.context().empty() ? error.message() : error.context().front();
    const auto prefix = name + ": ";
    return {name,
            Finding::State::missing,
            problem.starts_with(prefix) ? problem.substr(prefix.size()) : problem,
            needed_for};
  }
}

Finding first_tool(app::Context& context,
                   const std::vector<std::string>& names,
                   const std::string& needed_for) {
  for (const auto& name : names) {
    if (os::find_executable(name, context.environment().get("PATH"))) {
      return tool(context, name, needed_for);
    }
  }
  return tool(context, names.front(), needed_for);
}

Finding git_tool(app::Context& context) {
  const auto version = git::git_version(context.git_options());
  return {"git",
          version ? Finding::State::fine : Finding::State::problem,
          version.value_or("not in PATH"),
          "everything"};
}

std::string describe(const git::Traits& traits) {
  std::string text;
  const auto add = [&](bool holds, std::string_view name) {
    text += holds ? (text.empty() ? "" : ", ") + std::string(name) : "";
  };
  add(!traits.has_commits, "no commits yet");
  add(traits.shallow, "shallow");
  add(traits.partial, "partial");
  add(traits.sparse, "sparse");
  add(traits.linked_work_tree, "linked work tree");
  add(traits.sha256, "SHA-256");
  return text;
}

/// What can only be asked inside a repository.
void add_repository(app::Context& context, std::vector<Finding>& findings) {
  workspace::Workspace& workspace = context.workspace();
  const git::Repository& repository = workspace.repository();
  const std::string traits = describe(repository.traits());
  findings.push_back({"repository",
                      Finding::State::fine,
                      fmt::format("{} (through {}{})",
                                  workspace.top().string(),
                                  repository.implementation(),
                                  traits.empty() ? "" : "; " + traits),
                      ""});
  const bool initialised = os::lstat_file(workspace.top() / ".mlops" / "config.toml").has_value();
  findings.push_back({"mlops init",
                      initialised ? Finding::State::fine : Finding::State::missing,
                      initialised ? ".mlops/config.toml" : "run: mlops init",
                      "shared settings"});
  const store::Store& store = workspace.store();
  findings.push_back({"store", Finding::State::fine, store.directory().string(), ""});
  const std::uint64_t free = os::free_disk_bytes(store.directory());
  findings.push_back({"disk",
                      free < (1ULL << 30U) ? Finding::State::problem : Finding::State::fine,
                      format_bytes(free) + " free at the store",
                      "data and runs"});
  const bool clones = os::can_clone_files(store.directory());
  findings.push_back(
      {"reflinks",
       clones ? Finding::State::fine : Finding::State::missing,
       clones ? "the store's file system shares blocks" : "the store's file system copies",
       "large files that share blocks with the store (XFS, btrfs)"});
}

/// Only when there is something: nobody waits for it.
void add_left_experiments(const workspace::Workspace& workspace, std::vector<Finding>& findings) {
  const auto left = workspace::list_left_experiments(workspace);
  if (!left.empty()) {
    findings.push_back(
        {"experiments",
         Finding::State::left_over,
         fmt::format("{} of killed runs take room ({}): the next mlops run, or mlops "
                     "runs gc, removes them",
                     plural(left.size(), "tree"),
                     left.front()),
         "nothing"});
  }
}

std::vector<Finding> examine(app::Context& context) {
  std::vector<Finding> findings{{"mlops", Finding::State::fine, std::string(app::kVersion), ""},
                                git_tool(context)};
  try {
    add_repository(context, findings);
    add_left_experiments(context.workspace(), findings);
  } catch (const Error& error) {
    findings.push_back({"repository", Finding::State::problem, error.message(), "everything"});
  }
  findings.push_back(engine(context, "docker", "container environments"));
  findings.push_back(engine(context, "podman", "container environments, without a daemon"));
  findings.push_back(tool(context, "kubectl", "Kubernetes pools"));
  findings.push_back(first_tool(context, {"conda", "mamba", "micromamba"}, "conda environments"));
  findings.push_back(tool(context, "python3", "venv environments"));
  return findings;
}

app::ExitCode run_doctor(app::Context& context, const app::Arguments&) {
  const std::vector<Finding> findings = examine(context);
  bool problems = false;
  nlohmann::ordered_json record{{"version", 1}, {"findings", nlohmann::ordered_json::array()}};
  using Table = ui::TextTable;
  Table table({{"state"},
               {"what"},
               {"found"},
               {"needed for", Table::Align::left, Table::Yields::by_folding}});
  for (const Finding& finding : findings) {
    problems = problems || finding.state == Finding::State::problem;
    record["findings"].push_back({{"what", finding.what},
                                  {"state", to_string(finding.state)},
                                  {"detail", finding.detail},
                                  {"needed_for", finding.needed_for}});
    const ui::Style style = finding.state == Finding::State::fine      ? ui::Style::green
                            : finding.state == Finding::State::problem ? ui::Style::red
                                                                       : ui::Style::yellow;
    table.add(
        {std::string(to_string(finding.state)), finding.what, finding.detail, finding.needed_for},
        style);
  }
  if (context.options().json) {
    context.print_json(app::dump(record));
  } else {
    context.terminal().out(table.render(context.terminal()));
  }
  return problems ? app::ExitCode::unusable : app::ExitCode::done;
}

}  // namespace

app::Command doctor_command() {
  return {.path = "doctor",
          .summary = "what is there and what is missing for what",
          .examples = {{"mlops doctor", "tools, repository, store, disk"}},
          .flags = {app::flags::json()},
          .run = run_doctor};
}

}  // namespace mlops::top
