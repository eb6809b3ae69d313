#include "report/run_words.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"

namespace mlops::report {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

/// The digits of `text` from `at`; nothing when another letter stands among them.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  int number = 0;
  const auto* first = text.data() + at;
  const auto [end, problem] = std::from_chars(first, first + count, number);
  const bool is_whole = problem == std::errc() && end == first + count && *first != '-';
  return is_whole ? std::optional(number) : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> parse_time(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00Z";
  if (text.size() != kForm.size()) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] != '0' && kForm[i] != text[i]) {
      return std::nullopt;
    }
  }
  std::array<int, 6> parts{};
  constexpr std::array<std::size_t, 6> kPlaces{0, 5, 8, 11, 14, 17};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto part = digits(text, kPlaces[i], i == 0 ? 4 : 2);
    if (!part) {
      return std::nullopt;
    }
    parts[i] = *part;
  }
  const std::chrono::year_month_day date(std::chrono::year(parts[0]),
                                         std::chrono::month(static_cast<unsigned>(parts[1])),
                                         std::chrono::day(static_cast<unsigned>(parts[2])));
  if (!date.ok()) {
    return std::nullopt;
  }
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return (((days * 24 + parts[3]) * 60 + parts[4]) * 60 + parts[5]) * kSecond;
}

std::string outcome_of(const pipeline::RecordedRun& run, pipeline::RunState state) {
  if (state != pipeline::RunState::finished) {
    return std::string(to_string(state));
  }
  const auto& worst = *run.worst;
  return worst == "none" || worst == "interrupted" ? (worst == "none" ? "done" : worst)
                                                   : fmt::format("failed ({})", worst);
}

std::string tally_of(const pipeline::RecordedRun& run) {
  constexpr std::array<std::string_view, 8> kOrder{
      "ran", "cached", "restored", "judged", "skipped", "failed", "cancelled", "not started"};
  std::vector<std::string> parts;
  for (const auto state : kOrder) {
    const auto count = std::count_if(run.instances.begin(),
                                     run.instances.end(),
                                     [&](const auto& one) { return one.state == state; });
    if (count > 0) {
      parts.push_back(fmt::format("{} {}", count, state));
    }
  }
  const auto open = std::count_if(run.instances.begin(), run.instances.end(), [](const auto& one) {
    return one.state.empty();
  });
  if (open > 0) {
    parts.push_back(fmt::format("{} open", open));
  }
  return parts.empty() ? "nothing" : join(parts, ", ");
}

std::chrono::milliseconds duration_of(const pipeline::RecordedRun& run,
                                      pipeline::RunState state,
                                      std::int64_t now_ns) {
  const auto begun = parse_time(run.begun);
  const auto last = state == pipeline::RunState::running ? now_ns : parse_time(run.last);
  const auto elapsed = begun && last ? std::max<std::int64_t>(0, *last - *begun) : 0;
  return std::chrono::milliseconds(elapsed / 1'000'000);
}

std::string end_of(const pipeline::RecordedInstance& instance) {
  return instance.signal_number > 0 ? fmt::format("signal {}", instance.signal_number)
         : instance.exit_code >= 0  ? fmt::format("exit code {}", instance.exit_code)
                                    : "";
}

std::string state_of(const pipeline::RecordedInstance& instance, pipeline::RunState state) {
  if (!instance.state.empty()) {
    return instance.state;
  }
  if (state == pipeline::RunState::running) {
    return instance.is_started ? "running" : "waiting";
  }
  return instance.is_started ? "lost" : "not started";
}

}  // namespace mlops::report
