#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "remote/open.h"
#include "remote/verbs.h"
#include "ui/table.h"
#include "workspace/workspace.h"

namespace mlops::remote {
namespace {

app::ExitCode run_list(app::Context& context, const app::Arguments& /*arguments*/) {
  const config::Settings& settings = context.workspace().settings();
  const auto remotes = list_remotes(settings);
  const std::string chosen = settings.get_string("data.remote");
  const auto is_default = [&](const NamedRemote& remote) {
    return chosen.empty() ? remotes.size() == 1 : remote.name == chosen;
  };
  if (context.options().json) {
    nlohmann::ordered_json record{{"version", 1}, {"remotes", nlohmann::ordered_json::array()}};
    for (const NamedRemote& remote : remotes) {
      record["remotes"].push_back({{"name", remote.name},
                                   {"url", remote.url},
                                   {"default", is_default(remote)},
                                   {"scope", to_string(remote.scope)}});
    }
    context.print_json(app::dump(record));
    return app::ExitCode::done;
  }
  ui::TextTable table({{"remote"}, {"url"}, {"from"}, {"note"}});
  for (const NamedRemote& remote : remotes) {
    table.add({remote.name,
               remote.url,
               std::string(to_string(remote.scope)),
               is_default(remote) ? "default" : ""});
  }
  if (table.empty()) {
    context.note("no remotes; next: mlops remote add origin <url>");
  } else {
    context.terminal().out(table.render(context.terminal()));
  }
  return app::ExitCode::done;
}

}  // namespace

app::Command list_command() {
  return {.path = "remote list",
          .summary = "the remotes, and which one is the default",
          .examples = {{"mlops remote list", "name, place, and where that is set"}},
          .flags = {app::flags::json()},
          .run = run_list};
}

}  // namespace mlops::remote
