#include "report/slices_text.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "report/layout.h"
#include "report/number_text.h"

namespace mlops::report {
namespace {

constexpr std::size_t kSlicesShown = 40;
constexpr std::size_t kFoundShown = 20;

std::string share_text(std::uint64_t part, std::uint64_t whole) {
  return number_text(static_cast<double>(part) / static_cast<double>(whole));
}

std::string rest_line(std::size_t rest) {
  return fmt::format("  and {} more: --format json has all", format_count(rest));
}

}  // namespace

std::string search_sentence(const diff::SliceSearch& search) {
  std::string text = fmt::format(
      "slices that got worse: {} of {} tested (at least {} rows, of {}; {} of all rows {})",
      search.found.empty() ? "none" : format_count(search.found.size()),
      format_count(search.tested),
      search.min_rows,
      join(search.columns, ", "),
      search.what,
      search.n == 0 ? "undefined" : share_text(search.worse, search.n));
  if (!search.left_out.empty()) {
    text += "; too many values: " + join(search.left_out, ", ");
  }
  return text;
}

std::vector<std::string> slices_table(const diff::PredictionReport& set,
                                      const std::string& column,
                                      std::size_t width) {
  TextTable table({10, 6, 8, 8, 9});
  std::size_t rows = 0;
  for (const diff::Slice& slice : set.slices) {
    const bool is_shown = slice.column == column && !slice.metrics.empty();
    if (!is_shown || ++rows > kSlicesShown) {
      continue;
    }
    const diff::Metric& metric = slice.metrics.front();
    if (rows == 1) {
      table.add({metric_title(metric.name) + " by " + column,
                 "n",
                 "old",
                 "new",
                 "change",
                 confidence_text(set.alpha) + " CI"});
    }
    table.add({slice.value,
               format_count(slice.n) + (slice.sufficient ? "" : ", too few"),
               number_text(metric.old_value),
               number_text(metric.new_value),
               change_text(metric.change),
               metric.change ? interval_text(metric.ci) : range_text(metric.ci)});
  }
  for (const std::size_t number : {2U, 3U, 4U}) {
    table.align(number, TextTable::Numbers::by_end);
  }
  std::vector<std::string> lines = rows == 0 ? std::vector<std::string>() : table.lines(width);
  if (rows > kSlicesShown) {
    lines.push_back(rest_line(rows - kSlicesShown));
  }
  return lines;
}

std::vector<std::string> found_slices_table(const diff::PredictionReport& set, std::size_t width) {
  if (!set.search || set.search->found.empty()) {
    return {};
  }
  const std::vector<diff::FoundSlice>& found = set.search->found;
  TextTable table({10, 12, 8});
  table.add({"slice", "worse", "rate", confidence_text(set.alpha) + " CI", "p, Holm"});
  for (std::size_t i = 0; i < found.size() && i < kFoundShown; ++i) {
    table.add({found[i].columns + "=" + found[i].value,
               fmt::format("{} of {}", format_count(found[i].worse), format_count(found[i].n)),
               share_text(found[i].worse, found[i].n),
               range_text(found[i].interval),
               p_value_cell(found[i].p_adjusted)});
  }
  std::vector<std::string> lines = table.lines(width);
  if (found.size() > kFoundShown) {
    lines.push_back(rest_line(found.size() - kFoundShown));
  }
  return lines;
}

}  // namespace mlops::report
