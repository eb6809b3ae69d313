#include "report/html_charts.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "report/html_page.h"
#include "report/html_svg.h"
#include "report/layout.h"
#include "report/number_text.h"

namespace mlops::report {
namespace {

constexpr std::size_t kMaxBars = 40;
/// Of a version beside an axis: longer ones would run into the numbers.
constexpr std::size_t kLongestName = 24;
constexpr std::size_t kLongestSlice = 60;

}  // namespace

std::string change_bar(const diff::Metric& metric) {
  if (!metric.change || !std::isfinite(*metric.change)) {
    return {};
  }
  const double change = *metric.change;
  const double low = metric.ci ? metric.ci->low : change;
  const double high = metric.ci ? metric.ci->high : change;
  const double range = std::max({std::abs(low), std::abs(high), std::abs(change)}) * 1.15;
  constexpr double kHalf = 75;
  const auto x = [&](double v) { return range > 0 ? kHalf + v / range * (kHalf - 4) : kHalf; };
  const bool certain = metric.ci && (low > 0 || high < 0);
  const bool good = (change > 0) == (metric.better == policy::Better::higher);
  const std::string_view style = !certain ? "k-none" : good ? "k-good" : "k-bad";
  std::string body = line(kHalf, 1, kHalf, 21, "zero");
  if (metric.ci) {
    body += fmt::format(
        R"(<line x1="{:.1f}" y1="11" x2="{:.1f}" y2="11" class="{}" stroke-width="2"/>)",
        x(low),
        x(high),
        style);
  }
  body += fmt::format(R"(<circle cx="{:.1f}" cy="11" r="4" class="{}"/>)", x(change), style);
  return fmt::format(
      R"(<svg class="bar" viewBox="0 0 150 22" role="img" aria-label="change {} {}">{}</svg>)",
      change_text(metric.change),
      interval_text(metric.ci),
      body);
}

std::string histogram_figure(const diff::Histogram& histogram) {
  if (histogram.counts.empty()) {
    return {};
  }
  constexpr double kWidth = 320;
  constexpr double kHeight = 150;
  const double largest = static_cast<double>(std::max<std::uint64_t>(
      1, *std::max_element(histogram.counts.begin(), histogram.counts.end())));
  const double step = kWidth / static_cast<double>(histogram.counts.size());
  std::string body = line(0, kHeight, kWidth, kHeight, "axis");
  const double middle = (histogram.edges.front() + histogram.edges.back()) / 2;
  body += middle == 0 ? line(kWidth / 2, 4, kWidth / 2, kHeight, "diag") : std::string();
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    if (histogram.counts[i] == 0) {
      continue;
    }
    // The square root keeps rare large changes visible beside the many small ones.
    const double share = std::sqrt(static_cast<double>(histogram.counts[i]) / largest);
    const double height = std::max(1.5, share * (kHeight - 8));
    body +=
        rect(static_cast<double>(i) * step + 0.6, kHeight - height, step - 1.2, height, "n-fill");
  }
  body += label(0, kHeight + 16, "start", short_number(histogram.edges.front()));
  body += label(kWidth / 2, kHeight + 16, "middle", short_number(middle));
  body += label(kWidth, kHeight + 16, "end", short_number(histogram.edges.back()));
  std::string title = histogram.title;
  title[0] =
      title[0] >= 'a' && title[0] <= 'z' ? static_cast<char>(title[0] - 'a' + 'A') : title[0];
  const std::uint64_t shown =
      std::accumulate(histogram.counts.begin(), histogram.counts.end(), std::uint64_t{0});
  return figure(title,
                fmt::format("{} by {}; the tallest bar is {} (height: square root)",
                            plural(shown, "row"),
                            histogram.by,
                            format_count(static_cast<std::uint64_t>(largest))),
                svg(kWidth, kHeight + 20, histogram.title, body));
}

std::string density_figure(const diff::PredictionReport& set) {
  if (!set.density) {
    return {};
  }
  const diff::Density& density = *set.density;
  constexpr double kLeft = 46;
  constexpr double kSize = 250;
  const double step = kSize / density.cells;
  const double largest = std::log1p(
      static_cast<double>(*std::max_element(density.counts.begin(), density.counts.end())));
  std::string body = fmt::format(
      R"(<rect x="{:.0f}" y="8" width="{:.0f}" height="{:.0f}" rx="3" class="soft-fill"/>)",
      kLeft,
      kSize,
      kSize);
  for (std::uint32_t row = 0; row < density.cells; ++row) {
    for (std::uint32_t column = 0; column < density.cells; ++column) {
      const std::uint64_t count = density.counts[std::size_t{row} * density.cells + column];
      if (count > 0) {
        const double shade = 0.45 + 0.55 * std::log1p(static_cast<double>(count)) / largest;
        body += fmt::format(
            R"(<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" class="n-fill" opacity="{:.2f}"/>)",
            kLeft + column * step,
            8 + kSize - (row + 1) * step,
            step,
            step,
            shade);
      }
    }
  }
  body += line(kLeft, 8 + kSize, kLeft + kSize, 8, "diag");
  const std::string low = short_number(density.low);
  const std::string high = short_number(density.high);
  body += label(kLeft, kSize + 24, "start", low);
  body += label(kLeft + kSize, kSize + 24, "end", high);
  body += label(kLeft + kSize / 2,
                kSize + 24,
                "middle",
                cut(escape_for_terminal(set.old_name), kLongestName));
  body += label(kLeft - 6, kSize + 8, "end", low);
  body += label(kLeft - 6, 17, "end", high);
  body += fmt::format(
      R"svg(<text transform="translate({:.0f} {:.0f}) rotate(-90)" text-anchor="middle">{}</text>)svg",
      kLeft - 12,
      8 + kSize / 2,
      escape_html(set.new_name, kLongestName));
  return figure(
      "Old against new",
      fmt::format("{} of every row, stronger where there are more; above the line it rose",
                  set.score_name),
      svg(300, kSize + 30, "density of old against new scores", body));
}

namespace {

struct Bar {
  const diff::Slice* slice;
  const diff::Metric* metric;
};

std::string bar_row(const Bar& bar, double top) {
  const diff::Metric& metric = *bar.metric;
  const double change = metric.change.value_or(0);
  const bool good = (change > 0) == (metric.better == policy::Better::higher);
  const bool certain = metric.ci && (metric.ci->low > 0 || metric.ci->high < 0);
  return fmt::format(
      R"(<tr><th scope="row">{}<span class="sub">{}{}</span></th><td class="pair"><i class="o" style="width:{:.1f}%"></i><i class="n" style="width:{:.1f}%"></i></td><td class="num"><span class="soft">{}</span><br>{}</td><td class="num {}">{}<span class="sub">{}</span></td></tr>)",
      escape_html(bar.slice->value, kLongestSlice),
      plural(bar.slice->n, "row"),
      bar.slice->sufficient ? "" : ", too few",
      std::max(0.0, *metric.old_value / top * 100),
      std::max(0.0, *metric.new_value / top * 100),
      number_text(metric.old_value),
      number_text(metric.new_value),
      !certain || change == 0 ? ""
      : good                  ? "good"
                              : "bad",
      change_text(metric.change),
      interval_text(metric.ci));
}

/// Who gains: the ends of the range of changes, where there are at least two.
std::string who_gains(const std::vector<Bar>& bars) {
  const Bar* best = nullptr;
  const Bar* worst = nullptr;
  const auto gain = [](const Bar& bar) {
    const double change = bar.metric->change.value_or(0);
    return bar.metric->better == policy::Better::higher ? change : -change;
  };
  for (const Bar& bar : bars) {
    best = best == nullptr || gain(bar) > gain(*best) ? &bar : best;
    worst = worst == nullptr || gain(bar) < gain(*worst) ? &bar : worst;
  }
  if (best == worst || gain(*best) == gain(*worst)) {
    return {};
  }
  const auto name = [](const Bar& bar) {
    return cut(escape_for_terminal(bar.slice->value), kLongestSlice);
  };
  return fmt::format(
      "; {} gains most, {} {}", name(*best), name(*worst), gain(*worst) < 0 ? "loses" : "least");
}

}  // namespace

std::string slice_figure(const std::vector<diff::Slice>& slices,
                         const std::string& column,
                         const std::string& metric) {
  std::vector<Bar> bars;
  double top = 0;
  for (const diff::Slice& slice : slices) {
    for (const diff::Metric& one : slice.metrics) {
      if (slice.column == column && one.name == metric && one.old_value && one.new_value) {
        bars.push_back({&slice, &one});
        top = std::max({top, *one.old_value, *one.new_value});
      }
    }
  }
  if (bars.empty() || !(top > 0) || !std::isfinite(top)) {
    return {};
  }
  const std::size_t shown = std::min(bars.size(), kMaxBars);
  std::string body;
  for (std::size_t i = 0; i < shown; ++i) {
    body += bar_row(bars[i], top);
  }
  std::string sub = metric_title(metric) + ": old above (grey), new below (blue)" + who_gains(bars);
  if (bars.size() > shown) {
    sub += fmt::format("; the first {} of {}", shown, bars.size());
  }
  return figure("By " + column, sub, R"(<table class="bars sides">)" + body + "</table>");
}

}  // namespace mlops::report
