#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "report/banner.h"
#include "report/elements_report.h"
#include "report/layout.h"
#include "report/number_text.h"
#include "report/rules_table.h"

namespace mlops::report {
namespace {

using policy::Verdict;

std::string cell_text(const std::string& text) {
  return text.empty() ? "(none)" : text;
}

class ElementsText {
 public:
  ElementsText(const diff::ElementReport& report, const TextStyle& style)
      : report_(report), style_(style) {}

  std::string run() {
    head();
    columns();
    worst();
    rules();
    for (const std::string& finding : report_.findings) {
      wrapped_line("note: " + finding);
    }
    return std::move(out_);
  }

 private:
  void wrapped_line(const std::string& text) {
    for (const std::string& part : wrap(escape_for_terminal(text), style_.width)) {
      out_ += part + '\n';
    }
  }
  void table(const TextTable& table) {
    for (const std::string& text : table.lines(style_.width)) {
      out_ += text + '\n';
    }
  }
  void head();
  void columns();
  void worst();
  void rules();

  const diff::ElementReport& report_;
  const TextStyle& style_;
  std::string out_;
};

void ElementsText::head() {
  const std::string keys = report_.key.empty() ? "row order" : join(report_.key, ", ");
  const std::string cells =
      format_count(report_.matched * std::max<std::uint64_t>(1, report_.columns.size()));
  out_ += banner(report_.verdict,
                 fmt::format("{} -> {}   {} aligned by {} ({} only old, {} only new)",
                             report_.old_name,
                             report_.new_name,
                             plural(report_.matched, "row"),
                             keys,
                             format_count(report_.only_old),
                             format_count(report_.only_new)),
                 "",
                 style_);
  wrapped_line(fmt::format("changed: {} of {}, {} of {}",
                           format_count(report_.changed_rows),
                           plural(report_.matched, "row"),
                           format_count(report_.changed_cells),
                           cells + " cells"));
}

/// Columns that stayed as they were are one line.
void ElementsText::columns() {
  TextTable rows({10, 8, 8});
  rows.add({"column", "changed", "to null", "type", "max |diff|", "mean |diff|"});
  for (const std::size_t number : {1U, 2U, 3U}) {
    rows.align(number, TextTable::Numbers::by_end);
  }
  std::vector<std::string> same;
  for (const diff::ElementColumn& column : report_.columns) {
    if (column.changed == 0) {
      same.push_back(column.name);
      continue;
    }
    rows.add({column.name,
              format_count(column.changed),
              format_count(column.became_null),
              format_count(column.type_changes),
              number_text(column.max_difference),
              number_text(column.mean_difference)});
  }
  if (same.size() < report_.columns.size()) {
    table(rows);
  }
  if (!same.empty()) {
    wrapped_line("unchanged: " + join(same, ", "));
  }
}

void ElementsText::worst() {
  TextTable rows({10, 8, 8});
  const std::string key = report_.key.empty() ? "row" : join(report_.key, ", ");
  rows.add({"worst cells", key, "old", "new"});
  bool any = false;
  for (const diff::ElementColumn& column : report_.columns) {
    for (const diff::ElementChange& change : column.worst) {
      rows.add({column.name, change.key, cell_text(change.old_text), cell_text(change.new_text)});
      any = true;
    }
  }
  if (any) {
    table(rows);
  }
}

void ElementsText::rules() {
  std::vector<std::string> kept;
  for (const diff::RuleResult& rule : report_.rules) {
    if (rule.verdict == Verdict::pass) {
      kept.push_back(rule.name);
    } else {
      wrapped_line(fmt::format("{} {}: {}",
                               verdict_word(rule.verdict),
                               rule.name,
                               rule.reason.empty() ? rule.detail : rule.reason));
    }
  }
  if (!kept.empty()) {
    wrapped_line("built-in rules pass: " + join(kept, ", "));
  }
}

}  // namespace

std::string elements_as_text(const diff::ElementReport& report, const TextStyle& style) {
  return ElementsText(report, style).run();
}

}  // namespace mlops::report
