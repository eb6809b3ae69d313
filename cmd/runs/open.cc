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
  const auto worst = pipeline::find_failure(*run.worst);
  if (worst == pipeline::FailureClass::interrupted) {
    return app::exit_code_of_signal(static_cast<int>(run.signal_number));
  }
  return worst ? app::exit_code_of(*worst) : app::ExitCode::infrastructure;
}

}  // namespace mlops::runs
