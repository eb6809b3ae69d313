#include "ui/progress_line.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "ui/fold.h"
#include "ui/line.h"

namespace mlops::ui {
namespace {
constexpr auto kQuietStart = std::chrono::seconds(1);
constexpr auto kRedraw = std::chrono::milliseconds(100);
}  // namespace

ProgressLine::ProgressLine(Terminal& terminal, Show show)
    : terminal_(terminal),
      warns_(show != Show::nothing),
      tells_(show == Show::all && !terminal.err_is_terminal()),
      show_(show == Show::all && terminal.in_foreground()) {}

ProgressLine::~ProgressLine() {
  end();
}

void ProgressLine::begin(std::string_view phase,
                         std::uint64_t total_items,
                         std::uint64_t total_bytes) {
  const std::lock_guard guard(mutex_);
  phase_ = phase;
  total_items_ = total_items;
  total_bytes_ = total_bytes;
  items_ = 0;
  bytes_ = 0;
  started_ = std::chrono::steady_clock::now();
  drawn_ = started_;
}

void ProgressLine::begin_wait(std::string_view phase) {
  begin(phase, 0, 0);
  if (show_) {
    const std::lock_guard guard(mutex_);
    terminal_.show_progress(render(std::chrono::steady_clock::now()));
  } else if (tells_) {
    terminal_.err(fmt::format("mlops: {}\n", phase));
  }
}

void ProgressLine::advance(std::uint64_t items, std::uint64_t bytes) {
  const std::lock_guard guard(mutex_);
  items_ += items;
  bytes_ += bytes;
  if (!show_) {
    return;
  }
  const auto now = std::chrono::steady_clock::now();
  if (now - started_ >= kQuietStart && now - drawn_ >= kRedraw) {
    drawn_ = now;
    terminal_.show_progress(render(now));
  }
}

void ProgressLine::end() {
  const std::lock_guard guard(mutex_);
  if (show_) {
    terminal_.show_progress("");
  }
}

void ProgressLine::warn(std::string_view message) {
  if (!warns_) {
    return;
  }
  constexpr std::string_view kWord = "warning:";
  const std::size_t width = terminal_.err_is_terminal() ? terminal_.err_width() : 0;
  std::string text = fold("mlops: warning: " + escape_for_terminal(message), width) + "\n";
  text.replace(text.find(kWord), kWord.size(), terminal_.paint_err(Style::yellow, kWord));
  terminal_.err(text);
}

std::string ProgressLine::render(std::chrono::steady_clock::time_point now) const {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  const auto elapsed = duration_cast<milliseconds>(now - started_);
  std::string line = phase_;
  if (total_items_ > 0) {
    line += fmt::format(" {}/{}", format_count(items_), format_count(total_items_));
  } else if (items_ > 0) {
    line += fmt::format(" {}", format_count(items_));
  }
  if (bytes_ > 0) {
    const auto rate = bytes_ * 1000 / static_cast<std::uint64_t>(elapsed.count() + 1);
    line += fmt::format("  {}", format_bytes(bytes_));
    if (total_bytes_ > 0) {
      line += fmt::format(" of {} ({}%)",
                          format_bytes(total_bytes_),
                          std::min<std::uint64_t>(100, bytes_ * 100 / total_bytes_));
    }
    line += fmt::format("  {}/s", format_bytes(rate));
    if (total_bytes_ > bytes_ && rate > 0) {
      const auto left = static_cast<std::int64_t>((total_bytes_ - bytes_) / rate);
      line += fmt::format("  {} left", format_duration(std::chrono::seconds(left)));
    }
  }
  return terminal_.err_width() > 1 ? shorten(line, terminal_.err_width() - 1, Keep::start) : line;
}

}  // namespace mlops::ui
