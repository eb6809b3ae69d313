#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "app/command.h"
#include "app/context.h"
#include "base/progress.h"
#include "codec/sha256.h"
#include "os/lock.h"
#include "os/sightings.h"
#include "pipeline/load.h"
#include "pipeline/run.h"

namespace mlops::top {

/// Passes on what it is told, and counts the warnings.
class CountedWarnings final : public Progress {
 public:
  explicit CountedWarnings(Progress& progress) : progress_(progress) {}
  void begin(std::string_view phase,
             std::uint64_t total_items,
             std::uint64_t total_bytes) override {
    progress_.begin(phase, total_items, total_bytes);
  }
  void begin_wait(std::string_view phase) override { progress_.begin_wait(phase); }
  void advance(std::uint64_t items, std::uint64_t bytes) override {
    progress_.advance(items, bytes);
  }
  void end() override { progress_.end(); }
  void warn(std::string_view message) override {
    ++count_;
    progress_.warn(message);
  }
  std::uint64_t count() const { return count_; }

 private:
  Progress& progress_;
  std::atomic<std::uint64_t> count_{0};
};

/// Spares a run that has nothing to do the work of finding out: while one run looks, all that it
/// looks at is watched; when it has found every instance as it should be, and had nothing to say,
/// that is remembered, and the next one that finds all of it unchanged is over. Only where a run
/// could say nothing but what the last one said: with flags that change neither what is asked nor
/// what is told. A memory costs nothing to lose.
class SettledRun {
 public:
  /// Before the workspace is opened: its settings are looked at, too.
  SettledRun(app::Context& context, const app::Arguments& arguments);

  /// What the last run said, when nothing it looked at has changed. Another run in the work tree,
  /// or one that the memory is not of: nothing.
  std::optional<pipeline::RunResult> recall(const pipeline::Selection& selection);
  /// The look is over.
  void end_look();
  /// Writes the memory, when this run has found all as it should be and warned of nothing.
  void remember(const pipeline::RunResult& result, std::uint64_t warnings);

 private:
  std::filesystem::path file();
  codec::Digest request_of(const pipeline::Selection& selection) const;

  app::Context& context_;
  std::int64_t since_ns_;
  std::optional<os::SightingWatch> watch_;  ///< where this run can be remembered
  codec::Digest request_{};
  std::optional<std::vector<os::Sighting>> seen_;
};

/// Says of the instances of a recalled run what a run says that has looked at them.
app::ExitCode show_run(app::Context& context,
                       const app::Arguments& arguments,
                       const pipeline::RunResult& result);

}  // namespace mlops::top
