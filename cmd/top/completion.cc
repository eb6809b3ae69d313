#include "app/complete.h"
#include "app/context.h"
#include "base/error.h"
#include "top/verbs.h"

namespace mlops::top {
namespace {

app::ExitCode run_completion(app::Context& context, const app::Arguments& arguments) {
  if (arguments.has("words")) {
    for (const std::string& word : app::complete(context, arguments.words())) {
      context.terminal().out(word + "\n");
    }
    return app::ExitCode::done;
  }
  const std::vector<std::string>& words = arguments.words();
  if (words.size() != 1 || (words[0] != "bash" && words[0] != "zsh" && words[0] != "fish")) {
    throw Error(ErrorKind::usage,
                "completion is for bash, zsh or fish",
                "mlops completion bash > ~/.local/share/bash-completion/completions/mlops");
  }
  context.terminal().out(app::completion_script(words[0]));
  return app::ExitCode::done;
}

}  // namespace

app::Command completion_command() {
  return {.path = "completion",
          .summary = "print the completion script of a shell",
          .examples = {{"eval \"$(mlops completion bash)\"", "complete in this shell"},
                       {"mlops completion fish > ~/.config/fish/completions/mlops.fish",
                        "and in every new one"}},
          .arguments = {{"shell", app::Argument::Count::any, app::Complete::nothing}},
          .flags = {{.name = "words", .help = "candidates for the last of the given words"}},
          .run = run_completion};
}

}  // namespace mlops::top
