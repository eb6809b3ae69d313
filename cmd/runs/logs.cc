#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "app/context.h"
#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "base/units.h"
#include "os/file.h"
#include "runs/open.h"
#include "runs/tail.h"
#include "runs/verbs.h"

namespace mlops::runs {
namespace {

using pipeline::RecordedRun;

std::vector<std::string> instance_ids(const RecordedRun& run) {
  std::vector<std::string> ids;
  std::transform(run.instances.begin(),
                 run.instances.end(),
                 std::back_inserter(ids),
                 [](const pipeline::RecordedInstance& one) { return one.id; });
  return ids;
}

/// An id, or a stage that has one instance.
std::string find_instance(const RecordedRun& run, const std::string& wanted) {
  if (run.find(wanted)) {
    return wanted;
  }
  const std::vector<std::string> ids = instance_ids(run);
  std::vector<std::string> matches;
  std::copy_if(ids.begin(), ids.end(), std::back_inserter(matches), [&](const std::string& id) {
    return id.starts_with(wanted + "@");
  });
  if (matches.size() == 1) {
    return matches.front();
  }
  if (matches.empty()) {
    const auto suggestion = did_you_mean(wanted, ids);
    throw Error(ErrorKind::not_found,
                fmt::format("the run {} has no instance {}", quote(run.id), quote(wanted)),
                suggestion.empty() ? shell_join({"mlops", "runs", "show", run.id}) : suggestion);
  }
  throw Error(ErrorKind::usage,
              fmt::format("{} has {}", quote(wanted), plural(matches.size(), "instance")),
              shell_join({"mlops", "runs", "logs", run.id, matches.front()}));
}

/// Raw bytes for files and pipes; for a terminal nothing that could move its cursor.
void put(app::Context& context, std::string& pending, AtEnd at_end) {
  if (context.terminal().out_is_terminal()) {
    context.terminal().out(escape_lines(take_lines(pending, at_end)));
  } else {
    context.terminal().out(std::exchange(pending, {}));
  }
}

app::ExitCode run_logs(app::Context& context, const app::Arguments& arguments) {
  const pipeline::RunHistory history = open_history(context);
  const std::string id = history.find(arguments.words().at(0));
  const RecordedRun run = history.load(id);
  const std::string instance = find_instance(run, arguments.words().at(1));
  const auto file = history.log_of(id, instance);
  const bool follows = arguments.has("follow");
  if (!follows && !os::lstat_file(file)) {
    throw Error(ErrorKind::not_found,
                fmt::format("{} has no log: it was not started", quote(instance)),
                shell_join({"mlops", "runs", "show", id}));
  }
  Tail tail(file);
  std::string pending;
  for (bool is_over = !follows;;) {
    for (std::string piece = tail.read(); !piece.empty(); piece = tail.read()) {
      pending += piece;
      put(context, pending, AtEnd::no);
    }
    if (std::exchange(is_over, true)) {
      put(context, pending, AtEnd::yes);
      return app::ExitCode::done;
    }
    // Once more after the end is known: the last bytes come before it.
    const auto [now, state] = history.load_with_state(id);
    const auto place = now.find(instance);
    is_over =
        state != pipeline::RunState::running || !place || !now.instances[*place].state.empty();
    if (!is_over) {
      wait_a_little();
      context.cancel().check();
    }
  }
}

}  // namespace

app::Command logs_command() {
  return {
      .path = "runs logs",
      .summary = "print what an instance of a run wrote",
      .examples = {{"mlops runs logs @last train", "all of it"},
                   {"mlops runs logs @last train@fold=0 -f", "and what is still to come"}},
      .arguments = {{"run", app::Argument::Count::one, app::Complete::run},
                    {"instance", app::Argument::Count::one, app::Complete::stage}},
      .flags = {{.name = "follow", .letter = 'f', .help = "go on until the instance has ended"}},
      .run = run_logs};
}

}  // namespace mlops::runs
