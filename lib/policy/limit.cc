#include "policy/limit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

namespace mlops::policy {
namespace {

using Bound = HeldPart::Bound;

/// One part of a limit: `value` (and its interval) held against `bound`.
struct Part {
  std::string text;
  Bound kind = Bound::at_most;
  double bound = 0;
  double scale = 0;  ///< the largest operand that the bound was computed from, for rounding
  std::optional<double> value;
  std::optional<stats::Interval> interval;
  std::string of;
};

std::string with_percent(double share) {
  return fmt::format("{:g}%", share * 100.0);
}

/// The parts of a limit in the order in which they are described.
std::vector<Part> parts_of(const Limit& limit, const Figure& figure) {
  std::vector<Part> parts;
  const double old_size = std::abs(figure.old_value.value_or(0));
  const double scale = std::max(old_size, std::abs(figure.new_value.value_or(0)));
  const auto on_value = [&](std::string text, Bound kind, double bound) {
    parts.push_back(
        {std::move(text), kind, bound, 0, figure.new_value, figure.new_ci, "the new value"});
  };
  const auto on_change = [&](std::string text, Bound kind, double bound) {
    parts.push_back(
        {std::move(text), kind, bound, scale, figure.change, figure.change_ci, "the change"});
  };
  if (limit.max) {
    on_value(fmt::format("<= {:g}", *limit.max), Bound::at_most, *limit.max);
  }
  if (limit.min) {
    on_value(fmt::format(">= {:g}", *limit.min), Bound::at_least, *limit.min);
  }
  if (limit.max_drop) {
    on_change(fmt::format("drop <= {:g}", *limit.max_drop), Bound::at_least, -*limit.max_drop);
  }
  if (limit.max_rise) {
    on_change(fmt::format("rise <= {:g}", *limit.max_rise), Bound::at_most, *limit.max_rise);
  }
  if (limit.max_drop_rel) {
    on_change("drop <= " + with_percent(*limit.max_drop_rel),
              Bound::at_least,
              -*limit.max_drop_rel * old_size);
  }
  if (limit.max_rise_rel) {
    on_change("rise <= " + with_percent(*limit.max_rise_rel),
              Bound::at_most,
              *limit.max_rise_rel * old_size);
  }
  if (limit.min_gain) {
    const bool higher = figure.better == Better::higher;
    on_change(fmt::format("gain >= {:g}", *limit.min_gain),
              higher ? Bound::at_least : Bound::at_most,
              higher ? *limit.min_gain : -*limit.min_gain);
  }
  return parts;
}

bool keeps(const Part& part, double value) {
  const double size = std::max({std::abs(value), std::abs(part.bound), part.scale});
  const double slack = 4.0 * std::numeric_limits<double>::epsilon() * size;
  return part.kind == Bound::at_most ? value <= part.bound + slack : value >= part.bound - slack;
}

/// The favourable end of "at most" is the low one; `sure` asks it, `noninferior` the other.
bool asks_low_end(const Part& part, Decide decide) {
  return (part.kind == Bound::at_most) == (decide == Decide::sure);
}

std::optional<double> decisive_of(const Part& part, Decide decide) {
  if (!part.value || !std::isfinite(*part.value)) {
    return std::nullopt;
  }
  if (decide == Decide::point) {
    return part.value;
  }
  if (!part.interval) {
    return std::nullopt;
  }
  return asks_low_end(part, decide) ? part.interval->low : part.interval->high;
}

Judgement judge_part(const Part& part, Decide decide) {
  if (!part.value || std::isnan(*part.value)) {
    return {Verdict::insufficient, "the figure is undefined"};
  }
  // Of equal vectors the ratio of signal and noise is infinite, which keeps every lower limit.
  if (std::isinf(*part.value) && decide == Decide::point) {
    return (*part.value > 0) == (part.kind == Bound::at_least)
               ? Judgement{Verdict::pass, {}}
               : Judgement{Verdict::fail, "breaks " + part.text};
  }
  const auto decisive = decisive_of(part, decide);
  if (!decisive) {
    return {Verdict::insufficient, "there is no interval to decide by"};
  }
  if (keeps(part, *decisive)) {
    return {Verdict::pass, {}};
  }
  return {Verdict::fail, "breaks " + part.text};
}

}  // namespace

std::string_view to_string(Decide decide) {
  switch (decide) {
    case Decide::point:
      return "point";
    case Decide::sure:
      return "sure";
    case Decide::noninferior:
      break;
  }
  return "noninferior";
}

std::string describe(const Limit& limit) {
  std::string text;
  for (const Part& part : parts_of(limit, {})) {
    text += (text.empty() ? "" : ", ") + part.text;
  }
  return text;
}

Judgement judge(const Limit& limit, const Figure& figure, Decide decide) {
  Judgement result{Verdict::insufficient, "the rule has no limit"};
  bool first = true;
  for (const Part& part : parts_of(limit, figure)) {
    const Judgement one = judge_part(part, decide);
    const bool worse = one.verdict == Verdict::fail ? result.verdict != Verdict::fail
                                                    : one.verdict == Verdict::insufficient &&
                                                          result.verdict == Verdict::pass;
    if (first || worse) {
      result = one;
      first = false;
    }
  }
  return result;
}

std::vector<HeldPart> hold(const Limit& limit, const Figure& figure, Decide decide) {
  std::vector<HeldPart> held;
  for (const Part& part : parts_of(limit, figure)) {
    HeldPart one;
    one.text = part.text;
    one.of =
        decide == Decide::point
            ? part.of
            : fmt::format("the {} end of {}", asks_low_end(part, decide) ? "low" : "high", part.of);
    one.kind = part.kind;
    one.bound = part.bound;
    one.decisive = decisive_of(part, decide);
    if (one.decisive) {
      const double room =
          part.kind == Bound::at_most ? part.bound - *one.decisive : *one.decisive - part.bound;
      // What is kept within rounding is kept.
      one.margin = keeps(part, *one.decisive) ? std::max(room, 0.0) : room;
    }
    held.push_back(std::move(one));
  }
  return held;
}

}  // namespace mlops::policy
