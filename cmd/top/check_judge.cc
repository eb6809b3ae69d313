#include "top/check_judge.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "check/profile_file.h"
#include "os/clock.h"
#include "os/file.h"
#include "top/table_engine.h"

namespace mlops::top {
namespace {

check::TableInput required_table(CheckTables& tables,
                                 const policy::Check& check,
                                 const std::string& path) {
  auto found = tables.find(path);
  if (!found) {
    throw Error(
        ErrorKind::not_found,
        fmt::format("{}: there is no table {}", config::to_string(check.position), quote(path)),
        "a data set comes with: mlops data checkout, or mlops run");
  }
  return *std::move(found);
}

/// A baseline that is not there is evidence that is missing, not a mistake of this command.
void find_baseline(CheckTables& tables, check::CheckInput& input) {
  const std::string& baseline = *input.check.baseline;
  try {
    input.baseline = tables.find(baseline);
    if (input.baseline) {
      input.profile = read_profiles(*input.baseline);
    } else {
      input.baseline_problem = fmt::format("there is no baseline {}", quote(baseline));
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) {
      throw;
    }
    input.is_baseline_unknown = true;
    input.baseline_problem = fmt::format("baseline {}: {}", quote(baseline), error.message());
    if (!error.hint().empty()) {
      input.baseline_problem += fmt::format(" ({})", error.hint());
    }
  }
}

check::CheckInput input_of(CheckTables& tables, const AskedCheck& asked) {
  const policy::Check& check = asked.check;
  check::CheckInput input;
  input.check = check;
  input.table = table_of(tables, asked);
  if (check.baseline) {
    find_baseline(tables, input);
  }
  for (const policy::CheckRule& rule : check.rules) {
    if (!rule.against.empty() && !input.against.contains(rule.against)) {
      input.against.emplace(rule.against, required_table(tables, check, rule.against));
    }
  }
  return input;
}

}  // namespace

std::optional<check::Profile> read_profiles(const check::TableInput& input) {
  std::optional<check::Profile> all;
  for (const table::Source& part : input.parts) {
    if (check::names_profile(part.name) != check::names_profile(input.parts.front().name)) {
      throw Error(ErrorKind::config,
                  fmt::format("baseline {} names tables and profiles", quote(input.name)),
                  "name one kind");
    }
    if (check::names_profile(part.name)) {
      check::Profile one =
          check::parse_profile(os::read_file(part.path, check::kMaxProfileBytes), part.name);
      all = all ? check::sum(*all, one) : std::move(one);
    }
  }
  if (all) {
    all->name = input.name;
  }
  return all;
}

check::TableInput table_of(CheckTables& tables, const AskedCheck& asked) {
  return asked.table ? tables.find_typed(*asked.table)
                     : required_table(tables, asked.check, asked.check.table);
}

check::Report judge_checks(app::Context& context,
                           const std::vector<AskedCheck>& asked,
                           const Policy& policy,
                           CheckPlaces places,
                           check::CheckSettings::Pictures pictures) {
  for (const AskedCheck& one : asked) {
    check::refuse_unbuilt(one.check);
  }
  const os::TempDir scratch(scratch_parent(context), "mlops-check-");
  CheckTables tables(std::move(places), scratch.path(), context.cancel());
  const auto engine = open_engine(context, scratch.path());
  check::CheckSettings settings;
  settings.scratch = scratch.path();
  settings.threads = context.options().jobs;
  settings.pictures = pictures;
  settings.now_us = os::wall_time_ns() / 1000;
  check::Report report;
  report.policy_file = policy.file;
  report.policy_sha256 = policy.sha256;
  for (const AskedCheck& one : asked) {
    report.checks.push_back(
        check::judge(*engine, input_of(tables, one), settings, context.cancel()));
  }
  check::conclude(report);
  return report;
}

}  // namespace mlops::top
