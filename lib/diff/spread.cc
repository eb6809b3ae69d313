#include "diff/spread.h"

#include <utility>

#include "stats/bootstrap.h"

namespace mlops::diff {

Spread Spread::bonett_price(std::uint64_t b, std::uint64_t c, std::uint64_t n) {
  Spread spread;
  if (n > 0) {
    spread.source_ = PairedRates{b, c, n};
  }
  return spread;
}

Spread Spread::wilson(std::uint64_t k, std::uint64_t n) {
  Spread spread;
  if (n > 0) {
    spread.source_ = Rate{k, n};
  }
  return spread;
}

Spread Spread::replicates(std::vector<std::optional<double>> values) {
  Spread spread;
  spread.source_ = std::move(values);
  return spread;
}

std::optional<stats::Interval> Spread::at(double alpha) const {
  if (const auto* rates = std::get_if<PairedRates>(&source_)) {
    return stats::bonett_price(rates->b, rates->c, rates->n, alpha);
  }
  if (const auto* rate = std::get_if<Rate>(&source_)) {
    return stats::wilson(rate->k, rate->n, alpha);
  }
  if (const auto* values = std::get_if<Replicates>(&source_)) {
    return stats::percentile_interval(*values, alpha).interval;
  }
  return std::nullopt;
}

std::size_t Bootstrap::add(Figure figure) {
  figures_.push_back(std::move(figure));
  return figures_.size() - 1;
}

std::vector<Bootstrap::Result> Bootstrap::run(const CancelToken& cancel) const {
  std::vector<std::vector<std::optional<double>>> changes(figures_.size());
  std::vector<std::vector<std::optional<double>>> values(figures_.size());
  std::vector<std::uint32_t> counts(rows_);
  std::vector<double> weights(rows_);
  const std::uint32_t replicates = figures_.empty() ? 0 : kReplicates;
  for (std::uint32_t replicate = 0; replicate < replicates; ++replicate) {
    cancel.check();
    stats::draw_counts(seed_, replicate, counts);
    for (std::size_t row = 0; row < rows_; ++row) {
      weights[row] = counts[row] * (base_weights_.empty() ? 1.0 : base_weights_[row]);
    }
    for (std::size_t i = 0; i < figures_.size(); ++i) {
      const OldNew figure = figures_[i](weights);
      changes[i].push_back(figure.change());
      values[i].push_back(figure.new_value);
    }
  }
  std::vector<Result> results;
  for (std::size_t i = 0; i < figures_.size(); ++i) {
    results.push_back(
        {Spread::replicates(std::move(changes[i])), Spread::replicates(std::move(values[i]))});
  }
  return results;
}

}  // namespace mlops::diff
