#include "ui/run_screen.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"

namespace mlops::ui {
namespace {

constexpr std::string_view kBetween = "  ";
constexpr std::string_view kUnknown = "–";
constexpr std::size_t kWidestName = 40;
constexpr std::size_t kNarrowestName = 12;
/// Narrower terminals show no use of the machine, and no line that is shorter than this.
constexpr std::size_t kLeastForUse = 60;
constexpr std::size_t kLeastLine = 8;
/// No terminal is wider, and a line may be a megabyte.
constexpr std::size_t kMaxLineBytes = 4096;

/// Tabs are blanks to the eye; what else moves a cursor is shown as what it is.
std::string to_shown(std::string_view bytes) {
  std::string text(bytes.substr(0, kMaxLineBytes));
  std::replace(text.begin(), text.end(), '\t', ' ');
  return escape_for_terminal(trim(text));
}

std::string left_aligned(std::string_view text, std::size_t width) {
  const std::size_t used = display_width(text);
  return std::string(text).append(width > used ? width - used : 0, ' ');
}

std::string right_aligned(std::string_view text, std::size_t width) {
  const std::size_t used = display_width(text);
  return std::string(width > used ? width - used : 0, ' ').append(text);
}

/// Whole seconds: tenths would only flicker.
std::string elapsed_text(RunScreen::Time elapsed) {
  const auto seconds =
      std::max(std::chrono::floor<std::chrono::seconds>(elapsed), std::chrono::seconds(0));
  return seconds < std::chrono::minutes(1) ? fmt::format("{}s", seconds.count())
                                           : format_duration(seconds);
}

std::string use_text(const RunScreen::Use& use) {
  const std::string processors = use.processors
                                     ? fmt::format("{:.0f}%", std::round(*use.processors * 100))
                                     : std::string(kUnknown);
  const std::string memory =
      use.memory_bytes ? format_bytes(*use.memory_bytes) : std::string(kUnknown);
  constexpr std::size_t kProcessorsWidth = 5;
  constexpr std::size_t kMemoryWidth = 10;
  return right_aligned(processors, kProcessorsWidth) + std::string(kBetween) +
         right_aligned(memory, kMemoryWidth);
}

}  // namespace

void RunScreen::begin(std::size_t instances, Time now) {
  expected_ = instances;
  began_ = now;
}

void RunScreen::start(std::string_view id, std::string_view note, Time now) {
  Row row;
  row.id = id;
  row.name = to_shown(id);
  row.line = to_shown(note);
  row.since = now;
  rows_.push_back(std::move(row));
}

RunScreen::Row* RunScreen::find(std::string_view id) {
  const auto found =
      std::find_if(rows_.begin(), rows_.end(), [&](const Row& row) { return row.id == id; });
  return found == rows_.end() ? nullptr : &*found;
}

void RunScreen::say(std::string_view id, std::string_view line) {
  if (Row* const row = find(id); row != nullptr) {
    row->line = to_shown(line);
    row->has_spoken = true;
  }
}

void RunScreen::set_begun(std::string_view id, std::string_view line) {
  if (Row* const row = find(id); row != nullptr) {
    row->begun = to_shown(line);
  }
}

void RunScreen::stream(std::string_view id, bool is_streamed) {
  if (Row* const row = find(id); row != nullptr) {
    row->is_streamed = is_streamed;
  }
}

void RunScreen::set_state(std::string_view id, std::string state) {
  if (Row* const row = find(id); row != nullptr) {
    row->state = std::move(state);
  }
}

void RunScreen::set_use(std::string_view id, Use use) {
  if (Row* const row = find(id); row != nullptr) {
    row->use = use;
  }
}

void RunScreen::end(std::string_view id, Outcome outcome) {
  std::erase_if(rows_, [&](const Row& row) { return row.id == id; });
  switch (outcome) {
    case Outcome::ran:
      ++ran_;
      return;
    case Outcome::cached:
      ++cached_;
      return;
    case Outcome::failed:
      ++failed_;
      return;
    case Outcome::left_out:
      ++left_out_;
      return;
  }
}

std::vector<Line> RunScreen::draw(std::size_t width, std::size_t height, Time now) const {
  std::vector<Line> below;
  if (expected_ > 1) {
    below.push_back(draw_sum(now));
  }
  if (!notice_.empty()) {
    below.push_back({{notice_, Style::yellow}});
  }
  std::vector<Line> lines;
  if (expected_ == 0 || is_over()) {
    return lines;
  }
  const std::size_t room = height > below.size() ? height - below.size() : 0;
  const std::size_t shown = rows_.size() <= room ? rows_.size() : room > 1 ? room - 1 : 0;
  std::size_t name_width = 0;
  for (std::size_t i = 0; i < shown; ++i) {
    name_width = std::max(name_width, display_width(rows_[i].name));
  }
  name_width = std::min(name_width, std::clamp(width * 3 / 8, kNarrowestName, kWidestName));
  for (std::size_t i = 0; i < shown; ++i) {
    lines.push_back(cut(draw_row(rows_[i], name_width, width, now), width));
  }
  if (shown < rows_.size() && room > 0) {
    lines.push_back(
        cut({{fmt::format(
                  "{}{} more running", shown > 0 ? "and " : "", format_count(rows_.size() - shown)),
              Style::dim}},
            width));
  }
  for (std::size_t i = 0; i < below.size() && lines.size() < height; ++i) {
    lines.push_back(cut(below[i], width));
  }
  return lines;
}

Line RunScreen::draw_row(const Row& row,
                         std::size_t name_width,
                         std::size_t width,
                         Time now) const {
  constexpr std::size_t kStateWidth = 7;
  constexpr std::size_t kElapsedWidth = 6;
  Line line{
      {left_aligned(shorten(row.name, name_width, Keep::both_ends), name_width)},
      {std::string(kBetween)},
      {left_aligned(row.state, kStateWidth), row.state == "running" ? Style::cyan : Style::yellow},
      {right_aligned(elapsed_text(now - row.since), kElapsedWidth)}};
  if (width >= kLeastForUse && show_use_ == ShowUse::yes) {
    line.push_back({std::string(kBetween) + use_text(row.use)});
  }
  const std::size_t used = width_of(line) + kBetween.size();
  const bool is_above = row.is_streamed && row.has_spoken;
  const std::string& said = row.begun.empty() && !is_above ? row.line : row.begun;
  if (!said.empty() && width >= used + kLeastLine) {
    line.push_back({std::string(kBetween)});
    line.push_back({shorten(said, width - used, Keep::start),
                    row.has_spoken || !row.begun.empty() ? Style::plain : Style::dim});
  }
  return line;
}

/// "5 of 12 done, 2 of them cached; 4 running, 3 waiting, 1 failed; 1m12s".
Line RunScreen::draw_sum(Time now) const {
  const std::size_t busy = rows_.size();
  const std::size_t over = ended();
  const std::size_t waiting = expected_ > over + busy ? expected_ - over - busy : 0;
  const auto part = [](std::size_t count, std::string_view what) {
    return count == 0 ? std::string() : fmt::format(", {} {}", format_count(count), what);
  };
  Line line{{fmt::format("{} of {} done", format_count(ran_ + cached_), format_count(expected_)),
             Style::bold}};
  line.push_back({(cached_ == 0 ? "" : fmt::format(" ({} cached)", format_count(cached_))) +
                  part(busy, "running") + part(waiting, "waiting") + part(left_out_, "left out")});
  if (failed_ > 0) {
    line.push_back({", "});
    line.push_back({format_count(failed_) + " failed", Style::red});
  }
  line.push_back({", " + elapsed_text(now - began_)});
  return line;
}

}  // namespace mlops::ui
