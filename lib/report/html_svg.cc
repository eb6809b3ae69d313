#include "report/html_svg.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "report/html_page.h"

namespace mlops::report {
namespace {

constexpr std::string_view kLegend =
    R"(<div class="legend"><span><i class="o"></i>{}</span><span><i class="n"></i>{}</span></div>)";

}  // namespace

std::string figure(std::string_view title,
                   std::string_view sub,
                   const std::string& body,
                   Width width) {
  return fmt::format(
      R"(<figure{}><figcaption>{}<span class="sub">{}</span></figcaption>{}</figure>)",
      width == Width::wide ? R"( class="wide")" : "",
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

std::string short_count(std::uint64_t count) {
  const auto value = static_cast<double>(count);
  return count < 10'000        ? std::to_string(count)
         : count < 1'000'000   ? fmt::format("{:.0f}k", value / 1e3)
         : count < 999'500'000 ? fmt::format("{:.0f}M", value / 1e6)
                               : fmt::format("{:.1e}", value);
}

std::string short_number(double value) {
  constexpr std::array<std::pair<double, std::string_view>, 4> kUnits{
      {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e4, "k"}}};
  const double size = std::abs(value);
  if (size >= 10 && size < 1e4) {
    return fmt::format("{:.0f}", value);
  }
  for (const auto& [least, unit] : kUnits) {
    if (size >= least && size < 1e15) {
      return fmt::format("{:.3g}{}", value / (unit == "k" ? 1e3 : least), unit);
    }
  }
  return fmt::format("{:.3g}", value);
}

}  // namespace mlops::report
