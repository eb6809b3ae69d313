#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/run.h"
#include "support/git_repo.h"
#include "workspace/lock_file.h"

namespace mlops::pipeline::testing {

/// Everything that an observer is told, in order: "start a", "a: line", "end a cached".
class RecordingObserver final : public RunObserver {
 public:
  void on_run(const std::string& run_id, std::size_t instances) override;
  void on_start(const Instance& instance, const std::string& reason) override;
  void on_output(const Instance& instance, std::string_view line) override;
  void on_end(const InstanceResult& result) override;
  std::chrono::milliseconds pulse_interval() const override { return interval; }
  void on_pulse(const std::vector<RunningInstance>& running) override;

  std::vector<std::string> events;
  std::function<void(const std::string& event)> hook;  ///< called with each event
  std::chrono::milliseconds interval{0};
  std::function<void(const std::vector<RunningInstance>&)> on_pulses;

 private:
  void note(std::string event);
};

/// Warnings of the progress sink.
class WarningProgress final : public Progress {
 public:
  void begin(std::string_view, std::uint64_t, std::uint64_t) override {}
  void advance(std::uint64_t, std::uint64_t) override {}
  void end() override {}
  void warn(std::string_view message) override { warnings.emplace_back(message); }
  std::vector<std::string> warnings;
};

/// A git repository with a pipeline. Each `run` is a command of its own: the file is read again and
/// the workspace opened again.
class RunFixture {
 public:
  RunFixture();
  /// "schema = 1" and the text.
  void pipeline(const std::string& text) const;
  RunResult run(const RunOptions& changes = {});
  std::unique_ptr<workspace::Workspace> open() const;
  workspace::Lock lock() const;
  bool exists(std::string_view path) const;
  /// The states of the last run: "a cached, b ran".
  std::string states() const;
  const InstanceResult& result(std::string_view id) const;

  mlops::test::GitRepo repo;
  RecordingObserver observer;  ///< of the last run
  WarningProgress progress;
  std::unique_ptr<CancelToken> cancel;
  std::map<std::string, std::string> environment;  ///< of the user
  RunResult last;
};

}  // namespace mlops::pipeline::testing
