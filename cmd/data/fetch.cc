#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "data/fetched.h"
#include "data/verbs.h"
#include "data/versions.h"

namespace mlops::data {
namespace {

app::ExitCode run_fetch(app::Context& context, const app::Arguments& arguments) {
  const bool is_dry = arguments.has("dry-run");
  const auto versions = find_versions(context, arguments);
  const auto all = fetch_versions(context, arguments, versions);
  if (context.options().json) {
    context.print_json(app::dump(nlohmann::ordered_json{
        {"version", 1}, {"dry_run", is_dry}, {"remotes", fetched_json(all)}}));
  } else if (all.empty()) {
    context.say("nothing to fetch: the store has all of it");
  } else {
    say_fetched(context, all, is_dry);
  }
  throw_absent(all);
  return app::ExitCode::done;
}

}  // namespace

app::Command fetch_command() {
  app::Command command{
      .path = "data fetch",
      .summary = "bring data from a remote into the store, and leave the work tree alone",
      .examples = {{"mlops data fetch", "what the pointers and locks of the work tree name"},
                   {"mlops data fetch --rev model-v1 data/raw", "as a git revision has it"},
                   {"mlops data fetch --all-refs -n", "what every branch and tag would bring"}},
      .arguments = {{"path", app::Argument::Count::any, app::Complete::data_set}},
      .flags = transfer_flags(),
      .run = run_fetch};
  app::Flag revision = app::flags::revision();
  revision.repeat = app::Flag::Repeat::yes;
  command.flags.insert(command.flags.begin(), revision);
  return command;
}

}  // namespace mlops::data
