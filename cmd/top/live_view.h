#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/command.h"
#include "app/context.h"
#include "base/progress.h"
#include "pipeline/run.h"
#include "top/run_view.h"
#include "ui/run_screen.h"

namespace mlops::top {

/// Shows a run on a terminal: what has ended as the lines of a RunView, which stay, and below them
/// what runs now. An instance that runs alone is followed line by line, as long as it is alone; of
/// others only the last line is shown. What it draws goes away with it, and before that when all
/// instances have ended. The observer's calls come from one thread at a time; its progress() may be
/// called by any.
class LiveView final : public pipeline::RunObserver {
 public:
  LiveView(app::Context& context, RunView& lines);
  ~LiveView() override;
  LiveView(const LiveView&) = delete;
  LiveView& operator=(const LiveView&) = delete;

  void on_run(const std::string& run_id, std::size_t instances) override;
  void on_start(const pipeline::Instance& instance, const std::string& reason) override;
  void on_output(const pipeline::Instance& instance, std::string_view line) override;
  void on_end(const pipeline::InstanceResult& result) override;
  std::chrono::milliseconds pulse_interval() const override;
  void on_pulse(const std::vector<pipeline::RunningInstance>& running) override;

  /// The context's progress; long work on the main thread keeps the view moving.
  Progress& progress() { return progress_; }

 private:
  class Ticking final : public Progress {
   public:
    explicit Ticking(LiveView& view) : view_(view) {}
    void begin(std::string_view phase,
               std::uint64_t total_items,
               std::uint64_t total_bytes) override;
    void begin_wait(std::string_view phase) override;
    void advance(std::uint64_t items, std::uint64_t bytes) override;
    void end() override;
    void warn(std::string_view message) override;

   private:
    LiveView& view_;
  };
  // With mutex_ held, but for the first.
  void draw_if_due();
  void draw();
  std::vector<ui::Line> lines() const;

  app::Context& context_;
  RunView& lines_;
  Ticking progress_{*this};
  std::string followed_;  ///< the instance whose output is printed; empty: none
  std::mutex mutex_;
  ui::RunScreen screen_;               ///< guarded by mutex_
  std::chrono::nanoseconds drawn_{0};  ///< likewise
};

/// Whether rows are drawn again and again. `how` is the value of --progress: Error{usage} for
/// "live" where nothing can be drawn; "auto" is live on a terminal, unless a variable says that
/// nobody looks. Not with --json or -q.
bool is_live(app::Context& context, const std::string& how);

/// The view that a run gets, and the progress that goes with it.
class ChosenView {
 public:
  /// `progress` is the value of --progress, if it was given.
  ChosenView(app::Context& context, RunView& lines, const std::optional<std::string>& progress);
  pipeline::RunObserver& observer();
  Progress& progress();

 private:
  app::Context& context_;
  RunView& lines_;
  std::unique_ptr<LiveView> live_;
};

app::Flag progress_flag();

}  // namespace mlops::top
