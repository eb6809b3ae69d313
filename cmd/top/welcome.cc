#include "top/welcome.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "top/state.h"

namespace mlops::top {
namespace {

bool is_in_repository(app::Context& context) {
  try {
    context.workspace();
    return true;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) {
      throw;
    }
    return false;
  }
}

std::string place(app::Context& context) {
  if (!is_in_repository(context)) {
    return "not in a git repository\nnext: git init && mlops init\n";
  }
  State state = look_at_data(context);
  look_at_pipeline(context, state);
  return fmt::format("repository: {}\n{}\n",
                     escape_for_terminal(context.workspace().top().string()),
                     next_step(context, state));
}

}  // namespace

std::string welcome(app::Context& context) {
  return "mlops: data, pipelines and model comparison beside git\n\n" + place(context) +
         "all commands: mlops help\n";
}

}  // namespace mlops::top
