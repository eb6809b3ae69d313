#include "diff/versions.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "config/toml.h"
#include "diff/rules.h"
#include "os/file.h"
#include "workspace/revision.h"

namespace mlops::diff {
namespace {

constexpr std::uint64_t kMaxPipelineBytes = 4ULL << 20U;

std::vector<policy::PredictionSet> declared_sets(const workspace::Revision& old_version,
                                                 const workspace::Revision& new_version,
                                                 const std::string& file) {
  for (const workspace::Revision* version : {&new_version, &old_version}) {
    if (const auto text = version->read_text(file, kMaxPipelineBytes)) {
      const config::Table document =
          config::parse_toml(*text, fmt::format("{}:{}", version->name(), file));
      std::vector<policy::PredictionSet> sets = policy::read_prediction_sets(document);
      if (!sets.empty()) {
        return sets;
      }
    }
  }
  throw Error(ErrorKind::config,
              fmt::format("neither {} nor {} declares a prediction set in {}",
                          quote(old_version.name()),
                          quote(new_version.name()),
                          quote(file)),
              "add [predictions.NAME] with path, task, key and label: man mlops-pipeline");
}

std::vector<std::string> names_of(const std::vector<policy::PredictionSet>& sets) {
  std::vector<std::string> names;
  std::transform(sets.begin(), sets.end(), std::back_inserter(names), [](const auto& set) {
    return set.name;
  });
  return names;
}

/// Names of the sets that rules may name: those that are declared, and those of the old version.
/// That one is asked only where a rule makes it necessary: its pipeline may be of another time.
std::vector<std::string> known_names(const policy::Safeguards& safeguards,
                                     const std::vector<policy::PredictionSet>& declared,
                                     const workspace::Revision& old_version,
                                     const std::string& file) {
  std::vector<std::string> names = names_of(declared);
  const bool known =
      std::all_of(safeguards.rules.begin(), safeguards.rules.end(), [&](const auto& rule) {
        return !rule.predictions ||
               std::find(names.begin(), names.end(), *rule.predictions) != names.end();
      });
  if (known) {
    return names;
  }
  if (const auto text = old_version.read_text(file, kMaxPipelineBytes)) {
    const config::Table document =
        config::parse_toml(*text, fmt::format("{}:{}", old_version.name(), file));
    if (const auto predictions = document.find_table("predictions")) {
      const std::vector<std::string> old_names = predictions->keys();
      names.insert(names.end(), old_names.begin(), old_names.end());
    }
  }
  policy::check_set_names(
      safeguards, names, fmt::format("{} declares {}", file, join(names, ", ")));
  return names;
}

std::vector<policy::PredictionSet> wanted_sets(std::vector<policy::PredictionSet> declared,
                                               const std::vector<std::string>& names) {
  if (names.empty()) {
    return declared;
  }
  std::vector<policy::PredictionSet> wanted;
  for (const std::string& name : names) {
    const auto found =
        std::find_if(declared.begin(), declared.end(), [&](const policy::PredictionSet& set) {
          return set.name == name;
        });
    if (found == declared.end()) {
      throw Error(ErrorKind::usage,
                  fmt::format("no prediction set {} is declared", quote(name)),
                  did_you_mean(name, names_of(declared)));
    }
    wanted.push_back(*found);
  }
  return wanted;
}

/// The table of one version as a file that can be read as often as needed.
std::optional<table::Source> fetch(const workspace::Workspace& workspace,
                                   const workspace::Revision& version,
                                   const std::string& path,
                                   const std::filesystem::path& target,
                                   const CancelToken& cancel) {
  using Origin = workspace::Revision::Origin;
  table::Source source;
  source.name = version.name() + ":" + path;
  source.format = table::format_of(path);
  const workspace::Revision::Located located = version.locate(path);
  if (located.origin == Origin::absent) {
    return std::nullopt;
  }
  if (located.origin == Origin::work_tree) {
    source.path = workspace.top() / path;
    return source;
  }
  os::TempFile copy(target.parent_path());
  version.read(path, [&](std::span<const std::uint8_t> bytes) {
    cancel.check();
    copy.write(bytes);
  });
  copy.publish(target, os::Durability::relaxed, os::TempFile::Replace::no);
  source.path = target;
  return source;
}

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
  report.comparable = false;
  report.rules = insufficient_rules(set, safeguards, report.findings.front());
  return report;
}

}  // namespace

Versions gather(workspace::Workspace& workspace,
                const VersionsRequest& request,
                const policy::Safeguards& safeguards,
                const std::filesystem::path& scratch,
                const CancelToken& cancel) {
  const workspace::Revision old_version =
      workspace::Revision::open(workspace, request.old_revision);
  const workspace::Revision new_version =
      workspace::Revision::open(workspace, request.new_revision);
  Versions versions;
  versions.old_name = old_version.name();
  versions.new_name = new_version.name();
  versions.old_commit = old_version.commit();
  versions.new_commit = new_version.commit();
  const std::vector<policy::PredictionSet> declared =
      declared_sets(old_version, new_version, request.pipeline_file);
  const std::vector<policy::PredictionSet> sets = wanted_sets(declared, request.sets);
  for (const std::string& name :
       known_names(safeguards, declared, old_version, request.pipeline_file)) {
    const bool asked =
        request.sets.empty() ||
        std::find(request.sets.begin(), request.sets.end(), name) != request.sets.end();
    if (!asked) {
      versions.left_out.push_back(name);
    }
  }
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
  return versions;
}

}  // namespace mlops::diff
