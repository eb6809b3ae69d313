#include "policy/safeguards.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "policy/bounded.h"
#include "policy/check_rules.h"
#include "policy/expression.h"

namespace mlops::policy {
namespace {

const std::vector<std::string> kDecide{"point", "sure", "noninferior"};
const std::vector<std::string> kCorrection{"holm", "bh", "none"};
const std::vector<std::string> kDuplicates{"error", "occurrence", "drop"};
const std::vector<std::string> kOnInsufficient{"fail", "warn", "pass"};
const std::vector<std::string> kModes{"sum", "either", "symmetric", "ulp"};
const std::vector<std::string> kSeverities{"warn", "fail"};
constexpr double kMaxUlp = 1e6;

/// The enumerator at the choice's place: the lists above stand in the order of their enums.
template <typename Enum>
void read_choice(const config::Table& table,
                 std::string_view key,
                 const std::vector<std::string>& choices,
                 Enum& out) {
  if (const auto text = table.find_choice(key, choices)) {
    out = static_cast<Enum>(std::find(choices.begin(), choices.end(), *text) - choices.begin());
  }
}

void check_ulp(const config::Table& table, double atol) {
  if (atol != std::floor(atol) || atol > kMaxUlp) {
    table.fail(
        fmt::format("'atol' counts units in the last place: a whole number up to {:g}", kMaxUlp));
  }
}

void read_tolerance(const config::Table& table, DiffDefaults& diff) {
  read_choice(table, "mode", kModes, diff.tolerance.mode);
  const auto rtol = find_at_least(table, "rtol", 0);
  const auto atol = find_at_least(table, "atol", 0);
  const bool ulp = diff.tolerance.mode == ToleranceMode::ulp;
  if (ulp && !atol) {
    table.fail("mode 'ulp' needs 'atol', the number of units in the last place", "write atol = 4");
  }
  if (ulp && rtol) {
    table.fail("mode 'ulp' has no 'rtol'");
  }
  diff.tolerance.rtol = rtol.value_or(diff.tolerance.rtol);
  diff.tolerance.atol = atol.value_or(diff.tolerance.atol);
  if (ulp) {
    check_ulp(table, diff.tolerance.atol);
  }
  if (const auto columns = table.find_table("columns")) {
    for (const std::string& name : columns->keys()) {
      const config::Table column = columns->require(name).as_table();
      const ColumnTolerance own{find_at_least(column, "rtol", 0), find_at_least(column, "atol", 0)};
      column.finish();
      if (ulp && own.rtol) {
        column.fail("mode 'ulp' has no 'rtol'");
      }
      if (ulp && own.atol) {
        check_ulp(column, *own.atol);
      }
      diff.column_tolerance.emplace(name, own);
    }
  }
  table.finish();
}

Limit read_limit(const config::Table& table) {
  Limit limit;
  limit.max = find_at_least(table, "max", 0);
  limit.min = find_at_least(table, "min", 0);
  limit.max_drop = find_at_least(table, "max_drop", 0);
  limit.max_rise = find_at_least(table, "max_rise", 0);
  limit.max_drop_rel = find_at_least(table, "max_drop_rel", 0);
  limit.max_rise_rel = find_at_least(table, "max_rise_rel", 0);
  limit.min_gain = find_at_least(table, "min_gain", 0);
  if (describe(limit).empty()) {
    table.fail("the rule has no limit",
               "give one of max, min, max_drop, max_rise, max_drop_rel, max_rise_rel, min_gain");
  }
  if (limit.min && limit.max && *limit.min > *limit.max) {
    table.fail("'min' is greater than 'max'");
  }
  return limit;
}

/// A slip in a name, in METRIC of difference(METRIC), or in an expression.
[[noreturn]] void refuse_metric(const config::Value& value, const std::string& text) {
  std::string what = fmt::format("{} is no metric", quote(text));
  const std::size_t bracket = text.find('(');
  const std::string head = text.substr(0, bracket);
  const bool is_gap = bracket != std::string::npos && (head == "difference" || head == "ratio");
  std::string hint;
  if (is_gap) {
    std::string inner = text.substr(bracket + 1);
    inner.erase(std::min(inner.find(')'), inner.size()));
    hint = did_you_mean(inner, metric_names());
  } else {
    hint = did_you_mean(text, metric_names());
    const bool is_name =
        text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
    const auto problem = check_expression(text);
    if (!is_name && hint.empty() && problem) {
      what += ": " + problem->what;
      hint = problem->hint;
    }
  }
  value.fail(what,
             hint.empty() ? "the metrics are listed in mlops-safeguards(5)" : std::move(hint));
}

/// FILE of "FILE:KEY" must be one that can hold a number, and lie in the repository.
void check_metrics_file(const config::Value& value, const std::string& text) {
  const std::string file = text.substr(0, text.find(':'));
  const std::string name = to_lower_ascii(file);
  const auto parts = split(file, '/');
  const bool is_format = name.ends_with(".json") || name.ends_with(".toml") ||
                         name.ends_with(".yaml") || name.ends_with(".yml");
  if (!is_format) {
    value.fail(fmt::format("{} is no metrics file: its name ends in none of .json, .toml, .yaml, "
                           ".yml",
                           quote(file)),
               "such as metrics.json:latency_ms_p99");
  }
  if (file.front() == '/' || std::any_of(parts.begin(), parts.end(), [](std::string_view part) {
        return part.empty() || part == "." || part == "..";
      })) {
    value.fail(fmt::format("{} is no path below the top of the repository", quote(file)),
               "such as metrics/model.json:latency_ms_p99");
  }
}

MetricName read_metric(const config::Table& table) {
  const config::Value value = table.require("metric");
  const std::string text = value.as_string();
  const auto parsed = parse_metric_name(text);
  if (!parsed) {
    refuse_metric(value, text);
  }
  if (parsed->kind == MetricKind::file) {
    check_metrics_file(value, text);
  }
  return *parsed;
}

/// What [[diff.rule]] and [[diff.fairness]] have in common.
DiffRule read_common(const config::Table& table) {
  DiffRule rule;
  rule.position = table.position();
  if (const auto predictions = table.find("predictions")) {
    rule.predictions = predictions->as_string();
    rule.predictions_position = predictions->position();
  }
  rule.parsed = read_metric(table);
  rule.metric = rule.parsed.text;
  rule.limit = read_limit(table);
  const auto min_rows = find_count(table, "min_rows");
  rule.min_rows_written = min_rows.has_value();
  rule.min_rows = min_rows.value_or(rule.min_rows);
  read_choice(table, "severity", kSeverities, rule.severity);
  rule.name = table.find_string("name").value_or(rule.metric + " " + describe(rule.limit));
  if (rule.name.empty()) {
    table.fail("'name' is empty");
  }
  const Limit& limit = rule.limit;
  const bool on_change = limit.max_drop || limit.max_rise || limit.max_drop_rel ||
                         limit.max_rise_rel || limit.min_gain;
  if (is_of_pair(rule.parsed) && on_change) {
    table.fail(fmt::format("{} compares both versions already and has no change of its own",
                           quote(rule.metric)),
               "limit it with max or min");
  }
  return rule;
}

DiffRule read_rule(const config::Table& table) {
  DiffRule rule = read_common(table);
  rule.slices = table.find_strings("slices");
  table.finish();
  if (rule.parsed.kind == MetricKind::gap) {
    table.fail(
        fmt::format("{} compares groups and belongs under [[diff.fairness]]", quote(rule.metric)));
  }
  for (const std::string& slice : rule.slices) {
    slice_columns(slice, config::to_string(rule.position));
  }
  const bool of_rows =
      rule.parsed.kind == MetricKind::plain || rule.parsed.kind == MetricKind::flip;
  if (!rule.slices.empty() && !of_rows) {
    table.fail(fmt::format("{} cannot be sliced", quote(rule.metric)));
  }
  return rule;
}

DiffRule read_fairness(const config::Table& table) {
  DiffRule rule = read_common(table);
  const config::Value feature = table.require("sensitive_feature");
  rule.sensitive_feature = feature.as_string();
  rule.min_positives = find_count(table, "min_positives").value_or(rule.min_positives);
  rule.min_negatives = find_count(table, "min_negatives").value_or(rule.min_negatives);
  table.finish();
  if (rule.sensitive_feature->empty()) {
    feature.fail("is empty");
  }
  if (rule.parsed.kind != MetricKind::gap) {
    table.fail(fmt::format("{} does not compare groups", quote(rule.metric)),
               fmt::format("write metric = \"difference({})\"", rule.metric));
  }
  return rule;
}

void read_diff(const config::Table& table, Safeguards& safeguards) {
  DiffDefaults& diff = safeguards.diff;
  read_choice(table, "decide", kDecide, diff.decide);
  if (const auto alpha = table.find("alpha")) {
    diff.alpha = alpha->as_number();
    if (!(diff.alpha > 0 && diff.alpha < 1)) {
      alpha->fail("must be greater than 0 and less than 1");
    }
  }
  read_choice(table, "correction", kCorrection, diff.correction);
  diff.seed = find_count(table, "seed").value_or(diff.seed);
  read_choice(table, "duplicates", kDuplicates, diff.duplicates);
  diff.missing_rows = find_in(table, "missing_rows", 0, 1).value_or(diff.missing_rows);
  diff.new_nonfinite = find_count(table, "new_nonfinite").value_or(diff.new_nonfinite);
  read_choice(table, "on_insufficient", kOnInsufficient, diff.on_insufficient);
  if (const auto tolerance = table.find_table("tolerance")) {
    read_tolerance(*tolerance, diff);
  }
  for (const config::Table& rule : table.find_tables("rule")) {
    safeguards.rules.push_back(read_rule(rule));
  }
  for (const config::Table& rule : table.find_tables("fairness")) {
    safeguards.rules.push_back(read_fairness(rule));
  }
  table.finish();
}

}  // namespace

Safeguards parse_safeguards(std::string_view text, const std::string& file) {
  Safeguards safeguards;
  const config::Table document = config::parse_toml(text, file);
  const config::Value schema = document.require("schema");
  if (schema.as_integer() != 1) {
    schema.fail("this version of mlops reads schema 1");
  }
  if (const auto diff = document.find_table("diff")) {
    read_diff(*diff, safeguards);
  }
  safeguards.checks = read_checks(document);
  document.finish();
  return safeguards;
}

void check_set_names(const Safeguards& safeguards,
                     const std::vector<std::string>& declared,
                     const std::string& otherwise) {
  for (const DiffRule& rule : safeguards.rules) {
    if (!rule.predictions ||
        std::find(declared.begin(), declared.end(), *rule.predictions) != declared.end()) {
      continue;
    }
    std::string hint = did_you_mean(*rule.predictions, declared);
    hint = hint.empty() ? otherwise : hint;
    throw Error(ErrorKind::config,
                fmt::format("{}: there is no prediction set {}",
                            config::to_string(rule.predictions_position),
                            quote(*rule.predictions)),
                std::move(hint));
  }
}

}  // namespace mlops::policy
