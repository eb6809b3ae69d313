#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
#include "data/checkout_view.h"
#include "data/fetched.h"
#include "data/kept.h"
#include "data/verbs.h"
#include "data/versions.h"
#include "workspace/data.h"

namespace mlops::data {
namespace {

workspace::CheckoutOptions checkout_options(const app::Arguments& arguments) {
  workspace::CheckoutOptions options;
  options.revision = arguments.find("rev");
  options.wait = arguments.has("wait") ? os::LockWait::yes : os::LockWait::no;
  options.restore.clobber =
      arguments.has("force") ? workspace::Clobber::rescue : workspace::Clobber::refuse;
  options.restore.git_files =
      arguments.has("allow-git-files") ? workspace::GitFiles::allow : workspace::GitFiles::refuse;
  return options;
}

/// What was asked for, less what no remote has; nothing when nothing is left of it.
std::optional<std::vector<std::string>> paths_to_check_out(app::Context& context,
                                                           const app::Arguments& arguments,
                                                           const std::vector<NamedRoot>& versions,
                                                           const std::vector<Fetched>& all) {
  std::set<std::string> absent;
  for (const Fetched& fetched : all) {
    for (const NamedRoot& version : fetched.absent) {
      absent.insert(version.path);
    }
  }
  std::vector<std::string> paths;
  for (const std::string& word : arguments.words()) {
    paths.push_back(context.workspace().to_relative(word));
  }
  if (absent.empty()) {
    return paths;
  }
  std::vector<std::string> left;
  for (const NamedRoot& version : versions) {
    if (!absent.contains(version.path) &&
        (paths.empty() || std::find(paths.begin(), paths.end(), version.path) != paths.end())) {
      left.push_back(version.path);
    }
  }
  return left.empty() ? std::nullopt : std::optional(left);
}

/// Of a dry run what would be fetched: what a checkout would then do cannot be known before.
app::ExitCode show_plan(app::Context& context, const std::vector<Fetched>& all) {
  if (context.options().json) {
    context.print_json(app::dump(nlohmann::ordered_json{
        {"version", 1}, {"dry_run", true}, {"remotes", fetched_json(all)}, {"checkout", nullptr}}));
  } else if (all.empty()) {
    context.say("nothing to fetch: the store has all of it; next: mlops data checkout -n");
  } else {
    say_fetched(context, all, true);
  }
  throw_absent(all);
  return app::ExitCode::done;
}

app::ExitCode run_pull(app::Context& context, const app::Arguments& arguments) {
  if (arguments.list("rev").size() > 1) {
    throw Error(ErrorKind::usage, "pull takes one --rev", "mlops data fetch takes several");
  }
  const auto versions = find_versions(context, arguments);
  const auto all = fetch_versions(context, arguments, versions);
  if (arguments.has("dry-run")) {
    return show_plan(context, all);
  }
  nlohmann::ordered_json checkout;
  if (!context.options().json) {
    say_fetched(context, all, false);
  }
  if (const auto paths = paths_to_check_out(context, arguments, versions, all)) {
    workspace::CheckoutOptions options = checkout_options(arguments);
    options.paths = *paths;
    const workspace::CheckoutResult result = workspace::checkout_data(
        context.workspace(), options, context.progress(), context.cancel());
    context.progress().end();
    if (!result.total.kept.empty()) {
      refuse_kept(context,
                  result.total,
                  options.restore.clobber,
                  "the store has the data, nothing was written to the work tree");
    }
    checkout = checkout_json(result);
    if (!context.options().json) {
      say_checkout(context, result);
    }
  }
  if (context.options().json) {
    context.print_json(app::dump(nlohmann::ordered_json{{"version", 1},
                                                        {"dry_run", false},
                                                        {"remotes", fetched_json(all)},
                                                        {"checkout", checkout}}));
  }
  throw_absent(all);
  return app::ExitCode::done;
}

}  // namespace

app::Command pull_command() {
  app::Command command{
      .path = "data pull",
      .summary = "bring data from a remote into the work tree",
      .examples = {{"mlops data pull", "after git clone or git pull: everything the pointers name"},
                   {"mlops data pull data/images", "a data set, or a part of one"},
                   {"mlops data pull --rev model-v1", "as it was in a git revision"}},
      .arguments = {{"path", app::Argument::Count::any, app::Complete::data_set}},
      .flags = transfer_flags(),
      .run = run_pull};
  command.flags.insert(command.flags.begin(), app::flags::revision());
  command.flags.push_back(app::flags::force());
  command.flags.push_back(
      {.name = "allow-git-files",
       .help = "write .gitattributes and other files of git that a data set holds"});
  return command;
}

}  // namespace mlops::data
