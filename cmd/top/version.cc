#include "app/version.h"

#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "top/verbs.h"

namespace mlops::top {
namespace {

app::ExitCode run_version(app::Context& context, const app::Arguments& arguments) {
  if (arguments.has("json")) {
    context.print_json(app::dump({{"version", 1}, {"mlops", app::kVersion}}));
  } else {
    context.terminal().out(std::string("mlops ").append(app::kVersion).append("\n"));
  }
  return app::ExitCode::done;
}

}  // namespace

app::Command version_command() {
  return {.path = "version",
          .summary = "the version of this executable",
          .examples = {{"mlops version", "one line"}},
          .flags = {app::flags::json()},
          .run = run_version};
}

}  // namespace mlops::top
