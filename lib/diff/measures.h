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

/// Whether the interval of a figure that has none by formula is drawn by the bootstrap: where a
/// rule decides by it, or somebody asked.
enum class Draw { no, yes };

/// All figures of one comparison, each computed once: rules, tables and pictures share them.
class Measures {
 public:
  /// `draw`: of all figures, whatever is asked of each.
  Measures(const Samples& samples, Draw draw) : samples_(samples), draw_all_(draw) {}

  /// The groups of a slice; they live as long as this object.
  const std::vector<RowGroup>& groups(const std::string& slice);

  /// Asks for a metric on all labelled rows, or on one of `groups`; returns its place.
  std::size_t ask(const MetricDefinition& metric, const RowGroup* group, Draw draw);
  /// Asks for a gap between some of `groups`.
  std::size_t ask(const std::string& name,
                  const GapDefinition& gap,
                  const std::string& feature,
                  std::vector<const RowGroup*> groups,
                  Draw draw);
  /// Asks for an expression of the policy on all labelled rows.
  std::size_t ask(const std::string& expression, Draw draw);
  /// The expression itself, which lives as long as this object.
  const ExpressionFigure& expression(const std::string& text);
  /// Runs one bootstrap for all intervals that are to be drawn; `threads`: 0, all processors.
  void settle(std::uint64_t seed, unsigned threads, const CancelToken& cancel);

  const Measure& at(std::size_t place) const { return measures_[place]; }
  Metric as_metric(std::size_t place, double alpha) const;

 private:
  void add_rate_spreads(Measure& measure,
                        const MetricDefinition& metric,
                        const Selection& selection) const;
  void want(std::size_t place, Bootstrap::Figure figure, Draw draw);

  const Samples& samples_;
  Draw draw_all_;
  std::map<std::string, std::vector<RowGroup>> groups_;
  std::map<std::string, ExpressionFigure> expressions_;
  std::deque<Measure> measures_;
  std::map<std::pair<std::string, std::string>, std::size_t> places_;
  std::map<std::size_t, Bootstrap::Figure> pending_;
  std::map<std::size_t, std::string> notes_;
};

}  // namespace mlops::diff
