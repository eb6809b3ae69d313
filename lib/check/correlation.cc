#include "check/correlation.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "stats/correction.h"
#include "stats/normal.h"

namespace mlops::check {
namespace {

constexpr std::size_t kMostTold = 20;

double fisher(double r) {
  constexpr double kEdge = 1 - 1e-12;
  return std::atanh(std::clamp(r, -kEdge, kEdge));
}

/// Nine digits: more would tell the order of the rows.
double rounded(double r) {
  constexpr double kDigits = 1e9;
  return std::round(std::clamp(r, -1.0, 1.0) * kDigits) / kDigits;
}

stats::DoubleDouble plus(const stats::DoubleDouble& a, const stats::DoubleDouble& b) {
  return a.minus(b.times(-1));
}

std::optional<double> r_from(double xx, double yy, double xy) {
  const double r = xy / (std::sqrt(xx) * std::sqrt(yy));
  return xx > 0 && yy > 0 && std::isfinite(r) ? std::optional(rounded(r)) : std::nullopt;
}

bool has_pairs(const Profile& profile, const std::vector<std::string>& columns) {
  for (std::size_t j = 1; j < columns.size(); ++j) {
    for (std::size_t i = 0; i < j; ++i) {
      if (profile.find_pair(columns[i], columns[j]) == nullptr) {
        return false;
      }
    }
  }
  return true;
}

/// Fifteen significant digits, and no -0.
double to_digits(double value) {
  if (!std::isfinite(value)) {
    return value;
  }
  constexpr int kDigits = 15;
  std::array<char, 32> text{};
  char* const end = text.data() + text.size();
  const auto written =
      std::to_chars(text.data(), end, value, std::chars_format::scientific, kDigits - 1);
  double read = 0;
  std::from_chars(text.data(), written.ptr, read);
  return read == 0 ? 0 : read;
}

}  // namespace

Correlations::Correlations(const std::vector<std::string>& columns, CheckedTable& table) {
  for (const std::string& name : columns) {
    places_.push_back(table.want(name, CheckedTable::Need::values));
  }
  const std::size_t pairs = columns.size() * (columns.size() - 1) / 2;
  part_.resize(pairs);
  whole_.x.resize(columns.size());
  whole_.xx.resize(columns.size());
  whole_.xy.resize(pairs);
}

std::size_t Correlations::place_of(std::size_t first, std::size_t second) {
  return second * (second - 1) / 2 + first;
}

void Correlations::see(const Rows& rows) {
  std::vector<std::optional<double>> values(places_.size());
  for (std::size_t row = 0; row < rows.size; ++row) {
    bool is_whole = true;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const table::Cell cell = rows.columns[places_[i]][row];
      const bool is_finite = cell.kind == table::Cell::Kind::number && std::isfinite(cell.number);
      values[i] = is_finite ? std::optional(cell.number) : std::nullopt;
      is_whole = is_whole && is_finite;
    }
    if (is_whole) {
      add_whole(values);
    } else {
      add_part(values);
    }
  }
}

void Correlations::add_whole(const std::vector<std::optional<double>>& values) {
  ++whole_.rows;
  std::size_t pair = 0;
  for (std::size_t j = 0; j < values.size(); ++j) {
    whole_.x[j].add(*values[j]);
    whole_.xx[j].add_product(*values[j], *values[j]);
    for (std::size_t i = 0; i < j; ++i) {
      whole_.xy[pair++].add_product(*values[i], *values[j]);
    }
  }
}

void Correlations::add_part(const std::vector<std::optional<double>>& values) {
  for (std::size_t j = 1; j < values.size(); ++j) {
    for (std::size_t i = 0; values[j] && i < j; ++i) {
      if (!values[i]) {
        continue;
      }
      Sums& sums = part_[place_of(i, j)];
      ++sums.rows;
      sums.x.add(*values[i]);
      sums.y.add(*values[j]);
      sums.xx.add_product(*values[i], *values[i]);
      sums.yy.add_product(*values[j], *values[j]);
      sums.xy.add_product(*values[i], *values[j]);
    }
  }
}

Correlations::Sums Correlations::sums_of(std::size_t first, std::size_t second) const {
  const std::size_t pair = place_of(first, second);
  Sums sums = part_[pair];
  sums.rows += whole_.rows;
  sums.x = plus(sums.x, whole_.x[first]);
  sums.y = plus(sums.y, whole_.x[second]);
  sums.xx = plus(sums.xx, whole_.xx[first]);
  sums.yy = plus(sums.yy, whole_.xx[second]);
  sums.xy = plus(sums.xy, whole_.xy[pair]);
  return sums;
}

Correlations::Pair Correlations::pair(std::size_t first, std::size_t second) const {
  const Sums sums = sums_of(first, second);
  Pair pair{sums.rows, std::nullopt};
  const double n = static_cast<double>(sums.rows);
  const double xx = sums.xx.times(n).minus(sums.x.times(sums.x)).value();
  const double yy = sums.yy.times(n).minus(sums.y.times(sums.y)).value();
  const double xy = sums.xy.times(n).minus(sums.x.times(sums.y)).value();
  if (sums.rows > 1) {
    pair.r = r_from(xx, yy, xy);
  }
  return pair;
}

std::optional<double> Correlations::r_of(const ProfilePair& moments) {
  return moments.rows > 1 ? r_from(moments.xx, moments.yy, moments.xy) : std::nullopt;
}

ProfilePair Correlations::moments(std::size_t first, std::size_t second) const {
  const Sums sums = sums_of(first, second);
  const ProfilePair nothing{first, second, sums.rows, 0, 0, 0, 0, 0};
  if (sums.rows == 0) {
    return nothing;
  }
  const double n = static_cast<double>(sums.rows);
  const auto off_mean = [n](const stats::DoubleDouble& both,
                            const stats::DoubleDouble& x,
                            const stats::DoubleDouble& y) {
    return to_digits(both.times(n).minus(x.times(y)).value() / n);
  };
  const ProfilePair known{first,
                          second,
                          sums.rows,
                          to_digits(sums.x.value() / n),
                          to_digits(sums.y.value() / n),
                          off_mean(sums.xx, sums.x, sums.x),
                          off_mean(sums.yy, sums.y, sums.y),
                          off_mean(sums.xy, sums.x, sums.y)};
  const bool is_finite = std::isfinite(known.mean_x) && std::isfinite(known.mean_y) &&
                         std::isfinite(known.xx) && std::isfinite(known.yy) &&
                         std::isfinite(known.xy);
  return is_finite ? known : nothing;
}

CorrelationChange::CorrelationChange(const policy::CheckRule& rule,
                                     const policy::Check& check,
                                     CheckedTable& table,
                                     Baseline baseline)
    : rule_(rule), baseline_(baseline), columns_(rule.columns) {
  if (columns_.empty()) {
    for (const std::string& name : table.columns()) {
      const bool is_key = std::find(check.key.begin(), check.key.end(), name) != check.key.end();
      if (!is_key && baseline.has(name)) {
        columns_.push_back(name);
      }
    }
  }
  for (const std::string& name : columns_) {
    const bool is_here = table.has(name);
    if (problem_.empty() && (!is_here || !baseline.has(name))) {
      problem_ = fmt::format(
          "{} has no column {}", quote(is_here ? baseline.name() : table.name()), quote(name));
    }
  }
  if (problem_.empty() && columns_.size() < 2) {
    problem_ = "there are no two columns";
  }
  if (problem_.empty() && columns_.size() > kMostColumns) {
    problem_ = fmt::format("more than {} columns: name those that matter", kMostColumns);
  }
  if (problem_.empty() && baseline.profile() != nullptr &&
      !has_pairs(*baseline.profile(), columns_)) {
    problem_ =
        "a profile keeps what columns have in common only where its check has a rule of kind "
        "correlation: write it anew";
  }
  if (problem_.empty()) {
    now_.emplace(columns_, table);
    table.watch(*now_);
    if (baseline.table() != nullptr) {
      base_.emplace(columns_, *baseline.table());
      baseline.table()->watch(*base_);
    }
  }
}

Correlations::Pair CorrelationChange::base_pair(std::size_t first, std::size_t second) const {
  if (base_) {
    return base_->pair(first, second);
  }
  const ProfilePair* const kept = baseline_.profile()->find_pair(columns_[first], columns_[second]);
  return kept == nullptr ? Correlations::Pair()
                         : Correlations::Pair{kept->rows, Correlations::r_of(*kept)};
}

double CorrelationChange::Change::size() const {
  return std::abs(now - base);
}

std::vector<CorrelationChange::Change> CorrelationChange::changes() const {
  constexpr std::uint64_t kLeast = 4;  // of Fisher's z
  std::vector<Change> all;
  for (std::size_t j = 1; j < columns_.size(); ++j) {
    for (std::size_t i = 0; i < j; ++i) {
      const Correlations::Pair base = base_pair(i, j);
      const Correlations::Pair now = now_->pair(i, j);
      Change change{columns_[i] + ", " + columns_[j], 0, 0, std::min(base.rows, now.rows), 1};
      if (!base.r || !now.r || change.rows < std::max(kLeast, rule_.min_rows)) {
        continue;
      }
      change.base = *base.r;
      change.now = *now.r;
      const double deviation =
          std::sqrt(1 / static_cast<double>(base.rows - 3) + 1 / static_cast<double>(now.rows - 3));
      const double z = std::abs(fisher(change.now) - fisher(change.base)) / deviation;
      change.p = std::min(1.0, 2 * stats::normal_cdf(-z));
      all.push_back(std::move(change));
    }
  }
  return all;
}

Outcome CorrelationChange::outcome_of(const Change& change, double p) const {
  Outcome outcome;
  RuleResult& rule = outcome.rule;
  rule = result_of("correlation", change.columns, at_most(*rule_.max), rule_.position);
  rule.figure.n = change.rows;
  rule.figure.new_value = change.size();
  rule.p_adjusted = p;
  rule.detail = fmt::format("{:.3f} against {:.3f}", change.now, change.base);
  policy::Limit limit;
  limit.max = rule_.max;
  rule.verdict = policy::judge(limit, rule.figure, policy::Decide::point).verdict;
  if (rule.verdict == Verdict::fail && p > rule_.alpha) {
    set_insufficient(rule,
                     fmt::format("beyond the limit, as so few rows are by chance (p={:.2g})", p));
  }
  return outcome;
}

/// What passes is one line, the largest change; of what does not, the largest ones.
void CorrelationChange::conclude(std::vector<Outcome>& outcomes) {
  Outcome whole;
  whole.rule = result_of("correlation", "", at_most(*rule_.max), rule_.position);
  const std::vector<Change> all = problem_.empty() ? changes() : std::vector<Change>();
  if (all.empty()) {
    set_insufficient(whole.rule,
                     problem_.empty() ? "no two columns have enough numbers that vary" : problem_);
    outcomes.push_back(std::move(whole));
    return;
  }
  std::vector<double> p_values;
  for (const Change& change : all) {
    p_values.push_back(change.p);
  }
  const std::vector<double> adjusted =
      rule_.correction == policy::Correction::holm ? stats::holm(p_values)
      : rule_.correction == policy::Correction::bh ? stats::benjamini_hochberg(p_values)
                                                   : p_values;
  std::vector<std::size_t> order(all.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return all[a].size() > all[b].size();
  });
  std::size_t broken = 0;
  for (const std::size_t i : order) {
    Outcome outcome = outcome_of(all[i], adjusted[i]);
    if (outcome.rule.verdict != Verdict::pass && ++broken <= kMostTold) {
      outcomes.push_back(std::move(outcome));
    }
  }
  if (broken == 0) {
    Outcome largest = outcome_of(all[order.front()], adjusted[order.front()]);
    largest.rule.detail += fmt::format(", the largest change of {}", plural(all.size(), "pair"));
    outcomes.push_back(std::move(largest));
  } else if (broken > kMostTold) {
    outcomes.back().rule.detail += fmt::format(", and {} more", broken - kMostTold);
  }
}

}  // namespace mlops::check
