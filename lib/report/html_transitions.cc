#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/units.h"
#include "report/html_charts.h"
#include "report/html_page.h"
#include "report/html_svg.h"

namespace mlops::report {
namespace {

/// More labels than this, and a matrix is mostly zeros: then the changes are listed.
constexpr std::size_t kMaxMatrix = 8;
constexpr std::size_t kMaxListed = 12;
constexpr std::size_t kLongestLabel = 60;

using Labels = std::vector<std::string>;

Labels labels_of(const std::vector<diff::Transition>& transitions) {
  Labels labels;
  for (const diff::Transition& one : transitions) {
    for (const std::string* name : {&one.old_label, &one.new_label}) {
      if (std::find(labels.begin(), labels.end(), *name) == labels.end()) {
        labels.push_back(*name);
      }
    }
  }
  return labels;
}

std::string matrix(const std::vector<diff::Transition>& transitions, const Labels& labels) {
  std::map<std::pair<std::string, std::string>, std::uint64_t> counts;
  for (const diff::Transition& one : transitions) {
    counts[{one.old_label, one.new_label}] += one.count;
  }
  std::string body =
      R"(<div class="scroll"><table class="matrix"><tr><th scope="col">old \ new</th>)";
  for (const std::string& to : labels) {
    body += fmt::format(R"(<th scope="col">{}</th>)", escape_html(to, kLongestLabel));
  }
  body += "</tr>";
  for (const std::string& from : labels) {
    body += fmt::format(R"(<tr><th scope="row">{}</th>)", escape_html(from, kLongestLabel));
    for (const std::string& to : labels) {
      const std::uint64_t count = counts[{from, to}];
      const std::string_view style = from == to ? "same" : count > 0 ? "moved" : "soft";
      body += fmt::format(R"(<td class="{}">{}</td>)", style, format_count(count));
    }
    body += "</tr>";
  }
  return body + "</table></div>";
}

std::string list_row(const diff::Transition& one, std::uint64_t largest) {
  return fmt::format(
      R"(<tr><th scope="row">{} &rarr; {}</th><td class="pair"><i class="n" style="width:{:.1f}%"></i></td><td class="num">{}</td></tr>)",
      escape_html(one.old_label, kLongestLabel),
      escape_html(one.new_label, kLongestLabel),
      100 * static_cast<double>(one.count) / static_cast<double>(largest),
      format_count(one.count));
}

}  // namespace

std::string transition_figure(const diff::PredictionReport& set) {
  const Labels labels = labels_of(set.transitions);
  if (labels.empty()) {
    return {};
  }
  if (labels.size() <= kMaxMatrix) {
    return figure("Transitions",
                  "rows by old and new prediction",
                  matrix(set.transitions, labels),
                  labels.size() > 3 ? Width::wide : Width::column);
  }
  std::vector<diff::Transition> moved;
  std::copy_if(set.transitions.begin(),
               set.transitions.end(),
               std::back_inserter(moved),
               [](const diff::Transition& one) { return one.old_label != one.new_label; });
  std::stable_sort(
      moved.begin(), moved.end(), [](const auto& a, const auto& b) { return a.count > b.count; });
  const std::size_t shown = std::min(moved.size(), kMaxListed);
  std::string body;
  for (std::size_t i = 0; i < shown; ++i) {
    body += list_row(moved[i], moved.front().count);
  }
  std::string sub = fmt::format("rows whose prediction changed, of {} labels", labels.size());
  if (moved.size() > shown) {
    sub += fmt::format("; the {} most frequent of {} changes", shown, moved.size());
  }
  return moved.empty()
             ? std::string()
             : figure(
                   "Transitions", sub, R"(<table class="bars">)" + body + "</table>", Width::wide);
}

}  // namespace mlops::report
