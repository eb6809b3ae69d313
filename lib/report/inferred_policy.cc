#include "report/inferred_policy.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "config/toml.h"

namespace mlops::report {
namespace {

using check::SeenColumn;
using policy::ColumnType;

/// Comments end with their line, whatever the table calls its columns.
std::string comment(const std::string& text) {
  return escape_for_terminal(text);
}

/// Outwards to two digits, by a tenth of the range; what is not below 0 stays so.
double widened(double end, double other) {
  constexpr double kPart = 10;
  const double range = std::abs(end - other);
  const double step = range > 0 ? range / kPart : std::max(1.0, std::abs(end)) / kPart;
  const double unit = std::pow(10.0, std::floor(std::log10(step)));
  const bool is_low = end < other;
  const double wide =
      is_low ? std::floor((end - step) / unit) * unit : std::ceil((end + step) / unit) * unit;
  return is_low && end >= 0 ? std::max(0.0, wide) : wide;
}

std::string number_of(double value, std::optional<ColumnType> type) {
  constexpr double kMostWhole = 9e15;
  if (type == ColumnType::integer && std::abs(value) < kMostWhole) {
    return fmt::format("{}", static_cast<std::int64_t>(std::llround(value)));
  }
  const std::string text = fmt::format("{}", value);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

/// The share of the rows, upwards to two digits, half as much again.
std::string share_above(std::uint64_t part, std::uint64_t of) {
  constexpr double kPercent = 100;
  const double share = 1.5 * static_cast<double>(part) / static_cast<double>(of);
  return fmt::format("{:g}", std::min(1.0, std::ceil(share * kPercent) / kPercent));
}

class Writer {
 public:
  Writer(const check::SeenTable& seen, const std::string& name) : seen_(seen), name_(name) {}

  std::string write(PolicyPart part);

 private:
  void line(const std::string& text) { text_ += text + "\n"; }
  void key(const std::string& key, const std::string& value, const std::string& said = {}) {
    const std::string pair = fmt::format("{} = {}", key, value);
    line(said.empty() ? pair : fmt::format("{:<40} # {}", pair, comment(said)));
  }
  void head(PolicyPart part);
  void column(const SeenColumn& seen);
  void column_range(const SeenColumn& seen);
  void column_set(const SeenColumn& seen);
  void rules();
  void personal();

  const check::SeenTable& seen_;
  const std::string& name_;
  std::string text_;
};

void Writer::head(PolicyPart part) {
  line(fmt::format("# Written from {}: {}, {}, all of them read.",
                   comment(quote(seen_.table.name)),
                   plural(seen_.table.rows, "row"),
                   plural(seen_.table.columns, "column")));
  line("# A first policy: it says what was seen there, not what is right. Look at each limit.");
  if (part == PolicyPart::whole) {
    line("schema = 1");
  }
  line(fmt::format("\n[check.{}]", name_));
  key("table", config::toml_string(seen_.table.name));
  for (const SeenColumn& seen : seen_.columns) {
    if (seen.is_unique) {
      line(fmt::format("# key = [{}]{:<24} # no two rows have the same, none lacks it",
                       comment(config::toml_string(seen.name)),
                       ""));
    }
  }
}

void Writer::column_range(const SeenColumn& seen) {
  if (seen.personal.any()) {
    return;  // the first and the last are somebody's
  }
  if (seen.type == ColumnType::date || seen.type == ColumnType::timestamp) {
    key("min", config::toml_string(seen.first_time), "the first");
    line(fmt::format("# max = {:<32} # the last", comment(config::toml_string(seen.last_time))));
    return;
  }
  const bool is_number = seen.type == ColumnType::integer || seen.type == ColumnType::real;
  if (!is_number || !seen.min || seen.infinities > 0 || !seen.set.empty()) {
    return;
  }
  const double low = *seen.min == *seen.max ? *seen.min : widened(*seen.min, *seen.max);
  const double high = widened(*seen.max, *seen.min);
  key("min", number_of(low, seen.type), "seen: " + number_of(*seen.min, seen.type));
  key("max", number_of(high, seen.type), "seen: " + number_of(*seen.max, seen.type));
}

void Writer::column_set(const SeenColumn& seen) {
  if (!seen.set.empty()) {
    std::vector<std::string> values;
    for (const std::string& value : seen.set) {
      values.push_back(config::toml_string(value));
    }
    key("values", "[" + join(values, ", ") + "]");
  } else if (seen.type == ColumnType::text && seen.personal.none()) {
    key("max_length",
        fmt::format("{}", 2 * std::max<std::uint64_t>(1, seen.longest)),
        fmt::format("seen: {}..{} characters", seen.shortest, seen.longest));
  }
}

void Writer::column(const SeenColumn& seen) {
  line(fmt::format("\n[[check.{}.column]]", name_));
  key("name", config::toml_string(seen.name));
  if (seen.type) {
    key("type", config::toml_string(to_string(*seen.type)));
  } else {
    line("# no value: nothing is known of its type");
  }
  key("required", "true");
  const std::uint64_t rows = std::max<std::uint64_t>(1, seen_.table.rows);
  const std::uint64_t most = std::max({seen.nulls, seen.nans, seen.infinities});
  key("nullable",
      most == 0 ? "0.0" : share_above(most, rows),
      fmt::format("seen: {} null, {} NaN, {} infinite",
                  format_count(seen.nulls),
                  format_count(seen.nans),
                  format_count(seen.infinities)));
  if (seen.spelled_nulls > 0) {
    line(fmt::format("# {} spell null as text (NA, none, -, ?): they are values here",
                     plural(seen.spelled_nulls, "value")));
  }
  column_range(seen);
  column_set(seen);
  if (seen.is_unique) {
    key("unique", "true");
  }
}

void Writer::personal() {
  std::vector<std::string> columns;
  std::vector<std::string> said;
  for (const SeenColumn& seen : seen_.columns) {
    if (seen.personal.none()) {
      continue;
    }
    columns.push_back(config::toml_string(seen.name));
    std::vector<std::string> kinds;
    for (std::size_t kind = 0; kind < seen.personal.size(); ++kind) {
      if (seen.personal.test(kind)) {
        kinds.push_back(fmt::format("{} ({} of {})",
                                    to_string(static_cast<policy::PiiKind>(kind)),
                                    format_count(seen.personal_values[kind]),
                                    plural(seen.values, "value")));
      }
    }
    said.push_back(fmt::format("{}: {}", quote(seen.name), join(kinds, ", ")));
  }
  line(fmt::format("\n[[check.{}.rule]]", name_));
  key("kind", "\"pii\"");
  if (columns.empty()) {
    return;
  }
  for (const std::string& one : said) {
    line("# looks personal: " + comment(one));
  }
  line("# allow_columns = [" + comment(join(columns, ", ")) + "]");
  key("severity", "\"warn\"", "write fail, and allow what may be there");
}

void Writer::rules() {
  line(fmt::format("\n[[check.{}.rule]]", name_));
  key("kind", "\"rows\"");
  key("min",
      fmt::format("{}", seen_.table.rows / 2),
      fmt::format("seen: {}", format_count(seen_.table.rows)));
  line(fmt::format("\n[[check.{}.rule]]", name_));
  key("kind", "\"duplicates\"");
  key("max",
      seen_.repeated_rows == 0
          ? "0.0"
          : share_above(seen_.repeated_rows, std::max<std::uint64_t>(1, seen_.table.rows)),
      fmt::format("seen: {} that repeat an earlier one", plural(seen_.repeated_rows, "row")));
  personal();
  line("\n# With baseline = \"REV:path\" in the check: kind = \"drift\", max = 0.2");
  line(
      "# With label = \"y\": kind = \"conflicts\", \"imbalance\", \"target_leakage\", "
      "\"new_labels\"");
  line("# With another table: kind = \"leakage\", against = \"valid.csv\"");
}

std::string Writer::write(PolicyPart part) {
  head(part);
  for (const SeenColumn& seen : seen_.columns) {
    column(seen);
  }
  rules();
  return std::move(text_);
}

}  // namespace

std::string inferred_policy(const check::SeenTable& seen,
                            const std::string& name,
                            PolicyPart part) {
  return Writer(seen, name).write(part);
}

std::string check_name_of(const std::string& table) {
  constexpr std::size_t kLongest = 30;
  const std::size_t slash = table.find_last_of("/:");
  const std::string leaf = to_lower_ascii(table.substr(slash == std::string::npos ? 0 : slash + 1));
  std::string name;
  for (const char c : leaf.substr(0, leaf.find('.'))) {
    const bool is_kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (is_kept) {
      name += c;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  name = name.substr(0, kLongest);
  while (name.ends_with('-')) {
    name.pop_back();
  }
  return name.empty() ? "data" : name;
}

}  // namespace mlops::report
