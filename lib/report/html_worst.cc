#include "report/html_worst.h"

#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "report/html_page.h"
#include "report/number_text.h"

namespace mlops::report {
namespace {

std::string arrow(const std::string& before, const std::string& after) {
  return before == after ? after : before + " &rarr; " + after;
}

/// Columns of the worst rows: numbers have values, classes have a flip and perhaps scores, all else
/// has two answers.
struct WorstColumns {
  bool numbers = false;
  bool classes = false;
  bool label = false;
  bool scores = false;
  std::string_view badness;  ///< empty: none
};

WorstColumns worst_columns(const diff::PredictionReport& set) {
  WorstColumns columns;
  columns.numbers = set.set.task == policy::Task::regression;
  columns.classes = set.set.task == policy::Task::classification;
  columns.label = set.set.label.has_value() && set.set.task != policy::Task::ranking;
  columns.scores = columns.classes && set.worst.front().old_score.has_value();
  columns.badness = !columns.classes ? std::string_view(set.worst_by)
                    : columns.scores ? std::string_view("log loss grew by")
                                     : std::string_view();
  return columns;
}

/// Texts may be long: the JSON has all of them.
constexpr std::size_t kLongestAnswer = 300;

/// A number as JavaScript reads it.
std::string sort_value(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : number_text(value);
}

std::string worst_row(const diff::WorstRow& row, WorstColumns columns, std::string_view score) {
  std::string body = fmt::format(R"(<tr><th scope="row">{}</th>)", escape_html(row.key));
  if (columns.classes) {
    body += fmt::format(
        R"(<td data-l="label">{}</td><td data-l="prediction">{}</td><td class="corner bad">{}</td>)",
        escape_html(row.label),
        arrow(escape_html(row.old_prediction), escape_html(row.new_prediction)),
        row.negative_flip ? "right &rarr; wrong" : "");
  } else if (columns.numbers) {
    body += columns.label ? html_number_cell("label", escape_html(plain_cell(row.label))) : "";
    body += html_number_cell("old", escape_html(row.old_prediction)) +
            html_number_cell("new", escape_html(row.new_prediction));
  } else {
    body += columns.label
                ? "<td data-l=\"label\">" + escape_html(row.label, kLongestAnswer) + "</td>"
                : std::string();
    body += fmt::format(R"(<td data-l="old">{}</td><td data-l="new">{}</td>)",
                        escape_html(row.old_prediction, kLongestAnswer),
                        escape_html(row.new_prediction, kLongestAnswer));
  }
  if (columns.scores) {
    body += fmt::format(R"(<td class="num" data-l="{}" data-v="{}">{}</td>)",
                        score,
                        sort_value(row.new_score.value_or(0)),
                        arrow(score_text(row.old_score), score_text(row.new_score)));
  }
  if (!columns.badness.empty()) {
    body += fmt::format(R"(<td class="num" data-l="{}" data-v="{}">{}</td>)",
                        columns.badness,
                        sort_value(row.loss_change),
                        columns.classes || columns.numbers ? change_text(row.loss_change)
                                                           : number_text(row.loss_change));
  }
  for (const diff::ExtraCell& extra : row.extra) {
    body += "<td>" + escape_html(extra_text(extra, " \u2192 ")) + "</td>";
  }
  return body + "</tr>\n";
}

}  // namespace

std::string worst_section(const diff::PredictionReport& set) {
  if (set.worst.empty()) {
    return {};
  }
  const WorstColumns columns = worst_columns(set);
  const std::vector<std::string> key = policy::unit_key(set.set);
  const std::string score = escape_html(set.score_name.empty() ? "p(label)" : set.score_name);
  const std::string order =
      columns.scores    ? "first what was right and is wrong now, then by growth of the loss"
      : columns.classes ? "what was right and is wrong now"
                        : "the largest first: " + escape_html(set.worst_by);
  const std::string_view kind = columns.numbers ? R"( class="num")" : "";
  std::string heads = columns.label ? fmt::format("<th{}>label</th>", kind) : std::string();
  heads += columns.classes ? std::string("<th>prediction</th><th>flip</th>")
                           : fmt::format("<th{0}>old</th><th{0}>new</th>", kind);
  if (columns.scores) {
    heads += fmt::format(R"(<th class="num">{}</th>)", score);
  }
  if (!columns.badness.empty()) {
    heads += fmt::format(R"(<th class="num">{}</th>)", columns.badness);
  }
  for (const std::string& column : set.extra_columns) {
    heads += "<th>" + escape_html(column) + "</th>";
  }
  std::string body = fmt::format(
      R"(<h3>Worst {}s</h3><p class="meta">{}</p><div class="card scroll" tabindex="0"><table class="stack sortable"><thead><tr><th>{}</th>{}</tr></thead><tbody>)",
      policy::unit_noun(set.set),
      order,
      escape_html(key.empty() ? "row" : join(key, ", ")),
      heads);
  for (const diff::WorstRow& row : set.worst) {
    body += worst_row(row, columns, score);
  }
  return body + "</tbody></table></div>";
}

}  // namespace mlops::report
