#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/toml.h"
#include "policy/limit.h"
#include "policy/verdict.h"

namespace mlops::policy {

/// What [check.NAME] of safeguards.toml says about a table. `mlops check` judges by it.

enum class ColumnType { integer, real, boolean, text, date, timestamp };
std::string_view to_string(ColumnType type);  ///< as the policy spells it: "int"

/// How a column's values follow each other, row by row; equal ones may.
enum class Monotone { increasing, decreasing };
std::string_view to_string(Monotone monotone);

/// [[check.NAME.column]].
struct ColumnRule {
  std::string name;
  std::optional<ColumnType> type;
  bool required = false;
  bool unique = false;
  std::optional<double> nullable;  ///< share of the rows that may lack a value
  std::optional<double> min;       ///< of dates and timestamps microseconds since the epoch
  std::optional<double> max;
  std::string range;  ///< "0..120", ">= 2024-01-01": as the policy spells it; or empty
  std::vector<std::string> values;  ///< the only ones; empty: any
  std::optional<std::string> regex;
  std::optional<std::uint64_t> min_length;  ///< in characters
  std::optional<std::uint64_t> max_length;
  std::optional<Monotone> monotone;
  config::Position position;
};

enum class CheckKind {
  rows,
  freshness,
  duplicates,
  conflicts,
  imbalance,
  new_labels,
  drift,
  leakage,
  target_leakage,
  pii,
  representation,
  correlation,
  outliers,
  skew,
  reference,
  expr
};
std::string_view to_string(CheckKind kind);

enum class DriftMethod { ks, psi, js2, w1std, linf, cramers_v };
std::string_view to_string(DriftMethod method);

/// What rule `pii` looks for: values by form and checksum, columns by the words of their names.
/// The last two are told by names alone; art9: article 9 of the GDPR, health, religion and so on.
enum class PiiKind {
  email,
  card,
  iban,
  ip,
  mac,
  phone,
  es_nif,
  pl_pesel,
  fi_hetu,
  it_cf,
  uk_nhs,
  de_steuer_id,
  se_personnummer,
  tr_tckn,
  birth_date,
  art9
};
inline constexpr std::size_t kPiiKinds = 16;
std::string_view to_string(PiiKind kind);

/// [[check.NAME.rule]].
struct CheckRule {
  CheckKind kind = CheckKind::rows;
  std::vector<std::string> columns;  ///< empty: all that the rule can be about
  std::optional<double> min;         ///< of rows and representation
  std::optional<double> max;
  std::optional<std::chrono::milliseconds> max_age;  ///< of freshness
  std::optional<DriftMethod> method;                 ///< by type where it is not written
  double alpha = 0.05;
  Correction correction = Correction::holm;
  std::uint64_t min_rows = 30;
  std::string against;
  std::optional<std::uint64_t> near_digits;
  std::optional<std::string> group;
  std::optional<std::string> time;
  std::vector<std::string> key;            ///< of a reference: columns of `against`
  std::optional<std::string> positive;     ///< of representation: the label that is counted
  std::vector<PiiKind> deny;               ///< of pii; empty: all
  std::vector<std::string> allow_columns;  ///< of pii
  std::string expr;
  Severity severity = Severity::fail;
  config::Position position;
};

struct Check {
  std::string name;
  std::string table;
  std::optional<std::string> label;
  std::optional<std::string> baseline;
  std::vector<std::string> key;  ///< columns that name a row
  bool ordered = false;          ///< the described columns stand in the table in their order here
  OnInsufficient on_insufficient = OnInsufficient::warn;
  std::vector<ColumnRule> columns;
  std::vector<CheckRule> rules;
  config::Position position;
};

}  // namespace mlops::policy
