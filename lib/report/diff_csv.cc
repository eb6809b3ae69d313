#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "report/diff_report.h"

namespace mlops::report {
namespace {

using diff::ChangedRow;

constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);

std::string_view kind_of(ChangedRow::Kind kind) {
  switch (kind) {
    case ChangedRow::Kind::changed:
      return "changed";
    case ChangedRow::Kind::negative_flip:
      return "negative_flip";
    case ChangedRow::Kind::positive_flip:
      return "positive_flip";
    case ChangedRow::Kind::only_old:
      return "only_old";
    case ChangedRow::Kind::only_new:
      break;
  }
  return "only_new";
}

/// A decimal number as spreadsheets read it: "-1.5e3".
bool is_number(std::string_view text) {
  const auto digits = [&](std::size_t& at) {
    const std::size_t from = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
      ++at;
    }
    return at > from;
  };
  std::size_t at = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  const bool whole = digits(at);
  bool part = false;
  if (at < text.size() && text[at] == '.') {
    part = digits(++at);
  }
  if (!whole && !part) {
    return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    at += at < text.size() && (text[at] == '-' || text[at] == '+') ? 1U : 0U;
    return digits(at) && at == text.size();
  }
  return at == text.size();
}

/// A spreadsheet runs what begins as a formula: such a text gets a quote before it, numbers stay.
std::string cell_of(std::string_view text) {
  constexpr std::string_view kFormula = "=+-@\t\r";
  std::string cell(text);
  if (!text.empty() && kFormula.find(text.front()) != std::string_view::npos && !is_number(text)) {
    cell.insert(cell.begin(), '\'');
  }
  const bool quoted = cell.find_first_of(",\"\r\n") != std::string::npos || cell.starts_with(' ') ||
                      cell.ends_with(' ');
  if (!quoted) {
    return cell;
  }
  std::string escaped = "\"";
  for (const char c : cell) {
    escaped += c;
    if (c == '"') {
      escaped += c;
    }
  }
  return escaped + "\"";
}

std::string number_of(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? fmt::format("{}", *value) : std::string();
}

std::vector<std::string> key_names(const diff::PredictionReport& set) {
  const std::vector<std::string> key = policy::unit_key(set.set);
  return key.empty() ? std::vector<std::string>{"row"} : key;
}

/// Names of the key columns of all sets, in the order in which they come up.
std::vector<std::string> key_columns(const diff::Report& report) {
  std::vector<std::string> columns;
  for (const diff::PredictionReport& set : report.predictions) {
    for (const std::string& key : key_names(set)) {
      if (std::find(columns.begin(), columns.end(), key) == columns.end()) {
        columns.push_back(key);
      }
    }
  }
  return columns;
}

/// Of all sets, each once.
std::vector<std::string> extra_columns(const diff::Report& report) {
  std::vector<std::string> columns;
  for (const diff::PredictionReport& set : report.predictions) {
    for (const std::string& column : set.extra_columns) {
      if (std::find(columns.begin(), columns.end(), column) == columns.end()) {
        columns.push_back(column);
      }
    }
  }
  return columns;
}

/// Where each of all columns stands among a set's own.
std::vector<std::size_t> places_in(const std::vector<std::string>& own,
                                   const std::vector<std::string>& all) {
  std::vector<std::size_t> places(all.size(), kAbsent);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto found = std::find(own.begin(), own.end(), all[i]);
    places[i] = found == own.end() ? kAbsent : static_cast<std::size_t>(found - own.begin());
  }
  return places;
}

const std::vector<std::string> kOurs{"set", "change"};
const std::vector<std::string> kValues{
    "label", "old_prediction", "new_prediction", "old_score", "new_score"};

/// A key column that is called like one of ours is told apart.
std::string key_title(const std::string& key) {
  const bool taken = std::find(kOurs.begin(), kOurs.end(), key) != kOurs.end() ||
                     std::find(kValues.begin(), kValues.end(), key) != kValues.end();
  return taken ? "key_" + key : key;
}

class Csv {
 public:
  void line(const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      out_ += (i == 0 ? "" : ",") + cell_of(cells[i]);
    }
    out_ += '\n';
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

std::vector<std::string> head_of(const std::vector<std::string>& keys,
                                 const std::vector<std::string>& extra,
                                 Values values) {
  std::vector<std::string> head = kOurs;
  std::transform(keys.begin(), keys.end(), std::back_inserter(head), key_title);
  if (values == Values::shown) {
    head.insert(head.end(), kValues.begin(), kValues.end());
    for (const std::string& column : extra) {
      head.push_back("old_" + column);
      head.push_back("new_" + column);
    }
  }
  return head;
}

void add_values(std::vector<std::string>& cells,
                const ChangedRow& row,
                const std::vector<std::size_t>& extra_places) {
  cells.insert(cells.end(), {row.label, row.old_prediction, row.new_prediction});
  cells.push_back(number_of(row.old_score));
  cells.push_back(number_of(row.new_score));
  for (const std::size_t from : extra_places) {
    const diff::ExtraCell extra = from == kAbsent ? diff::ExtraCell() : row.extra[from];
    cells.push_back(extra.old_text);
    cells.push_back(extra.new_text);
  }
}

}  // namespace

std::string diff_as_csv(const diff::Report& report, Values values) {
  const std::vector<std::string> keys = key_columns(report);
  const std::vector<std::string> extra = extra_columns(report);
  Csv csv;
  csv.line(head_of(keys, extra, values));
  for (const diff::PredictionReport& set : report.predictions) {
    const std::vector<std::size_t> place = places_in(key_names(set), keys);
    const std::vector<std::size_t> extra_place = places_in(set.extra_columns, extra);
    for (const ChangedRow& row : set.changed_rows) {
      std::vector<std::string> cells{set.set.name, std::string(kind_of(row.kind))};
      for (const std::size_t from : place) {
        cells.push_back(from == kAbsent ? std::string() : row.key[from]);
      }
      if (values == Values::shown) {
        add_values(cells, row, extra_place);
      }
      csv.line(cells);
    }
  }
  return csv.take();
}

}  // namespace mlops::report
