#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "data/checkout_view.h"
#include "data/kept.h"
#include "data/verbs.h"
#include "workspace/data.h"

namespace mlops::data {
namespace {

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
    nlohmann::ordered_json record = checkout_json(result);
    record["dry_run"] = is_dry;
    context.print_json(app::dump(record));
  } else if (is_dry) {
    say_checkout_plan(context, result);
  } else {
    say_checkout(context, result);
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
