#include "app/context.h"
#include "codec/bytes.h"
#include "data/verbs.h"
#include "workspace/revision.h"

namespace mlops::data {
namespace {

app::ExitCode run_cat(app::Context& context, const app::Arguments& arguments) {
  workspace::Workspace& workspace = context.workspace();
  const workspace::Revision revision = workspace::Revision::open(workspace, arguments.find("rev"));
  for (const std::string& word : arguments.words()) {
    revision.read(workspace.to_relative(word), [&](std::span<const std::uint8_t> bytes) {
      context.cancel().check();
      context.terminal().out(codec::as_text(bytes));
    });
  }
  return app::ExitCode::done;
}

}  // namespace

app::Command cat_command() {
  return {.path = "data cat",
          .summary = "write files of data sets to standard output",
          .examples = {{"mlops data cat data/train.csv", "the bytes that the pointer names"},
                       {"mlops data cat --rev model-v1 out/predictions.csv",
                        "an output of the pipeline as a revision had it"}},
          .arguments = {{"path", app::Argument::Count::at_least_one, app::Complete::data_set}},
          .flags = {app::flags::revision()},
          .run = run_cat};
}

}  // namespace mlops::data
