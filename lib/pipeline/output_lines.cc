#include "pipeline/output_lines.h"

#include <utility>

namespace mlops::pipeline {

LineCutter::LineCutter(std::function<void(std::string_view)> on_line)
    : on_line_(std::move(on_line)) {}

void LineCutter::feed(std::string_view bytes) {
  for (const char c : bytes) {
    if (c == '\n') {
      emit();
      continue;
    }
    if (c == '\r') {
      after_return_ = true;
      continue;
    }
    if (std::exchange(after_return_, false)) {
      line_.clear();
    }
    line_ += c;
    if (line_.size() == kMaxLineBytes) {
      emit();
    }
  }
}

void LineCutter::finish() {
  if (!line_.empty()) {
    emit();
  }
}

void LineCutter::emit() {
  on_line_(line_);
  line_.clear();
  after_return_ = false;
}

}  // namespace mlops::pipeline
