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
    auto spec = engine_.make_call({"inspect", "--format", "{{.State.Pid}}", container_});
    spec.timeout = ContainerEngine::kCallLimit;
    spec.max_output_bytes = kMaxAnswerBytes;
    spec.on_stdout = [this](std::string_view bytes) { answer_ += bytes; };
    call_.emplace(std::move(spec));
  }
  return std::nullopt;
}

std::optional<std::int64_t> ContainerProcess::take_answer() {
  const auto text = trim(answer_);
  std::int64_t process = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), process);
  if (error != std::errc() || end != text.data() + text.size() || process <= 0) {
    return std::nullopt;
  }
  questions_left_ = 0;
  return os::is_in_control_group(process, container_) ? std::optional(process) : std::nullopt;
}

}  // namespace mlops::pipeline
