#include "runs/open.h"

namespace mlops::runs {

pipeline::RunHistory open_history(app::Context& context) {
  return pipeline::RunHistory(context.workspace().state_directory() / "runs");
}

std::string find_run(const pipeline::RunHistory& history, const app::Arguments& arguments) {
  return history.find(arguments.words().empty() ? "@last" : arguments.words().front());
}

app::ExitCode exit_code_of(const pipeline::RecordedRun& run, pipeline::RunState state) {
  if (state != pipeline::RunState::finished) {
    return app::ExitCode::infrastructure;
  }
  const std::string& worst = *run.worst;
  if (worst == "none") {
    return app::ExitCode::done;
  }
  if (worst == "user" || worst == "oom") {
    return app::ExitCode::stage_failed;
  }
  if (worst == "checks") {
    return app::ExitCode::verdict_no;
  }
  return worst == "interrupted" ? app::exit_code_of_signal(static_cast<int>(run.signal_number))
                                : app::ExitCode::infrastructure;
}

}  // namespace mlops::runs
