#include "diff/versions.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "config/toml.h"
#include "diff/builtin_rules.h"
#include "diff/file_metrics.h"
#include "diff/rules.h"
#include "workspace/fetch_file.h"

namespace mlops::diff {
namespace {

constexpr std::uint64_t kMaxPipelineBytes = 4ULL << 20U;

std::vector<policy::PredictionSet> sets_of(const workspace::Revision& version,
                                           const std::string& file) {
  const auto text = version.read_text(file, kMaxPipelineBytes);
  return text ? policy::read_prediction_sets(
                    config::parse_toml(*text, fmt::format("{}:{}", version.name(), file)))
              : std::vector<policy::PredictionSet>();
}

std::vector<policy::PredictionSet> declared_sets(const workspace::Revision& old_version,
                                                 const workspace::Revision& new_version,
                                                 const std::string& file) {
  for (const workspace::Revision* version : {&new_version, &old_version}) {
    if (auto sets = sets_of(*version, file); !sets.empty()) {
      return sets;
    }
  }
  return {};
}

/// What the old version declares and the new one does not any more.
std::vector<policy::PredictionSet> dropped_sets(const workspace::Revision& old_version,
                                                const std::vector<policy::PredictionSet>& declared,
                                                const std::string& file) {
  std::vector<policy::PredictionSet> dropped = sets_of(old_version, file);
  std::erase_if(dropped, [&](const policy::PredictionSet& old_set) {
    return std::any_of(declared.begin(), declared.end(), [&](const policy::PredictionSet& set) {
      return set.name == old_set.name;
    });
  });
  return dropped;
}

std::vector<std::string> names_of(const std::vector<policy::PredictionSet>& sets) {
  std::vector<std::string> names;
  std::transform(sets.begin(), sets.end(), std::back_inserter(names), [](const auto& set) {
    return set.name;
  });
  return names;
}

/// Names of the sets that rules may name: those that are declared, and those of the old version.
std::vector<std::string> known_names(const policy::Safeguards& safeguards,
                                     const std::vector<policy::PredictionSet>& declared,
                                     const std::vector<policy::PredictionSet>& dropped,
                                     const std::string& file) {
  std::vector<std::string> names = names_of(declared);
  const std::vector<std::string> old_names = names_of(dropped);
  names.insert(names.end(), old_names.begin(), old_names.end());
  policy::check_set_names(
      safeguards, names, fmt::format("{} declares {}", file, join(names, ", ")));
  return names;
}

bool is_asked(const std::vector<std::string>& asked, const std::string& name) {
  return asked.empty() || std::find(asked.begin(), asked.end(), name) != asked.end();
}

/// Of all sets that a version declares, those that are asked for.
std::vector<policy::PredictionSet> wanted_sets(std::vector<policy::PredictionSet> declared,
                                               const std::vector<std::string>& known,
                                               const std::vector<std::string>& asked) {
  for (const std::string& name : asked) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      throw Error(ErrorKind::usage,
                  fmt::format("no prediction set {} is declared", quote(name)),
                  did_you_mean(name, known));
    }
  }
  std::erase_if(declared,
                [&](const policy::PredictionSet& set) { return !is_asked(asked, set.name); });
  return declared;
}

/// The table of one version as a file that can be read as often as needed.
std::optional<table::Source> fetch(const workspace::Workspace& workspace,
                                   const workspace::Revision& version,
                                   const std::string& path,
                                   const std::filesystem::path& target,
                                   const CancelToken& cancel) {
  table::Source source = table::source_at({}, version.name() + ":" + path);
  const auto file = workspace::fetch_file(workspace, version, path, target, cancel);
  if (!file) {
    return std::nullopt;
  }
  source.path = *file;
  return source;
}

/// Only the old version has it, and no rule speaks of it: it would be gone without a word.
PredictionReport dropped_report(const policy::PredictionSet& set,
                                const Versions& versions,
                                const policy::Safeguards& safeguards) {
  PredictionReport report;
  report.set = set;
  report.old_name = versions.old_name;
  report.new_name = versions.new_name;
  report.incomparable = Incomparable::tables;
  report.rules.push_back(
      judge_dropped(fmt::format("only in old: {} declares it no more", quote(versions.new_name)),
                    safeguards.diff.on_insufficient));
  report.verdict = report.rules.back().effect;
  return report;
}

bool is_named_by_rule(const policy::PredictionSet& set, const policy::Safeguards& safeguards) {
  return std::any_of(safeguards.rules.begin(), safeguards.rules.end(), [&](const auto& rule) {
    return rule.predictions == set.name;
  });
}

}  // namespace

PredictionReport missing_report(const policy::PredictionSet& set,
                                const Versions& versions,
                                const policy::Safeguards& safeguards,
                                const std::vector<std::string>& absent_in) {
  PredictionReport report;
  report.set = set;
  report.old_name = versions.old_name;
  report.new_name = versions.new_name;
  report.verdict = policy::Verdict::insufficient;
  for (const std::string& name : absent_in) {
    report.findings.push_back(fmt::format("{} has no {}", quote(name), quote(set.path)));
  }
  report.incomparable = Incomparable::tables;
  report.rules = insufficient_rules(set, safeguards, report.findings.front());
  if (report.rules.empty()) {
    report.rules.push_back(judge_missing_table(report.findings.front()));
  }
  return report;
}

Versions gather(workspace::Workspace& workspace,
                const VersionsRequest& request,
                const policy::Safeguards& safeguards,
                const std::filesystem::path& scratch,
                const CancelToken& cancel) {
  const workspace::Revision& old_version = request.old_version;
  const workspace::Revision& new_version = request.new_version;
  Versions versions;
  versions.old_name = old_version.name();
  versions.new_name = new_version.name();
  versions.old_commit = old_version.commit();
  versions.new_commit = new_version.commit();
  versions.file_metrics = read_file_metrics(old_version, new_version, safeguards);
  const std::vector<policy::PredictionSet> declared =
      declared_sets(old_version, new_version, request.pipeline_file);
  if (declared.empty()) {
    versions.undeclared = fmt::format("neither {} nor {} declares a prediction set in {}",
                                      quote(old_version.name()),
                                      quote(new_version.name()),
                                      quote(request.pipeline_file));
  }
  const std::vector<policy::PredictionSet> dropped =
      dropped_sets(old_version, declared, request.pipeline_file);
  const std::vector<std::string> known =
      known_names(safeguards, declared, dropped, request.pipeline_file);
  std::copy_if(known.begin(),
               known.end(),
               std::back_inserter(versions.left_out),
               [&](const std::string& name) { return !is_asked(request.sets, name); });
  const std::vector<policy::PredictionSet> sets = wanted_sets(declared, known, request.sets);
  for (std::size_t i = 0; i < sets.size(); ++i) {
    const std::string& path = sets[i].path;
    const std::string ending = std::filesystem::path(path).extension().string();
    const auto old_table =
        fetch(workspace, old_version, path, scratch / fmt::format("old-{}{}", i, ending), cancel);
    const auto new_table =
        fetch(workspace, new_version, path, scratch / fmt::format("new-{}{}", i, ending), cancel);
    if (old_table && new_table) {
      versions.inputs.push_back(
          {sets[i], *old_table, *new_table, versions.old_name, versions.new_name, {}});
      continue;
    }
    std::vector<std::string> absent_in;
    if (!old_table) {
      absent_in.push_back(versions.old_name);
    }
    if (!new_table) {
      absent_in.push_back(versions.new_name);
    }
    versions.missing.push_back(missing_report(sets[i], versions, safeguards, absent_in));
  }
  for (const policy::PredictionSet& set : wanted_sets(dropped, known, request.sets)) {
    if (!is_named_by_rule(set, safeguards)) {
      versions.missing.push_back(dropped_report(set, versions, safeguards));
    }
  }
  return versions;
}

}  // namespace mlops::diff
