#include "report/html_change.h"

#include <algorithm>

#include <fmt/format.h>

#include "report/change_tables.h"
#include "report/html_page.h"

namespace mlops::report {
namespace {

/// Of each part; the page stays small whatever changed.
constexpr std::size_t kMostRows = 200;

/// Figures and sizes stand to the right: all columns after the name, where there are headings.
bool is_number_column(const ChangeTable& table, std::size_t column) {
  const auto name = std::find_if(table.heads.begin(), table.heads.end(), [](const auto& head) {
    return head == "name" || head == "path";
  });
  return name != table.heads.end() && column > static_cast<std::size_t>(name - table.heads.begin());
}

std::string_view attributes_of(const ChangeTable& table, std::size_t column) {
  if (is_number_column(table, column)) {
    return R"( class="num")";
  }
  // What has no heading is a mark before the name: a letter, a commit.
  const bool is_mark = column == 0 && (table.heads.empty() || table.heads[0].empty());
  return is_mark ? R"( class="mark")" : "";
}

std::string rows_of(const ChangeTable& table) {
  std::string body;
  for (const std::vector<std::string>& row : table.rows) {
    body += "<tr>";
    for (std::size_t column = 0; column < row.size(); ++column) {
      const std::string head = column < table.heads.size() ? table.heads[column] : "";
      body += fmt::format(R"(<td{} data-l="{}">{}</td>)",
                          attributes_of(table, column),
                          escape_html(head),
                          escape_html(row[column]));
    }
    body += "</tr>\n";
  }
  return body;
}

std::string heads_of(const ChangeTable& table) {
  if (table.heads.empty()) {
    return "";
  }
  std::string heads;
  for (std::size_t column = 0; column < table.heads.size(); ++column) {
    heads += fmt::format(R"(<th{}>{}</th>)",
                         is_number_column(table, column) ? R"( class="num")" : "",
                         escape_html(table.heads[column]));
  }
  return "<thead><tr>" + heads + "</tr></thead>";
}

}  // namespace

std::string change_section(const pipeline::VersionChange& change) {
  std::string body;
  for (const ChangeTable& table : change_tables(change, kMostRows)) {
    if (!table.title.empty()) {
      body += "<h3>" + escape_html(table.title) + "</h3>";
    }
    body += R"(<p class="meta">)" + escape_html(table.summary) + "</p>";
    if (!table.rows.empty()) {
      body += fmt::format(
          R"(<div class="card scroll"><table class="stack">{}<tbody>{}</tbody></table></div>)",
          heads_of(table),
          rows_of(table));
    }
    if (table.left_out > 0) {
      body += fmt::format(R"(<p class="meta">{} more are in the JSON</p>)", table.left_out);
    }
  }
  for (const std::string& problem : change.problems) {
    body += R"(<p class="meta">)" + escape_html(problem, 1000) + "</p>";
  }
  return body.empty() ? body
                      : R"(<section class="set"><div class="sethead"><h2>What changed</h2></div>)" +
                            body + "</section>\n";
}

}  // namespace mlops::report
