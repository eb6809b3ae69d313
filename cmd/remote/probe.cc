#include "remote/probe.h"

#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
#include "base/text.h"
#include "remote/open.h"
#include "remote/probe_view.h"
#include "remote/verbs.h"
#include "workspace/workspace.h"

namespace mlops::remote {
namespace {

std::string_view word_of(ProbeResult::State state) {
  switch (state) {
    case ProbeResult::State::works:
      return "works";
    case ProbeResult::State::fails:
      return "fails";
    case ProbeResult::State::unsure:
      return "unsure";
  }
  return "unsure";
}

app::ExitCode run_probe(app::Context& context, const app::Arguments& arguments) {
  workspace::Workspace& workspace = context.workspace();
  const auto& words = arguments.words();
  const std::string name =
      remote_for(workspace.settings(),
                 "",
                 words.empty() ? std::nullopt : std::optional<std::string>(words.front()));
  const OpenRemote open = open_remote(context, load_remote(workspace.settings(), name));
  const auto results = probe(*open.transport, context.progress(), context.cancel());
  context.progress().end();
  if (context.options().json) {
    nlohmann::ordered_json record{{"version", 1},
                                  {"name", open.remote.name},
                                  {"url", open.remote.url},
                                  {"usable", is_usable(results)},
                                  {"results", probe_json(results)}};
    context.print_json(app::dump(record));
  } else {
    say_probe(context, results);
  }
  return is_usable(results) ? app::ExitCode::done : app::ExitCode::infrastructure;
}

}  // namespace

void say_probe(app::Context& context, const std::vector<ProbeResult>& results) {
  for (const ProbeResult& result : results) {
    const std::string detail =
        result.detail.empty() ? "" : ": " + escape_for_terminal(result.detail);
    context.say(fmt::format("{:<7} {}{}", word_of(result.state), result.what, detail));
  }
}

nlohmann::ordered_json probe_json(const std::vector<ProbeResult>& results) {
  auto list = nlohmann::ordered_json::array();
  for (const ProbeResult& result : results) {
    list.push_back({{"what", result.what},
                    {"state", word_of(result.state)},
                    {"detail",
                     result.detail.empty() ? nlohmann::ordered_json()
                                           : nlohmann::ordered_json(result.detail)}});
  }
  return list;
}

app::Command probe_command() {
  return {.path = "remote probe",
          .summary = "try what a remote can do: read, write, list, delete, clock, compare-and-swap",
          .examples = {{"mlops remote probe", "the default remote, with 200 races for one name"},
                       {"mlops remote probe origin --json", "the same for scripts"}},
          .arguments = {{"name", app::Argument::Count::optional, app::Complete::remote}},
          .flags = {app::flags::json()},
          .run = run_probe};
}

}  // namespace mlops::remote
