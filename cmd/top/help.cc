#include "app/help.h"

#include <algorithm>

#include "app/context.h"
#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "top/verbs.h"

namespace mlops::top {
namespace {

std::vector<std::string> topics() {
  std::vector<std::string> names{"flags"};
  for (const app::Group& group : app::groups()) {
    names.push_back(group.name);
  }
  for (const app::Command& command : app::commands()) {
    names.push_back(command.path);
  }
  return names;
}

app::ExitCode run_help(app::Context& context, const app::Arguments& arguments) {
  if (arguments.has("list")) {
    for (const app::Command& command : app::commands()) {
      context.terminal().out(command.path + "\n");
    }
    return app::ExitCode::done;
  }
  const std::string topic = join(arguments.words(), " ");
  const std::vector<std::string> known = topics();
  if (!topic.empty() && std::find(known.begin(), known.end(), topic) == known.end()) {
    const std::string hint = did_you_mean(topic, known);
    throw Error(ErrorKind::usage, "no help on " + quote(topic), hint.empty() ? "mlops help" : hint);
  }
  ui::show_text(context.terminal(),
                app::help_screen(topic, app::fold_width(context.terminal())),
                context.pager());
  return app::ExitCode::done;
}

}  // namespace

app::Command help_command() {
  return {.path = "help",
          .summary = "what a command does, on one screen",
          .examples = {{"mlops help data add", "the same as mlops data add -h"},
                       {"mlops data add --help", "the manual page"}},
          .arguments = {{"command", app::Argument::Count::any, app::Complete::command}},
          .flags = {{.name = "list", .help = "every command, one a line"}},
          .run = run_help};
}

}  // namespace mlops::top
