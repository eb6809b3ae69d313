#include "report/html_columns.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "report/check_rules.h"
#include "report/html_page.h"
#include "report/html_svg.h"
#include "report/rules_table.h"

namespace mlops::report {
namespace {

using check::ColumnPicture;
using policy::Verdict;

constexpr double kPictureWidth = 300;
constexpr double kPictureHeight = 76;
constexpr double kPictureBase = 62;  ///< where the bars stand

constexpr std::string_view kColumnsStyle = R"css(
.columns{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,250px),1fr));gap:12px;margin-top:12px}
.columns figure{padding:11px 13px 9px;min-width:0;content-visibility:auto;contain-intrinsic-size:auto 150px}
.columns figcaption{overflow-wrap:anywhere;font-size:13.5px}.columns .pill{font-size:11.5px;padding:0 7px;margin-left:6px}
details{margin-top:12px}summary{cursor:pointer;color:var(--soft);font-size:14px}
)css";

/// Whether a rule is about a column: "sex", and "sex=F" of its groups.
bool is_about(const std::string& slice, const std::string& column) {
  return slice == column || (slice.starts_with(column) && slice.size() > column.size() &&
                             (slice[column.size()] == '=' || slice[column.size()] == ','));
}

struct Standing {
  int rank = severity_rank(Verdict::skipped);
  double drift = 0;  ///< as a share of what is allowed
};

Standing standing_of(const check::CheckReport& check, const std::string& column) {
  Standing standing;
  for (const check::Outcome& outcome : check.outcomes) {
    if (!is_about(outcome.rule.slice, column)) {
      continue;
    }
    standing.rank = std::min(standing.rank, severity_rank(shown_verdict(outcome.rule)));
    if (outcome.rule.metric.starts_with("drift")) {
      standing.drift = std::max(standing.drift, outcome.rule.figure.new_value.value_or(0));
    }
  }
  return standing;
}

double share(std::uint64_t part, std::uint64_t of) {
  return of == 0 ? 0 : static_cast<double>(part) / static_cast<double>(of);
}

std::string percent(std::uint64_t part, std::uint64_t of) {
  constexpr double kPercent = 100;
  return fmt::format("{:.3g} %", kPercent * share(part, of));
}

std::string time_text(double microseconds) {
  constexpr std::size_t kDay = 10;
  constexpr double kToNs = 1000;
  return format_time(static_cast<std::int64_t>(microseconds * kToNs)).substr(0, kDay);
}

/// One path for all bars of a side.
std::string bars(const ColumnPicture& picture, bool is_base, double most) {
  const std::uint64_t rows = is_base ? picture.rows.base : picture.rows.now;
  const double step = kPictureWidth / static_cast<double>(picture.bins.size());
  const double width = (step - 2) / (picture.has_base ? 2 : 1);
  const double from = is_base || !picture.has_base ? 1 : 1 + width;
  std::string path;
  for (std::size_t i = 0; i < picture.bins.size(); ++i) {
    const std::uint64_t count = is_base ? picture.bins[i].base : picture.bins[i].now;
    if (count == 0) {
      continue;
    }
    const double height = std::max(1.0, (kPictureBase - 2) * share(count, rows) / most);
    path += fmt::format("M{:.4g} {:g}v-{:.3g}h{:.3g}v{:.3g}z",
                        static_cast<double>(i) * step + from,
                        kPictureBase,
                        height,
                        width,
                        height);
  }
  return path.empty()
             ? path
             : fmt::format(R"(<path class="{}" d="{}"/>)", is_base ? "o-fill" : "n-fill", path);
}

std::string ends(const ColumnPicture& picture) {
  constexpr double kText = kPictureHeight - 2;
  constexpr std::size_t kLongestEnd = 14;
  if (picture.is_personal) {
    return {};
  }
  if (picture.kind == ColumnPicture::Kind::values) {
    std::string html;
    if (!picture.labels.empty() && !picture.labels.front().empty()) {
      html += label(0, kText, "start", picture.labels.front().substr(0, kLongestEnd));
    }
    return html + (picture.has_rest ? label(kPictureWidth, kText, "end", "others") : "");
  }
  const bool is_time = picture.kind == ColumnPicture::Kind::times;
  const auto text = [&](double value) { return is_time ? time_text(value) : short_number(value); };
  return label(0, kText, "start", text(picture.low)) +
         (picture.bins.size() > 1 ? label(kPictureWidth, kText, "end", text(picture.high)) : "");
}

}  // namespace

std::string_view columns_style() {
  return kColumnsStyle;
}

std::vector<const ColumnPicture*> worst_first(const check::CheckReport& check) {
  std::vector<std::pair<Standing, const ColumnPicture*>> all;
  for (const ColumnPicture& picture : check.pictures) {
    all.emplace_back(standing_of(check, picture.name), &picture);
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return a.first.rank != b.first.rank ? a.first.rank < b.first.rank
                                        : a.first.drift > b.first.drift;
  });
  std::vector<const ColumnPicture*> pictures;
  pictures.reserve(all.size());
  for (const auto& [standing, picture] : all) {
    pictures.push_back(picture);
  }
  return pictures;
}

std::string column_figure(const check::CheckReport& check, const ColumnPicture& picture) {
  constexpr std::size_t kLongestColumn = 60;
  constexpr std::size_t kMostPills = 3;
  std::string pills;
  std::size_t told = 0;
  for (const check::Outcome& outcome : check.outcomes) {
    const Verdict verdict = shown_verdict(outcome.rule);
    const bool is_quiet = verdict == Verdict::pass || verdict == Verdict::skipped;
    if (is_about(outcome.rule.slice, picture.name) && !is_quiet && ++told <= kMostPills) {
      pills += fmt::format(R"(<span class="pill {}">{}</span>)",
                           policy::to_string(verdict),
                           escape_html(outcome.rule.metric, 30));
    }
  }
  std::string sub = fmt::format("{} missing", percent(picture.missing.now, picture.rows.now));
  if (picture.has_base) {
    sub += fmt::format(", was {}", percent(picture.missing.base, picture.rows.base));
  } else if (check.baseline) {
    sub += ", new";
  }
  std::string body = R"(<p class="meta">too few values to draw</p>)";
  if (!picture.bins.empty()) {
    double most = 0;
    for (const stats::CellCounts& bin : picture.bins) {
      most = std::max({most, share(bin.base, picture.rows.base), share(bin.now, picture.rows.now)});
    }
    body = svg(kPictureWidth,
               kPictureHeight,
               "distribution",
               (picture.has_base ? bars(picture, true, most) : "") + bars(picture, false, most) +
                   line(0, kPictureBase, kPictureWidth, kPictureBase, "axis") + ends(picture));
  }
  return fmt::format(
      "<figure><figcaption>{}{}<span class=\"sub\">{}</span></figcaption>{}</figure>\n",
      escape_html(picture.name, kLongestColumn),
      pills,
      sub,
      body);
}

}  // namespace mlops::report
