#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "diff/expression_figure.h"
#include "diff/gaps.h"
#include "diff/result.h"
#include "diff/samples.h"
#include "diff/slices.h"
#include "diff/spread.h"
#include "policy/limit.h"

namespace mlops::diff {

/// One figure of both versions on some rows, with its uncertainty.
struct Measure {
  std::string metric;
  std::string slice;  ///< "country=FR", "sex" for a gap, or empty
  std::uint64_t n = 0;
  OldNew value;
  Spread change_spread;
  Spread new_spread;
  policy::Better better = policy::Better::higher;
  std::string missing;  ///< why there is no figure
  std::string detail;   ///< "5 of 284"

  policy::Figure figure(double alpha) const;
};

/// Whether a figure's interval is wanted at any price (a rule decides by it), or only where it
/// comes cheaply (to be shown).
enum class Effort { cheap, whatever };

/// Row evaluations that intervals may cost when they are only to be shown.
inline constexpr std::uint64_t kCheapEvaluations = 20'000'000;
/// Of more rows no interval is drawn only to be shown.
inline constexpr std::uint64_t kMostRowsDrawn = kCheapEvaluations / Bootstrap::kReplicates;

/// All figures of one comparison, each computed once: rules, tables and pictures share them.
class Measures {
 public:
  explicit Measures(const Samples& samples) : samples_(samples) {}

  /// The groups of a slice; they live as long as this object.
  const std::vector<RowGroup>& groups(const std::string& slice);

  /// Asks for a metric on all labelled rows, or on one of `groups`; returns its place.
  std::size_t ask(const MetricDefinition& metric, const RowGroup* group, Effort effort);
  /// Asks for a gap between some of `groups`.
  std::size_t ask(const std::string& name,
                  const GapDefinition& gap,
                  const std::string& feature,
                  std::vector<const RowGroup*> groups,
                  Effort effort);
  /// Asks for an expression of the policy on all labelled rows.
  std::size_t ask(const std::string& expression, Effort effort);
  /// The expression itself, which lives as long as this object.
  const ExpressionFigure& expression(const std::string& text);
  /// Runs one bootstrap for all that were asked and need it; `threads`: 0, all processors.
  void settle(std::uint64_t seed, unsigned threads, const CancelToken& cancel);

  const Measure& at(std::size_t place) const { return measures_[place]; }
  Metric as_metric(std::size_t place, double alpha) const;

 private:
  struct Pending {
    Bootstrap::Figure figure;
    std::uint64_t rows = 0;
    Effort effort = Effort::cheap;
  };
  void add_rate_spreads(Measure& measure,
                        const MetricDefinition& metric,
                        const Selection& selection) const;
  void want(std::size_t place, Bootstrap::Figure figure, std::uint64_t rows, Effort effort);

  const Samples& samples_;
  std::map<std::string, std::vector<RowGroup>> groups_;
  std::map<std::string, ExpressionFigure> expressions_;
  std::deque<Measure> measures_;
  std::map<std::pair<std::string, std::string>, std::size_t> places_;
  std::map<std::size_t, Pending> pending_;
  std::map<std::size_t, std::string> notes_;
};

}  // namespace mlops::diff
