#include "report/html_charts.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "base/units.h"
#include "report/html_page.h"
#include "report/number_text.h"

namespace mlops::report {
namespace {

constexpr std::size_t kMaxMatrix = 8;
constexpr std::size_t kMaxBars = 40;
constexpr std::string_view kLegend =
    R"(<div class="legend"><span><i class="o"></i>{}</span><span><i class="n"></i>{}</span></div>)";

std::string figure(std::string_view title, std::string_view sub, const std::string& body) {
  return fmt::format(R"(<figure><figcaption>{}<span class="sub">{}</span></figcaption>{}</figure>)",
                     escape_html(title),
                     escape_html(sub),
                     body);
}

std::string legend(const diff::PredictionReport& set) {
  return fmt::format(kLegend, escape_html(set.old_name), escape_html(set.new_name));
}

std::string line(double x1, double y1, double x2, double y2, std::string_view style) {
  return fmt::format(R"(<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" class="{}"/>)",
                     x1,
                     y1,
                     x2,
                     y2,
                     style);
}

std::string rect(double x, double y, double width, double height, std::string_view style) {
  return fmt::format(
      R"(<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="1.5" class="{}"/>)",
      x,
      y,
      std::max(width, 0.0),
      std::max(height, 0.0),
      style);
}

std::string label(double x, double y, std::string_view anchor, std::string_view text) {
  return fmt::format(
      R"(<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>)", x, y, anchor, escape_html(text));
}

std::string svg(double width, double height, std::string_view name, const std::string& body) {
  return fmt::format(
      R"(<svg viewBox="0 0 {:.0f} {:.0f}" role="img" aria-label="{}"><title>{}</title>{}</svg>)",
      width,
      height,
      escape_html(name),
      escape_html(name),
      body);
}

std::string short_number(double value) {
  return std::abs(value) < 10 ? fmt::format("{:.3g}", value) : fmt::format("{:.0f}", value);
}

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

std::string transition_figure(const diff::PredictionReport& set) {
  std::map<std::string, std::uint64_t> sizes;
  std::map<std::pair<std::string, std::string>, std::uint64_t> counts;
  std::vector<std::string> labels;
  for (const diff::Transition& one : set.transitions) {
    for (const std::string* name : {&one.old_label, &one.new_label}) {
      if (sizes.emplace(*name, 0).second) {
        labels.push_back(*name);
      }
      sizes[*name] += one.count;
    }
    counts[{one.old_label, one.new_label}] += one.count;
  }
  if (labels.empty()) {
    return {};
  }
  std::string sub = "rows by old and new prediction";
  if (labels.size() > kMaxMatrix) {
    std::sort(labels.begin(), labels.end(), [&](const std::string& a, const std::string& b) {
      return sizes[a] != sizes[b] ? sizes[a] > sizes[b] : a < b;
    });
    sub = fmt::format("the {} most frequent of {} labels", kMaxMatrix, labels.size());
    labels.resize(kMaxMatrix);
  }
  std::string body =
      R"(<div class="scroll"><table class="matrix"><tr><th scope="col">old \ new</th>)";
  for (const std::string& to : labels) {
    body += fmt::format(R"(<th scope="col">{}</th>)", escape_html(to));
  }
  body += "</tr>";
  for (const std::string& from : labels) {
    body += fmt::format(R"(<tr><th scope="row">{}</th>)", escape_html(from));
    for (const std::string& to : labels) {
      const std::uint64_t count = counts[{from, to}];
      const std::string_view style = from == to ? "same" : count > 0 ? "moved" : "";
      body += fmt::format(R"(<td class="{}">{}</td>)", style, format_count(count));
    }
    body += "</tr>";
  }
  return figure("Transitions", sub, body + "</table></div>");
}

std::string reliability_figure(const diff::PredictionReport& set) {
  if (set.calibration.empty()) {
    return {};
  }
  constexpr double kLeft = 30;
  constexpr double kSize = 260;
  const auto x = [&](double v) { return kLeft + v * kSize; };
  const auto y = [&](double v) { return 8 + (1 - v) * kSize; };
  std::string body;
  for (const double tick : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    body += line(x(0), y(tick), x(1), y(tick), "axis");
    body += label(kLeft - 6, y(tick) + 4, "end", fmt::format("{:g}", tick));
    body += label(x(tick), kSize + 24, "middle", fmt::format("{:g}", tick));
  }
  body += line(x(0), y(0), x(1), y(1), "diag");
  std::uint64_t largest = 1;
  for (const diff::CalibrationBin& bin : set.calibration) {
    largest = std::max({largest, bin.old_count, bin.new_count});
  }
  const auto side = [&](auto count, auto confidence, auto share, std::string_view name) {
    std::string path;
    std::string dots;
    for (const diff::CalibrationBin& bin : set.calibration) {
      if (count(bin) == 0) {
        continue;
      }
      path += fmt::format(
          "{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x(confidence(bin)), y(share(bin)));
      const double size = std::sqrt(static_cast<double>(count(bin)) / static_cast<double>(largest));
      dots += fmt::format(R"(<circle cx="{:.1f}" cy="{:.1f}" r="{:.1f}" class="{}-fill"/>)",
                          x(confidence(bin)),
                          y(share(bin)),
                          2.5 + 4.5 * size,
                          name);
    }
    return fmt::format(R"(<path d="{}" class="{}-line"/>)", path, name) + dots;
  };
  using Bin = diff::CalibrationBin;
  body += side([](const Bin& b) { return b.old_count; },
               [](const Bin& b) { return b.old_confidence; },
               [](const Bin& b) { return b.old_accuracy; },
               "o");
  body += side([](const Bin& b) { return b.new_count; },
               [](const Bin& b) { return b.new_confidence; },
               [](const Bin& b) { return b.new_accuracy; },
               "n");
  return figure("Calibration",
                "how often it happened, by predicted probability; the dashed line is perfect, "
                "dots grow with rows",
                svg(300, kSize + 30, "reliability curves", body) + legend(set));
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
  body += line(kWidth / 2, 4, kWidth / 2, kHeight, "diag");
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
  body += label(kWidth / 2, kHeight + 16, "middle", "0");
  body += label(kWidth, kHeight + 16, "end", short_number(histogram.edges.back()));
  std::string title = histogram.title;
  title[0] = title[0] == 'c' ? 'C' : title[0];
  return figure(title,
                fmt::format("rows by new - old; the tallest bar is {} (height: square root)",
                            plural(static_cast<std::uint64_t>(largest), "row")),
                svg(kWidth, kHeight + 20, histogram.title, body));
}

std::string density_figure(const diff::PredictionReport& set) {
  if (!set.density) {
    return {};
  }
  const diff::Density& density = *set.density;
  constexpr double kLeft = 34;
  constexpr double kSize = 260;
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
        const double shade = 0.35 + 0.65 * std::log1p(static_cast<double>(count)) / largest;
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
  body += label(kLeft + kSize / 2, kSize + 24, "middle", set.old_name);
  body += label(kLeft - 6, kSize + 8, "end", low);
  body += label(kLeft - 6, 17, "end", high);
  body += fmt::format(
      R"svg(<text transform="translate({:.0f} {:.0f}) rotate(-90)" text-anchor="middle">{}</text>)svg",
      kLeft - 12,
      8 + kSize / 2,
      escape_html(set.new_name));
  return figure("Old against new",
                fmt::format("{} of every row; above the line it rose", set.score_name),
                svg(300, kSize + 30, "density of old against new scores", body));
}

std::string slice_figure(const std::vector<diff::Slice>& slices,
                         const std::string& column,
                         const std::string& metric) {
  struct Bar {
    const diff::Slice* slice;
    const diff::Metric* metric;
  };
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
  if (bars.empty() || !(top > 0)) {
    return {};
  }
  const std::size_t shown = std::min(bars.size(), kMaxBars);
  constexpr double kLeft = 108;
  constexpr double kRight = 70;
  constexpr double kWidth = 360;
  const double span = kWidth - kLeft - kRight;
  std::string body;
  double y = 4;
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& [slice, one] = bars[i];
    const std::string value =
        slice->value.size() > 16 ? slice->value.substr(0, 15) + "~" : slice->value;
    body += label(kLeft - 8, y + 11, "end", value);
    body += label(kLeft - 8, y + 23, "end", fmt::format("n={}", format_count(slice->n)));
    body += rect(kLeft, y + 2, *one->old_value / top * span, 9, "o-fill");
    body += rect(kLeft, y + 13, *one->new_value / top * span, 9, "n-fill");
    if (one->ci) {
      const double base = *one->old_value;
      const auto x = [&](double v) { return kLeft + std::clamp(v / top, 0.0, 1.15) * span; };
      body += line(x(base + one->ci->low), y + 17.5, x(base + one->ci->high), y + 17.5, "zero");
    }
    const double end = std::max(*one->old_value, *one->new_value) / top * span;
    body += label(kLeft + end + 6, y + 10.5, "start", number_text(one->old_value));
    body += label(kLeft + end + 6,
                  y + 21.5,
                  "start",
                  number_text(one->new_value) + (slice->sufficient ? "" : " few"));
    y += 34;
  }
  std::string sub = metric_title(metric) + " of old (grey) and new (blue)";
  if (bars.size() > shown) {
    sub += fmt::format("; the first {} of {}", shown, bars.size());
  }
  return figure("By " + column, sub, svg(kWidth, y, "slices by " + column, body));
}

}  // namespace mlops::report
