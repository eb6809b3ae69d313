#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "app/context.h"
#include "app/exit_code.h"
#include "base/text.h"
#include "pipeline/run.h"

namespace mlops::top {

/// Shows a run while it happens: each line of output behind its instance's name, one line when an
/// instance ends. Under --json one record per line on stdout.
class RunView final : public pipeline::RunObserver {
 public:
  RunView(app::Context& context, std::size_t name_width);
  void on_run(const std::string& run_id, std::size_t instances) override;
  void on_start(const pipeline::Instance& instance, const std::string& reason) override;
  void on_output(const pipeline::Instance& instance, std::string_view line) override;
  void on_end(const pipeline::InstanceResult& result) override;

  /// Output follows that is not given to it: what it showed so far is not the end of any log.
  void pause() { last_speaker_.clear(); }

  /// Why each instance runs or not: one line per part of its key that differs.
  enum class Explain { no, yes } explain = Explain::no;
  /// What the user types to run this pipeline again, from the instance whose name follows.
  std::string command = "mlops run";
  /// Or, for one command that is no stage yet, all of what he types.
  std::string whole_command;

 private:
  void print_failure(const pipeline::InstanceResult& result);
  bool just_shown(const pipeline::InstanceResult& result) const;
  /// "name  state (note)".
  void show_state(const std::string& id,
                  const std::string& state,
                  ui::Style style,
                  const std::string& note);
  std::string name_column(const std::string& id) const;
  app::Context& context_;
  std::size_t name_width_;
  /// The instance whose output ends what is on the screen, and how many lines of it.
  std::string last_speaker_;
  std::size_t lines_in_row_ = 0;
};

/// How wide the column of names is: the longest of these ids, within reason.
template <typename Instances>
std::size_t name_width_of(const Instances& instances) {
  constexpr std::size_t kMost = 30;
  std::size_t width = 0;
  for (const auto& instance : instances) {
    width = std::max(width, display_width(instance.id));
  }
  return std::min(width, kMost);
}

/// "3 instances, 1 ran, 2 cached".
std::string summary_of(const pipeline::RunResult& result);

/// What a run gives its caller; under --json the last record says so, too.
app::ExitCode end_run(app::Context& context, const pipeline::RunResult& result);

}  // namespace mlops::top
