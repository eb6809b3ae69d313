#include "remote/push.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "data/verbs.h"
#include "data/versions.h"
#include "os/file.h"
#include "remote/open.h"
#include "workspace/workspace.h"

namespace mlops::data {
namespace {

struct Pushed {
  std::string remote;
  std::string url;
  remote::PushReport report;
};

std::vector<Pushed> push_versions(app::Context& context,
                                  const app::Arguments& arguments,
                                  const std::vector<NamedRoot>& versions,
                                  remote::PushRequest::Mode mode) {
  workspace::Workspace& workspace = context.workspace();
  const os::Waiter waiter{context.progress(), context.cancel()};
  std::vector<Pushed> all;
  for (const auto& [name, group] : by_remote(context, arguments, versions)) {
    remote::PushRequest request;
    for (const NamedRoot& version : group) {
      request.roots.push_back({version.root, version.path});
    }
    request.mode = mode;
    request.rollback =
        arguments.has("accept-rollback") ? remote::Rollback::accept : remote::Rollback::refuse;
    request.pool = &workspace.pool();
    request.waiter = arguments.has("wait") ? &waiter : nullptr;
    const auto open = remote::open_remote(context, remote::load_remote(workspace.settings(), name));
    all.push_back({name, open.remote.url, {}});
    all.back().report =
        remote::push(*open.chain, workspace.store(), request, context.progress(), context.cancel());
  }
  context.progress().end();
  return all;
}

nlohmann::ordered_json to_json(const std::vector<Pushed>& all) {
  auto list = nlohmann::ordered_json::array();
  for (const Pushed& pushed : all) {
    nlohmann::ordered_json entry{{"name", pushed.remote},
                                 {"url", pushed.url},
                                 {"published", nlohmann::ordered_json::array()},
                                 {"present", pushed.report.present},
                                 {"objects", pushed.report.objects},
                                 {"object_bytes", pushed.report.object_bytes},
                                 {"packs", pushed.report.packs},
                                 {"bytes", pushed.report.bytes}};
    for (const remote::WantedRoot& root : pushed.report.published) {
      entry["published"].push_back(
          {{"path", root.data_set}, {"root", store::format_root(root.id)}});
    }
    list.push_back(std::move(entry));
  }
  return list;
}

void say_pushed(app::Context& context, const Pushed& pushed, bool is_dry) {
  const remote::PushReport& report = pushed.report;
  if (report.published.empty()) {
    context.say(fmt::format(
        "nothing to push: {} has {}",
        quote(pushed.remote),
        report.present == 1 ? "the version" : fmt::format("all {} versions", report.present)));
    return;
  }
  const std::string what = plural(report.published.size(), "version");
  if (is_dry) {
    context.say(fmt::format("would push {} to {}: {} of content that it lacks",
                            what,
                            quote(pushed.remote),
                            format_bytes(report.object_bytes)));
    return;
  }
  context.say(fmt::format("pushed {} to {}: {} of content that it lacked, {} stored",
                          what,
                          quote(pushed.remote),
                          format_bytes(report.object_bytes),
                          format_bytes(report.bytes)));
}

std::size_t count_published(const std::vector<Pushed>& all) {
  std::size_t count = 0;
  for (const Pushed& pushed : all) {
    count += pushed.report.published.size();
  }
  return count;
}

/// As the hook writes them: a commit a line. One that an earlier version of mlops installed names
/// them with --rev.
std::vector<NamedRoot> find_hook_versions(app::Context& context, const app::Arguments& arguments) {
  constexpr std::uint64_t kMaxBytes = 256U << 20U;  // some six million commits
  if (!arguments.list("rev").empty()) {
    return find_versions(context, arguments);
  }
  std::vector<std::string> commits;
  std::set<std::string_view> seen;
  const std::string input = os::read_standard_input(kMaxBytes);
  for (const std::string_view line : split(input, '\n')) {
    const bool is_id = line.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    if (!is_id) {
      throw Error(ErrorKind::usage,
                  fmt::format("{} is no commit's id", quote(line)),
                  "mlops init --hooks   (git runs --pre-push in its hook)");
    }
    if (!line.empty() && seen.insert(line).second) {
      commits.emplace_back(line);
    }
  }
  return find_versions_of(context, arguments, commits);
}

/// What git's pre-push hook runs: data.push_hook says whether the data goes first, or git waits for
/// it, or is let go with a warning.
app::ExitCode run_as_hook(app::Context& context, const app::Arguments& arguments) {
  const config::Settings& settings = context.workspace().settings();
  const bool has_remote = !remote::list_remotes(settings).empty();
  if (!has_remote) {
    return app::ExitCode::done;  // who has no remote keeps the data elsewhere
  }
  const std::string policy = settings.get_string("data.push_hook");
  const auto mode =
      policy == "push" ? remote::PushRequest::Mode::push : remote::PushRequest::Mode::dry_run;
  std::vector<Pushed> all;
  try {
    all = push_versions(context, arguments, find_hook_versions(context, arguments), mode);
  } catch (const Error& error) {
    if (policy != "warn" || error.kind() == ErrorKind::interrupted) {
      throw;
    }
    context.progress().warn("whether the data is pushed cannot be said: " + error.message());
    return app::ExitCode::done;
  }
  const std::size_t count = count_published(all);
  if (count == 0) {
    return app::ExitCode::done;
  }
  if (policy == "push") {
    for (const Pushed& pushed : all) {
      say_pushed(context, pushed, false);
    }
    return app::ExitCode::done;
  }
  const std::string problem =
      fmt::format("{} that the commits name {} not pushed: whoever gets them cannot get the data",
                  plural(count, "version"),
                  count == 1 ? "is" : "are");
  if (policy == "warn") {
    context.progress().warn(problem + "; next: mlops data push");
    return app::ExitCode::done;
  }
  context.progress().warn(problem + "; next: mlops data push, then git push again");
  return app::ExitCode::verdict_no;
}

app::ExitCode run_push(app::Context& context, const app::Arguments& arguments) {
  if (arguments.has("pre-push")) {
    return run_as_hook(context, arguments);
  }
  const bool is_dry = arguments.has("dry-run");
  const auto all =
      push_versions(context,
                    arguments,
                    find_versions(context, arguments),
                    is_dry ? remote::PushRequest::Mode::dry_run : remote::PushRequest::Mode::push);
  if (context.options().json) {
    context.print_json(app::dump(
        nlohmann::ordered_json{{"version", 1}, {"dry_run", is_dry}, {"remotes", to_json(all)}}));
    return app::ExitCode::done;
  }
  for (const Pushed& pushed : all) {
    say_pushed(context, pushed, is_dry);
  }
  if (all.empty()) {
    context.say("nothing to push: no pointer and no lock names data");
  } else if (is_dry && count_published(all) > 0) {
    context.say("next: mlops data push");
  }
  return app::ExitCode::done;
}

}  // namespace

app::Command push_command() {
  app::Command command{
      .path = "data push",
      .summary = "bring data to a remote, so that others can pull it",
      .examples = {{"mlops data push", "what the pointers and locks of the work tree name"},
                   {"mlops data push -n", "what it would send"},
                   {"mlops data push --all-refs", "what any branch or tag names, too"}},
      .arguments = {{"path", app::Argument::Count::any, app::Complete::data_set}},
      .flags = transfer_flags(),
      .run = run_push};
  app::Flag revision = app::flags::revision();
  revision.repeat = app::Flag::Repeat::yes;
  command.flags.insert(command.flags.begin(), revision);
  command.flags.push_back(
      {.name = "pre-push",
       .help = "as git's hook, which gives the commits on stdin: do what data.push_hook says"});
  return command;
}

}  // namespace mlops::data
