#include "stats/distance.h"

#include <algorithm>
#include <cmath>

#include "stats/chi_square.h"
#include "stats/summary.h"

namespace mlops::stats {
namespace {

struct Sizes {
  double base = 0;
  double now = 0;
  double cells = 0;  ///< those that have counts
  bool is_whole() const { return base > 0 && now > 0; }
  double harmonic() const { return base * now / (base + now); }
};

Sizes sizes_of(std::span<const CellCounts> cells) {
  Sizes sizes;
  for (const CellCounts& cell : cells) {
    sizes.base += static_cast<double>(cell.base);
    sizes.now += static_cast<double>(cell.now);
    sizes.cells += cell.base + cell.now > 0 ? 1 : 0;
  }
  return sizes;
}

double share(std::uint64_t count, double size) {
  return static_cast<double>(count) / size;
}

double tail_of(double statistic, double cells) {
  return cells < 2 ? 1 : chi_square_tail(statistic, cells - 1);
}

/// The sum over cells of (count - expected)^2 / expected.
double chi_square_of(std::span<const CellCounts> cells, const Sizes& sizes) {
  Sum total;
  const double all = sizes.base + sizes.now;
  for (const CellCounts& cell : cells) {
    const double both = static_cast<double>(cell.base + cell.now);
    if (both > 0) {
      const double base = both * sizes.base / all;
      const double now = both * sizes.now / all;
      const double off = static_cast<double>(cell.base) - base;
      total.add(off * off / base + off * off / now);
    }
  }
  return total.value();
}

constexpr double kFew = 5;

/// Whether more than a fifth of the expected counts are below 5.
bool is_sparse(std::span<const CellCounts> cells, const Sizes& sizes) {
  constexpr std::size_t kOneIn = 5;
  const double all = sizes.base + sizes.now;
  std::size_t small = 0;
  for (const CellCounts& cell : cells) {
    const double both = static_cast<double>(cell.base + cell.now);
    small += both * sizes.base / all < kFew ? 1U : 0U;
    small += both * sizes.now / all < kFew ? 1U : 0U;
  }
  return small * kOneIn > 2 * cells.size();
}

}  // namespace

std::optional<Distance> psi(std::span<const CellCounts> cells) {
  constexpr double kFloor = 1e-4;
  const Sizes sizes = sizes_of(cells);
  if (!sizes.is_whole()) {
    return std::nullopt;
  }
  Sum total;
  for (const CellCounts& cell : cells) {
    if (cell.base + cell.now > 0) {
      const double p = std::max(kFloor, share(cell.base, sizes.base));
      const double q = std::max(kFloor, share(cell.now, sizes.now));
      total.add((q - p) * std::log(q / p));
    }
  }
  return Distance{total.value(), tail_of(total.value() * sizes.harmonic(), sizes.cells)};
}

std::optional<Distance> js2(std::span<const CellCounts> cells) {
  constexpr double kOfHomogeneity = 8;
  const Sizes sizes = sizes_of(cells);
  if (!sizes.is_whole()) {
    return std::nullopt;
  }
  Sum nats;
  for (const CellCounts& cell : cells) {
    const double p = share(cell.base, sizes.base);
    const double q = share(cell.now, sizes.now);
    const double middle = (p + q) / 2;
    nats.add((p > 0 ? p * std::log(p / middle) : 0) + (q > 0 ? q * std::log(q / middle) : 0));
  }
  const double divergence = std::max(0.0, nats.value() / 2);
  const double bits = std::min(1.0, divergence / std::log(2.0));
  return Distance{std::sqrt(bits),
                  tail_of(kOfHomogeneity * divergence * sizes.harmonic(), sizes.cells)};
}

std::optional<Distance> l_infinity(std::span<const CellCounts> cells) {
  const Sizes sizes = sizes_of(cells);
  if (!sizes.is_whole()) {
    return std::nullopt;
  }
  double largest = 0;
  for (const CellCounts& cell : cells) {
    largest =
        std::max(largest, std::abs(share(cell.base, sizes.base) - share(cell.now, sizes.now)));
  }
  return Distance{
      largest,
      smirnov_p(
          largest, static_cast<std::uint64_t>(sizes.base), static_cast<std::uint64_t>(sizes.now))};
}

std::optional<Distance> cramers_v(std::span<const CellCounts> cells) {
  const Sizes sizes = sizes_of(cells);
  if (!sizes.is_whole() || sizes.cells < 2) {
    return std::nullopt;
  }
  const double n = sizes.base + sizes.now;
  const double statistic = chi_square_of(cells, sizes);
  const double rows = sizes.cells;
  const double phi = std::max(0.0, statistic / n - (rows - 1) / (n - 1));
  const double corrected_rows = rows - (rows - 1) * (rows - 1) / (n - 1);
  const double corrected_sides = 2 - 1 / (n - 1);
  const double least = std::min(corrected_rows - 1, corrected_sides - 1);
  if (!(least > 0)) {
    return std::nullopt;
  }
  return Distance{std::sqrt(phi / least), tail_of(statistic, rows)};
}

std::vector<CellCounts> merge_rare(std::span<const CellCounts> cells) {
  const Sizes sizes = sizes_of(cells);
  std::vector<CellCounts> kept;
  std::copy_if(cells.begin(), cells.end(), std::back_inserter(kept), [](const CellCounts& cell) {
    return cell.base + cell.now > 0;
  });
  std::sort(kept.begin(), kept.end(), [](const CellCounts& a, const CellCounts& b) {
    return a.base + a.now != b.base + b.now ? a.base + a.now > b.base + b.now : a.base > b.base;
  });
  // The last one takes up the rarest before it.
  while (kept.size() > 2 && is_sparse(kept, sizes)) {
    const CellCounts rest = kept.back();
    kept.pop_back();
    kept.back().base += rest.base;
    kept.back().now += rest.now;
  }
  return kept;
}

double rare_share(std::span<const CellCounts> cells) {
  const Sizes sizes = sizes_of(cells);
  const double all = sizes.base + sizes.now;
  double rare = 0;
  for (const CellCounts& cell : cells) {
    const double both = static_cast<double>(cell.base + cell.now);
    rare += both * std::min(sizes.base, sizes.now) / all < kFew ? both : 0;
  }
  return all > 0 ? rare / all : 0;
}

double smirnov_p(double d, std::uint64_t n, std::uint64_t m) {
  const double base = static_cast<double>(n);
  const double now = static_cast<double>(m);
  return std::min(1.0, 2 * std::exp(-2 * d * d * base * now / (base + now)));
}

OrderedDistance::OrderedDistance(std::uint64_t base_size, std::uint64_t now_size)
    : base_size_(static_cast<double>(base_size)), now_size_(static_cast<double>(now_size)) {}

void OrderedDistance::add(double value, std::uint64_t base_count, std::uint64_t now_count) {
  if (last_ && gap_ > 0) {
    area_ += gap_ * (value - *last_);
  }
  base_ += base_count;
  now_ += now_count;
  gap_ = std::abs(static_cast<double>(base_) / base_size_ - static_cast<double>(now_) / now_size_);
  largest_ = std::max(largest_, gap_);
  last_ = value;
}

Distance OrderedDistance::ks() const {
  return {
      largest_,
      smirnov_p(
          largest_, static_cast<std::uint64_t>(base_size_), static_cast<std::uint64_t>(now_size_))};
}

}  // namespace mlops::stats
