#include "top/run_detached.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/json.h"
#include "base/error.h"
#include "base/text.h"
#include "os/clock.h"
#include "os/detached.h"
#include "os/file.h"
#include "pipeline/run_record.h"

namespace mlops::top {
namespace {

constexpr std::uint64_t kMaxShown = 1ULL << 20U;
constexpr auto kBetweenLooks = std::chrono::milliseconds(20);

/// The command line again, without --detach, and with the id that we tell the user.
std::vector<std::string> same_command(app::Context& context,
                                      const app::Arguments& arguments,
                                      const std::vector<app::Flag>& flags,
                                      const std::string& run_id) {
  std::vector<std::string> words{context.environment().executable.string(),
                                 "-C",
                                 context.options().directory.string(),
                                 "run",
                                 "--run-id",
                                 run_id};
  for (const app::Flag& flag : flags) {
    if (flag.name == "detach" || flag.name == "run-id") {
      continue;
    }
    for (const std::string& value : arguments.list(flag.name)) {
      words.push_back("--" + flag.name + (value.empty() ? "" : "=" + value));
    }
  }
  words.emplace_back("--");
  words.insert(words.end(), arguments.words().begin(), arguments.words().end());
  return words;
}

void tell(app::Context& context,
          const std::string& run_id,
          const os::Detached& run,
          const std::filesystem::path& output) {
  if (context.options().json) {
    context.print_json(app::dump({{"version", 1},
                                  {"event", "detached"},
                                  {"run", run_id},
                                  {"pid", run.pid()},
                                  {"output", output.string()}}));
    return;
  }
  context.say(fmt::format("run {} goes on as process {}", run_id, run.pid()));
  context.say("its output: " + escape_for_terminal(output.string()));
  context.say("to stop it: mlops runs cancel " + run_id);
}

}  // namespace

app::ExitCode run_detached(app::Context& context,
                           const app::Arguments& arguments,
                           const std::vector<app::Flag>& flags) {
  const std::string run_id = arguments.find("run-id").value_or(pipeline::make_run_id());
  const std::filesystem::path state = context.workspace().state_directory();
  const std::filesystem::path record = state / "runs" / run_id / "run.jsonl";
  if (!pipeline::is_run_id(run_id) || os::lstat_file(record.parent_path())) {
    throw Error(ErrorKind::usage,
                fmt::format("{} cannot be the id of a new run", quote(run_id)),
                "leave --run-id out, or choose another one");
  }
  os::make_directories(state / "detached");
  const std::filesystem::path output = state / "detached" / (run_id + ".log");
  os::Detached run(same_command(context, arguments, flags, run_id),
                   context.environment().as_list(),
                   context.options().directory,
                   output);
  while (!os::lstat_file(record)) {
    if (const auto end = run.poll_end()) {
      if (os::lstat_file(record)) {
        break;
      }
      // It was refused before anything ran: that is our answer.
      const std::string said = os::read_file_if_exists(output, kMaxShown).value_or("");
      os::remove_file(output);
      context.terminal().err(said);
      return static_cast<app::ExitCode>(*end);
    }
    context.cancel().check();
    os::sleep_for(kBetweenLooks);
  }
  tell(context, run_id, run, output);
  return app::ExitCode::done;
}

}  // namespace mlops::top
