#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/verdict.h"
#include "stats/interval.h"

namespace mlops::policy {

/// What a rule allows; every number is positive and says how much worse is tolerated.
struct Limit {
  std::optional<double> max;
  std::optional<double> min;
  std::optional<double> max_drop;
  std::optional<double> max_rise;
  std::optional<double> max_drop_rel;  ///< of |old|
  std::optional<double> max_rise_rel;
  std::optional<double> min_gain;  ///< in the direction in which the figure is better
};
/// "drop <= 0.005", "<= 0.02": as the table shows it; several are joined by ", ".
std::string describe(const Limit& limit);

enum class Decide { point, sure, noninferior };
std::string_view to_string(Decide decide);

/// How several rules share alpha.
enum class Correction { holm, bh, none };

/// Which way a figure improves: the sign of `min_gain`.
enum class Better { higher, lower };

/// A figure of both versions. Undefined is nothing, never 0. `change_ci` belongs to new - old,
/// `new_ci` to the new value alone (limits `max` and `min`).
struct Figure {
  std::optional<double> old_value;
  std::optional<double> new_value;
  std::optional<double> change;
  std::optional<stats::Interval> change_ci;
  std::optional<stats::Interval> new_ci;
  std::uint64_t n = 0;
  Better better = Better::higher;
};

/// One part of a limit as it is held against a figure.
struct HeldPart {
  enum class Bound { at_most, at_least };
  std::string text;  ///< "drop <= 0.005"
  std::string of;    ///< what is held: "the change", "the new value"; or an end of its interval
  Bound kind = Bound::at_most;
  double bound = 0;
  std::optional<double>
      decisive;                  ///< nothing: the figure, or the interval to decide by, is missing
  std::optional<double> margin;  ///< how far inside of the bound; below 0 it is broken
};

struct Judgement {
  Verdict verdict =
      Verdict::insufficient;  ///< pass, fail or insufficient; severity is applied later
  std::string reason;         ///< why insufficient or failed; may be empty
};

/// Definitions B13: `point` compares the estimates; `sure` fails only if the end of the interval
/// most favourable to the new version still breaks the limit; `noninferior` passes only if the
/// least favourable end keeps it. Comparisons allow a rounding error of 4 ulp of the operands.
/// Where a limit has several parts, one that is broken fails; else one that cannot be judged is
/// insufficient. Relative limits take the old value as it is, without its own uncertainty.
Judgement judge(const Limit& limit, const Figure& figure, Decide decide);
/// What judge() looks at, in the order in which describe() names the parts.
std::vector<HeldPart> hold(const Limit& limit, const Figure& figure, Decide decide);

}  // namespace mlops::policy
