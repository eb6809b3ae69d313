#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/text.h"
#include "base/units.h"
#include "data/kept.h"
#include "data/verbs.h"
#include "workspace/data.h"

namespace mlops::data {
namespace {

nlohmann::ordered_json to_json(const workspace::CheckoutResult& result) {
  const workspace::RestoreResult& total = result.total;
  return {{"version", 1},
          {"data_sets", result.data_sets},
          {"written_files", total.written_files},
          {"written_bytes", total.written_bytes},
          {"unchanged_files", total.unchanged_files},
          {"removed_files", total.removed_files},
          {"rescued", total.rescued},
          {"ignore_files", result.ignore_files},
          {"sparse", result.sparse},
          {"gone", result.gone},
          {"left", result.left},
          {"would_write", total.would_write},
          {"would_remove", total.would_remove}};
}

void say_gone(app::Context& context, const workspace::CheckoutResult& result) {
  for (const std::string& path : result.gone) {
    context.say(
        fmt::format("{} is no data set in this version: what the store has of it is removed",
                    quote(context.workspace().to_display(path))));
  }
  for (const std::string& file : result.left) {
    context.progress().warn(fmt::format("{} is of no version: left here, where git sees it",
                                        quote(context.workspace().to_display(file))));
  }
}

/// Of a dry run.
void print_plan(app::Context& context, const workspace::CheckoutResult& result) {
  const workspace::RestoreResult& total = result.total;
  const auto show = [&](std::string_view what, const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
      context.say(fmt::format("would {} {}", what, quote(context.workspace().to_display(path))));
    }
  };
  show("move to a rescue directory", total.rescued);
  show("remove", total.would_remove);
  show("write", total.would_write);
  context.say(fmt::format("{}: {} would be written ({}), {} unchanged, {} would be removed",
                          plural(result.data_sets.size(), "data set"),
                          plural(total.written_files, "file"),
                          format_bytes(total.written_bytes),
                          total.unchanged_files,
                          total.removed_files));
}

void print_people(app::Context& context, const workspace::CheckoutResult& result) {
  const workspace::RestoreResult& total = result.total;
  context.say(fmt::format("{}: {} written ({}), {} unchanged, {} removed",
                          plural(result.data_sets.size(), "data set"),
                          plural(total.written_files, "file"),
                          format_bytes(total.written_bytes),
                          total.unchanged_files,
                          total.removed_files));
  say_rescued(context, total);
  say_gone(context, result);
  for (const std::string& file : result.ignore_files) {
    context.say(fmt::format("added a line to {}, so that git does not take the data",
                            quote(context.workspace().to_display(file))));
  }
}

void note_sparse(app::Context& context, const std::vector<std::string>& sparse) {
  for (const std::string& path : sparse) {
    const std::string shown = context.workspace().to_display(path);
    context.note(fmt::format(
        "{} is sparse; the rest of it: {}",
        quote(shown),
        escape_for_terminal(shell_join({"mlops", "data", "checkout", "--full", "--", shown}))));
  }
}

app::ExitCode run_checkout(app::Context& context, const app::Arguments& arguments) {
  workspace::Workspace& workspace = context.workspace();
  workspace::CheckoutOptions options;
  for (const std::string& word : arguments.words()) {
    options.paths.push_back(workspace.to_relative(word));
  }
  options.revision = arguments.find("rev");
  options.extent = arguments.has("full") ? workspace::Extent::full : workspace::Extent::parts;
  options.wait = arguments.has("wait") ? os::LockWait::yes : os::LockWait::no;
  options.restore.clobber =
      arguments.has("force") ? workspace::Clobber::rescue : workspace::Clobber::refuse;
  options.restore.dry_run =
      arguments.has("dry-run") ? workspace::DryRun::yes : workspace::DryRun::no;
  options.restore.git_files =
      arguments.has("allow-git-files") ? workspace::GitFiles::allow : workspace::GitFiles::refuse;
  const workspace::CheckoutResult result =
      workspace::checkout_data(workspace, options, context.progress(), context.cancel());
  context.progress().end();
  const workspace::RestoreResult& total = result.total;
  if (!total.kept.empty()) {
    refuse_kept(context, total, options.restore.clobber, "nothing was written");
  }
  const bool is_dry = options.restore.dry_run == workspace::DryRun::yes;
  if (context.options().json) {
    nlohmann::ordered_json record = to_json(result);
    record["dry_run"] = is_dry;
    context.print_json(app::dump(record));
  } else if (is_dry) {
    print_plan(context, result);
  } else {
    print_people(context, result);
    note_sparse(context, result.sparse);
  }
  return app::ExitCode::done;
}

}  // namespace

app::Command checkout_command() {
  return {
      .path = "data checkout",
      .summary = "make data in the work tree equal to its pointers",
      .examples = {{"mlops data checkout", "everything that the pointers name"},
                   {"mlops data checkout --rev model-v1 data/raw", "as it was in a git revision"},
                   {"mlops data checkout data/images/cats", "a part, which is remembered"}},
      .arguments = {{"path", app::Argument::Count::any, app::Complete::data_set}},
      .flags = {app::flags::revision(),
                {.name = "full", .help = "all of a data set of which only parts are here"},
                app::flags::dry_run(),
                app::flags::force(),
                {.name = "allow-git-files",
                 .help = "write .gitattributes and other files of git that a data set holds"},
                app::flags::wait(),
                app::flags::jobs(),
                app::flags::json()},
      .run = run_checkout};
}

}  // namespace mlops::data
