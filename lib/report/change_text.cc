#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "report/change_tables.h"
#include "report/diff_report.h"
#include "report/layout.h"

namespace mlops::report {
namespace {

/// Of each part; the page of a terminal is short, and --format json has all.
constexpr std::size_t kMostRows = 12;
constexpr std::size_t kTitleWidth = 9;
constexpr std::string_view kIndent = "  ";

std::string title_line(const ChangeTable& table, const TextStyle& style) {
  const std::string title = pad(table.title, kTitleWidth);
  return (style.color == TextStyle::Color::yes ? "\x1b[1m" + title + "\x1b[0m" : title) +
         table.summary + '\n';
}

std::string rows_text(const ChangeTable& table, const TextStyle& style) {
  std::string text;
  TextTable rows({});
  if (!table.heads.empty()) {
    rows.add(table.heads);
  }
  for (const std::vector<std::string>& row : table.rows) {
    rows.add(row);
  }
  for (std::size_t column = 0; column < table.heads.size(); ++column) {
    if (table.heads[column] == "old" || table.heads[column] == "new") {
      rows.align(column, TextTable::Numbers::by_point);
    }
  }
  const std::size_t width = style.width > kIndent.size() ? style.width - kIndent.size() : 0;
  for (const std::string& line : rows.lines(width)) {
    text.append(kIndent).append(width == 0 ? line : cut(line, width)).append("\n");
  }
  return text;
}

}  // namespace

std::string change_as_text(const pipeline::VersionChange& change, const TextStyle& style) {
  std::string text;
  for (const ChangeTable& table : change_tables(change, kMostRows)) {
    if (!table.title.empty()) {
      text += title_line(table, style);
    }
    text += rows_text(table, style);
    if (table.left_out > 0) {
      text += fmt::format(
          "{}and {} more: --format json has all\n", kIndent, format_count(table.left_out));
    }
  }
  for (const std::string& problem : change.problems) {
    for (const std::string& line : wrap(escape_for_terminal("note: " + problem), style.width)) {
      text += line + '\n';
    }
  }
  return text;
}

}  // namespace mlops::report
