#include "diff/measures.h"

#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "diff/metrics_classification.h"
#include "policy/metric_name.h"

namespace mlops::diff {
namespace {

std::string slice_name(const RowGroup* group) {
  return group == nullptr ? std::string() : group->column + "=" + group->value;
}

}  // namespace

policy::Figure Measure::figure(double alpha) const {
  policy::Figure figure;
  figure.old_value = value.old_value;
  figure.new_value = value.new_value;
  figure.change = value.change();
  if (figure.change) {
    figure.change_ci = change_spread.at(alpha);
  }
  if (figure.new_value) {
    figure.new_ci = new_spread.at(alpha);
  }
  figure.n = n;
  figure.better = better;
  return figure;
}

const std::vector<RowGroup>& Measures::groups(const std::string& slice) {
  const auto found = groups_.find(slice);
  return found != groups_.end() ? found->second
                                : groups_.emplace(slice, groups_of(samples_, slice)).first->second;
}

void Measures::want(std::size_t place, Bootstrap::Figure figure, Draw draw) {
  if (draw == Draw::yes || draw_all_ == Draw::yes) {
    pending_.try_emplace(place, std::move(figure));
  }
}

/// Rates of unweighted rows have intervals by formula; flips are rates of the pair.
void Measures::add_rate_spreads(Measure& measure,
                                const MetricDefinition& metric,
                                const Selection& selection) const {
  const Counts counts = count_flips(samples_, selection);
  const std::uint64_t n = counts.matched;
  if (metric.of_version != nullptr) {
    measure.change_spread = Spread::bonett_price(counts.negative_flips, counts.positive_flips, n);
    const std::uint64_t wrong = counts.negative_flips + counts.both_wrong;
    measure.new_spread = Spread::wilson(n - wrong, n);
    return;
  }
  const std::uint64_t hits = metric.of_pair == negative_flip_rate   ? counts.negative_flips
                             : metric.of_pair == positive_flip_rate ? counts.positive_flips
                                                                    : counts.changed;
  measure.new_spread = Spread::wilson(hits, n);
  measure.detail = fmt::format("{} of {}", hits, n);
}

std::size_t Measures::ask(const MetricDefinition& metric, const RowGroup* group, Draw draw) {
  const std::string slice = slice_name(group);
  const auto [it, added] = places_.try_emplace({std::string(metric.name), slice}, measures_.size());
  const std::size_t place = it->second;
  const Selection all = group == nullptr ? select_labelled(samples_) : group->with(samples_.weight);
  if (added) {
    Measure& measure = measures_.emplace_back();
    measure.metric = metric.name;
    measure.slice = slice;
    measure.n = group == nullptr ? samples_.labelled_rows() : group->n;
    const auto name = policy::parse_metric_name(metric.name);
    measure.better = name ? name->better : policy::Better::higher;
    measure.missing = missing_for(metric, samples_);
    if (measure.missing.empty()) {
      measure.value = evaluate(metric, samples_, all);
      measure.missing = measure.value.new_value ? "" : "undefined on these rows";
      notes_[place] = variant_of(metric, samples_);
    }
  }
  Measure& measure = measures_[place];
  if (!measure.value.new_value) {
    return place;
  }
  if (metric.certainty == Certainty::rate && samples_.weight.empty()) {
    add_rate_spreads(measure, metric, all);
  } else if (metric.certainty != Certainty::none && all.sums == nullptr) {
    want(
        place,
        [this, &metric, rows = all.rows](std::span<const double> weights) {
          return evaluate(metric, samples_, {rows, weights});
        },
        draw);
  }
  return place;
}

std::size_t Measures::ask(const std::string& name,
                          const GapDefinition& gap,
                          const std::string& feature,
                          std::vector<const RowGroup*> groups,
                          Draw draw) {
  std::string identity = feature;
  std::uint64_t n = 0;
  for (const RowGroup* group : groups) {
    identity += '\0' + group->value;
    n += group->n;
  }
  const auto [it, added] = places_.try_emplace({name, identity}, measures_.size());
  const std::size_t place = it->second;
  if (added) {
    Measure& measure = measures_.emplace_back();
    measure.metric = name;
    measure.slice = feature;
    measure.n = n;
    const auto parsed = policy::parse_metric_name(name);
    measure.better = parsed ? parsed->better : policy::Better::lower;
    for (const MetricDefinition* metric : gap.metrics) {
      measure.missing = measure.missing.empty() ? missing_for(*metric, samples_) : measure.missing;
    }
    if (measure.missing.empty() && groups.size() < 2) {
      measure.missing = fmt::format("{} has fewer than two groups with enough rows", feature);
    }
    if (measure.missing.empty()) {
      measure.value = evaluate(gap, samples_, groups, samples_.weight);
      measure.missing = measure.value.new_value ? "" : "undefined in a group";
    }
  }
  if (measures_[place].value.new_value && !samples_.totals) {
    want(
        place,
        [this, gap, own = std::move(groups)](std::span<const double> weights) {
          return evaluate(gap, samples_, own, weights);
        },
        draw);
  }
  return place;
}

const ExpressionFigure& Measures::expression(const std::string& text) {
  const auto found = expressions_.find(text);
  if (found != expressions_.end()) {
    return found->second;
  }
  return expressions_
      .try_emplace(
          text, policy::parse_expression(text).value_or(policy::ExpressionNode{}), samples_)
      .first->second;
}

std::size_t Measures::ask(const std::string& text, Draw draw) {
  const ExpressionFigure& figure = expression(text);
  const auto [it, added] = places_.try_emplace({text, ""}, measures_.size());
  const std::size_t place = it->second;
  const Selection all = select_labelled(samples_);
  if (added) {
    Measure& measure = measures_.emplace_back();
    measure.metric = text;
    measure.n = samples_.labelled_rows();
    measure.better = policy::Better::lower;
    measure.missing = figure.problem();
    if (measure.missing.empty()) {
      measure.value.new_value = figure.value(all);
      measure.missing = measure.value.new_value ? "" : "undefined on these rows";
    }
  }
  if (measures_[place].value.new_value && !figure.has_extreme()) {
    want(
        place,
        [&figure, rows = all.rows](std::span<const double> weights) {
          return OldNew{std::nullopt, figure.value({rows, weights})};
        },
        draw);
  }
  return place;
}

void Measures::settle(std::uint64_t seed, unsigned threads, const CancelToken& cancel) {
  Bootstrap bootstrap(samples_.row_hash, samples_.weight, seed);
  std::vector<std::size_t> places;
  for (auto& [place, figure] : pending_) {
    bootstrap.add(std::move(figure));
    places.push_back(place);
  }
  std::vector<Bootstrap::Result> results = bootstrap.run(threads, cancel);
  for (std::size_t i = 0; i < places.size(); ++i) {
    measures_[places[i]].change_spread = std::move(results[i].change);
    measures_[places[i]].new_spread = std::move(results[i].new_value);
  }
  pending_.clear();
}

Metric Measures::as_metric(std::size_t place, double alpha) const {
  const Measure& measure = measures_[place];
  const policy::Figure figure = measure.figure(alpha);
  Metric metric;
  metric.name = measure.metric;
  metric.old_value = figure.old_value;
  metric.new_value = figure.new_value;
  metric.change = figure.change;
  const MetricDefinition* const definition = find_metric(measure.metric);
  const bool of_pair = definition != nullptr && definition->of_pair != nullptr;
  metric.ci = of_pair ? figure.new_ci : figure.change_ci;
  metric.n = measure.n;
  metric.better = measure.better;
  const auto note = notes_.find(place);
  metric.note = !measure.missing.empty() ? measure.missing
                : note != notes_.end()   ? note->second
                                         : std::string();
  if (metric.note.empty()) {
    metric.note = measure.detail;
  }
  return metric;
}

}  // namespace mlops::diff
