#include "pipeline/container_process.h"

#include <charconv>
#include <utility>

#include "base/text.h"
#include "os/process_usage.h"

namespace mlops::pipeline {

namespace {

using namespace std::chrono_literals;

/// Short stages are not worth a question; an engine that takes long to start one is asked again.
constexpr std::chrono::nanoseconds kBetweenQuestions = 1s;
constexpr int kQuestions = 5;
constexpr std::size_t kMaxAnswerBytes = 64;

std::vector<std::string> question(const std::string& container) {
  return {"inspect", "--format", "{{.State.Pid}}", container};
}

/// 0 while it does not run.
std::optional<std::int64_t> parse_process(std::string_view answer) {
  const auto text = trim(answer);
  std::int64_t process = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), process);
  return error == std::errc() && end == text.data() + text.size() && process > 0
             ? std::optional(process)
             : std::nullopt;
}

/// Only where the engine's processes are this machine's.
std::optional<std::int64_t> one_of_here(std::int64_t process, const std::string& container) {
  return os::is_in_control_group(process, container) ? std::optional(process) : std::nullopt;
}

}  // namespace

ContainerProcess::ContainerProcess(const ContainerEngine& engine, std::string container)
    : engine_(engine), container_(std::move(container)), questions_left_(kQuestions) {}

std::optional<std::int64_t> ContainerProcess::look(std::chrono::nanoseconds now) {
  if (!ask_at_) {
    ask_at_ = now + kBetweenQuestions;
  }
  if (call_) {
    if (!call_->wait_for(0ms)) {
      return std::nullopt;
    }
    const auto process = take_answer();
    call_.reset();
    ask_at_ = now + kBetweenQuestions;
    return process;
  }
  if (questions_left_ > 0 && now >= *ask_at_) {
    --questions_left_;
    answer_.clear();
    auto spec = engine_.make_call(question(container_));
    spec.timeout = ContainerEngine::kCallLimit;
    spec.max_output_bytes = kMaxAnswerBytes;
    spec.on_stdout = [this](std::string_view bytes) { answer_ += bytes; };
    call_.emplace(std::move(spec));
  }
  return std::nullopt;
}

std::optional<std::int64_t> ContainerProcess::take_answer() {
  const auto process = parse_process(answer_);
  if (!process) {
    return std::nullopt;
  }
  questions_left_ = 0;
  return one_of_here(*process, container_);
}

std::optional<std::int64_t> find_container_process(const ContainerEngine& engine,
                                                   const std::string& container,
                                                   std::chrono::milliseconds limit) {
  const CancelToken never;
  const auto answer = engine.call(question(container), never, limit);
  const auto process = answer.is_ok ? parse_process(answer.out) : std::nullopt;
  return process ? one_of_here(*process, container) : std::nullopt;
}

}  // namespace mlops::pipeline
