#include "app/help.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "os/process.h"
#include "ui/fold.h"

namespace mlops::app {
namespace {

std::string columns(std::string_view left, std::string_view right, std::size_t width) {
  return fmt::format("  {:<{}}  {}\n", left, width, right);
}

std::string examples(const Command& command) {
  std::string text;
  for (const Command::Example& example : command.examples) {
    text += fmt::format("  {}\n      {}\n", example.line, example.what);
  }
  return text;
}

std::string flag_list(const std::vector<Flag>& flags) {
  std::size_t width = 0;
  for (const Flag& flag : flags) {
    width = std::max(width, flag_text(flag).size());
  }
  std::string text;
  for (const Flag& flag : flags) {
    text += columns(flag_text(flag), flag.help, width);
  }
  return text;
}

std::string command_screen(const Command& command) {
  std::string text = fmt::format("mlops {}: {}\n\n{}\nusage: {}\n",
                                 command.path,
                                 command.summary,
                                 examples(command),
                                 usage_line(command));
  if (!command.flags.empty()) {
    text += "\n" + flag_list(command.flags);
  }
  return text +
         fmt::format("\nmlops help flags: flags of every command. mlops {} --help: the manual\n",
                     command.path);
}

std::string group_screen(const Group& group) {
  std::string text = fmt::format("mlops {}: {}\n\n", group.name, group.summary);
  for (const Command& command : commands()) {
    if (command.path.starts_with(group.name + " ")) {
      text += columns(command.path, command.summary, 18);
    }
  }
  return text + fmt::format("\nmlops {} <verb> -h: one screen about a verb\n", group.name);
}

std::string overview() {
  std::string text =
      "mlops: data, pipelines and model comparison beside git\n\n"
      "  mlops init                        start in a git repository\n"
      "  mlops data add data/              put data under version control\n"
      "  mlops run                         run what is not up to date in pipeline.toml\n"
      "  mlops diff model-v1 model-v2      compare predictions, judge by safeguards.toml\n\n";
  for (const Command& command : commands()) {
    text += columns(command.path, command.summary, 18);
  }
  return text + "\nmlops <command> -h: one screen; --help: the manual; mlops help flags\n";
}

/// Beside the installed executable, or in the source tree of a build.
std::optional<std::filesystem::path> find_manual(const std::filesystem::path& executable,
                                                 const std::string& page) {
  const std::filesystem::path bin = executable.parent_path();
  for (const std::filesystem::path& base :
       {bin.parent_path() / "share" / "man", bin.parent_path().parent_path() / "man"}) {
    for (const char* section : {"1", "5", "7"}) {
      const std::string file = page + "." + section;
      for (const std::filesystem::path& path :
           {base / (std::string("man") + section) / file, base / file}) {
        std::error_code ignored_means_absent;
        if (std::filesystem::is_regular_file(path, ignored_means_absent)) {
          return path;
        }
      }
    }
  }
  return std::nullopt;
}

std::string whole_screen(std::string_view topic) {
  if (topic == "flags") {
    return "flags of every command:\n\n" + flag_list(global_flags());
  }
  if (const Command* command = find_command(topic); command != nullptr) {
    return command_screen(*command);
  }
  const auto group = std::find_if(
      groups().begin(), groups().end(), [&](const Group& entry) { return entry.name == topic; });
  return group == groups().end() ? overview() : group_screen(*group);
}

}  // namespace

std::string flag_text(const Flag& flag) {
  std::string text = flag.letter == 0 ? "" : std::string("-") + flag.letter;
  if (!flag.name.empty()) {
    text += (text.empty() ? "--" : ", --") + flag.name;
  }
  if (flag.given == Flag::Given::optional) {
    return text + "[=" + flag.value + "]";
  }
  return flag.value.empty() ? text : text + " " + flag.value;
}

std::string usage_line(const Command& command) {
  std::string line = "mlops " + command.path;
  for (const Argument& argument : command.arguments) {
    switch (argument.count) {
      case Argument::Count::one:
        line += fmt::format(" <{}>", argument.name);
        break;
      case Argument::Count::optional:
        line += fmt::format(" [<{}>]", argument.name);
        break;
      case Argument::Count::any:
        line += fmt::format(" [<{}>...]", argument.name);
        break;
      case Argument::Count::at_least_one:
        line += fmt::format(" <{}>...", argument.name);
        break;
    }
  }
  return command.flags.empty() ? line : line + " [flags]";
}

std::string help_screen(std::string_view topic, std::size_t width) {
  return ui::fold(whole_screen(topic), width);
}

ExitCode show_manual(Context& context, std::string_view topic) {
  std::string page = topic.empty() ? "mlops" : fmt::format("mlops-{}", topic);
  std::replace(page.begin(), page.end(), ' ', '-');
  const std::optional<std::filesystem::path> file =
      find_manual(context.environment().executable, page);
  const std::optional<std::filesystem::path> man =
      os::find_executable("man", context.environment().get("PATH"));
  if (file && man && context.terminal().out_is_terminal()) {
    const ui::ForegroundSpec spec{.argv = {man->string(), "-l", file->string()},
                                  .environment = context.environment().as_list(),
                                  .input = {}};
    if (ui::run_in_foreground(spec) == 0) {
      return ExitCode::done;
    }
  }
  ui::show_text(
      context.terminal(), help_screen(topic, fold_width(context.terminal())), context.pager());
  return ExitCode::done;
}

}  // namespace mlops::app
