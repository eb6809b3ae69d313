#include "diff/spread.h"

#include <algorithm>
#include <utility>

#include "os/pool.h"
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

std::vector<Bootstrap::Result> Bootstrap::run(unsigned threads, const CancelToken& cancel) const {
  using Values = std::vector<std::optional<double>>;
  std::vector<Values> changes(figures_.size(), Values(kReplicates));
  std::vector<Values> values(figures_.size(), Values(kReplicates));
  const std::size_t wanted = threads == 0 ? os::processor_count() : threads;
  const std::size_t workers = std::clamp<std::size_t>(wanted, 1, kReplicates);
  // Each replicate has places of its own: who fills them makes no difference.
  const auto work = [&](std::size_t worker) {
    std::vector<std::uint32_t> counts(rows_.size());
    std::vector<double> weights(rows_.size());
    for (std::size_t replicate = worker; replicate < kReplicates; replicate += workers) {
      cancel.check();
      stats::draw_counts(seed_, static_cast<std::uint32_t>(replicate), rows_, counts);
      for (std::size_t row = 0; row < rows_.size(); ++row) {
        weights[row] = counts[row] * (base_weights_.empty() ? 1.0 : base_weights_[row]);
      }
      for (std::size_t i = 0; i < figures_.size(); ++i) {
        const OldNew figure = figures_[i](weights);
        changes[i][replicate] = figure.change();
        values[i][replicate] = figure.new_value;
      }
    }
  };
  if (figures_.empty()) {
    return {};
  }
  if (workers == 1) {
    work(0);
  } else {
    os::ThreadPool(workers - 1).for_each(workers, work);
  }
  std::vector<Result> results;
  for (std::size_t i = 0; i < figures_.size(); ++i) {
    results.push_back(
        {Spread::replicates(std::move(changes[i])), Spread::replicates(std::move(values[i]))});
  }
  return results;
}

}  // namespace mlops::diff
