#include "runs/attached_view.h"

#include <array>
#include <charconv>

#include "os/clock.h"

namespace mlops::runs {
namespace {

using Outcome = ui::RunScreen::Outcome;

std::chrono::nanoseconds now() {
  return std::chrono::nanoseconds(os::wall_time_ns());
}

/// As records name states; a later build may know more.
Outcome outcome_of(const pipeline::RecordedInstance& instance) {
  if (instance.state == "ran") {
    return Outcome::ran;
  }
  if (instance.state == "cached" || instance.state == "restored" || instance.state == "judged") {
    return Outcome::cached;
  }
  return instance.state == "failed" ? Outcome::failed : Outcome::left_out;
}

/// What a carriage return leaves to be seen.
std::string_view seen_of(std::string_view line) {
  while (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  const std::size_t at = line.rfind('\r');
  return at == std::string_view::npos ? line : line.substr(at + 1);
}

}  // namespace

std::chrono::nanoseconds parse_time(std::string_view text) {
  constexpr std::array<std::size_t, 6> kPlaces{0, 5, 8, 11, 14, 17};
  constexpr std::size_t kLength = 20;
  std::array<int, kPlaces.size()> parts{};
  if (text.size() != kLength || text.back() != 'Z') {
    return {};
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const char* const begin = text.data() + kPlaces[i];
    const char* const end = begin + (i == 0 ? 4 : 2);
    if (const auto parsed = std::from_chars(begin, end, parts[i]);
        parsed.ec != std::errc() || parsed.ptr != end) {
      return {};
    }
  }
  const std::chrono::year_month_day date(std::chrono::year(parts[0]),
                                         std::chrono::month(static_cast<unsigned>(parts[1])),
                                         std::chrono::day(static_cast<unsigned>(parts[2])));
  return date.ok() ? std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(parts[3]) +
                         std::chrono::minutes(parts[4]) + std::chrono::seconds(parts[5])
                   : std::chrono::nanoseconds(0);
}

AttachedView::AttachedView(app::Context& context, const pipeline::RecordedRun& run)
    : context_(context) {
  screen_.begin(run.instances.size(), parse_time(run.begun));
  screen_.show_use(ui::RunScreen::ShowUse::no);
}

AttachedView::~AttachedView() {
  context_.terminal().show_area({});
}

void AttachedView::start(const pipeline::RecordedInstance& instance) {
  screen_.stream(followed_, false);
  followed_ = screen_.running() == 0 ? instance.id : "";
  screen_.start(instance.id, "", parse_time(instance.started));
  screen_.stream(followed_, true);
}

void AttachedView::say(const std::string& id, std::string_view lines, std::string_view begun) {
  if (lines.ends_with('\n')) {
    lines.remove_suffix(1);
  }
  if (!lines.empty()) {
    screen_.say(id, seen_of(lines.substr(lines.rfind('\n') + 1)));
  }
  screen_.set_begun(id, seen_of(begun));
}

void AttachedView::end(const pipeline::RecordedInstance& instance) {
  screen_.end(instance.id, outcome_of(instance));
  followed_ = followed_ == instance.id ? "" : followed_;
  const ui::Terminal::Size room = context_.terminal().area_room();
  context_.terminal().change_area(screen_.draw(room.columns, room.rows, now()));
}

void AttachedView::draw() {
  const ui::Terminal::Size room = context_.terminal().area_room();
  context_.terminal().show_area(screen_.draw(room.columns, room.rows, now()));
}

}  // namespace mlops::runs
