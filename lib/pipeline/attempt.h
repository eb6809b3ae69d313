#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/events.h"
#include "pipeline/plan.h"
#include "pipeline/pulse.h"
#include "pipeline/run_record.h"
#include "pipeline/runner.h"
#include "pipeline/stage_environment.h"

namespace mlops::pipeline {

/// What of an output is kept, in bytes.
struct LogLimits {
  std::uint64_t head = 1ULL << 30U;
  std::size_t tail = 1U << 20U;
};

/// The output of an instance, over all attempts: its beginning, and the end of each attempt that
/// goes beyond it. Written by the thread that watches the stage; a full disk must not stop the
/// stage, so the first problem is kept for the report.
class StageLog {
 public:
  StageLog(const std::filesystem::path& directory,
           const std::string& instance_id,
           LogLimits limits = {});
  void write(std::string_view bytes);
  /// Adds the end of what went beyond the beginning, behind a line that says so.
  void end_attempt();
  /// What is written now may be left out.
  bool is_full() const { return written_ >= limits_.head; }
  std::uint64_t left_out_bytes() const { return left_out_; }
  const std::filesystem::path& path() const { return file_.path(); }
  /// Empty when all is written. Only after the attempt.
  const std::string& problem() const { return problem_; }

 private:
  void append(std::string_view bytes) noexcept;

  GrowingFile file_;
  LogLimits limits_;
  std::uint64_t written_ = 0;   ///< of the beginning
  std::string tail_;            ///< of this attempt; at most twice its limit
  std::uint64_t dropped_ = 0;   ///< likewise, before tail_
  std::uint64_t left_out_ = 0;  ///< of all attempts
  std::string problem_;
};

/// The last lines of an instance, for the report of a failure. Main thread.
class LogEnd {
 public:
  void add(std::string_view line);
  const std::vector<std::string>& lines() const { return lines_; }
  std::vector<std::string> take() { return std::move(lines_); }

  static constexpr std::size_t kLines = 20;
  static constexpr std::size_t kLineBytes = 4096;

 private:
  std::vector<std::string> lines_;
};

/// The variables of a stage itself: what it sets, hashes and passes, MLOPS_PARAMS. What else there
/// is (PATH, HOME …) comes from its environment.
std::map<std::string, std::string> stage_variables(const Instance& instance,
                                                   const RunOptions& options,
                                                   const std::filesystem::path& params_file);

/// The declared params as a JSON object, nested as in the files: {"train":{"lr":0.1}}.
std::string params_json(const Instance& instance);

/// Everything but the program, the variables of the environment and the output callbacks.
Attempt make_attempt(const RunContext& context,
                     const Instance& instance,
                     const std::filesystem::path& params_file);

/// Where the output of an attempt goes: into the log, line by line into the queue, and what is no
/// line yet into the gauge.
struct AttemptOutput {
  std::size_t instance = 0;
  StageLog& log;
  EventQueue& queue;
  StageGauge* gauge;  ///< null: nobody wants to know
};

/// Runs one attempt on the calling thread; `secrets` are kept out of the output. Puts the result
/// into the queue last.
void run_attempt(StageEnvironment& environment,
                 Attempt attempt,
                 const std::vector<std::string>& secrets,
                 const AttemptOutput& output,
                 const CancelToken& cancel);

}  // namespace mlops::pipeline
