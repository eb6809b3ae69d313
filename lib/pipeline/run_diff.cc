#include "pipeline/run_diff.h"

#include <algorithm>
#include <map>

#include "pipeline/cache_entry.h"
#include "pipeline/explain.h"

namespace mlops::pipeline {

namespace {

std::optional<KeyParts> parts_of(workspace::Workspace& workspace, const std::string& key) {
  const auto id = store::ObjectId::parse(key);
  const auto text = id ? workspace.store().find_result(*id) : std::nullopt;
  return text ? decode_parts(*text) : std::nullopt;
}

void explain(workspace::Workspace& workspace, InstanceDiff& instance) {
  if (!instance.before || !instance.after || instance.before->key == instance.after->key) {
    return;
  }
  const auto before = parts_of(workspace, instance.before->key);
  const auto after = parts_of(workspace, instance.after->key);
  instance.is_explained = before && after;
  if (instance.is_explained) {
    instance.differences = explain_differences(*before, *after);
  }
}

std::vector<InstanceDiff> pair_instances(const RecordedRun& before, const RecordedRun& after) {
  std::vector<InstanceDiff> pairs;
  for (const auto& instance : after.instances) {
    const auto old = before.find(instance.id);
    pairs.push_back({instance.id,
                     old ? std::optional(before.instances[*old]) : std::nullopt,
                     instance,
                     {},
                     true});
  }
  for (const auto& instance : before.instances) {
    if (!after.find(instance.id)) {
      pairs.push_back({instance.id, instance, std::nullopt, {}, true});
    }
  }
  return pairs;
}

std::vector<OutDiff> compare_outs(const RecordedRun& before, const RecordedRun& after) {
  std::map<std::string, OutDiff> all;
  for (const auto& instance : before.instances) {
    for (const auto& out : instance.outs) {
      all[out.path].before = out.root;
    }
  }
  for (const auto& instance : after.instances) {
    for (const auto& out : instance.outs) {
      all[out.path].after = out.root;
    }
  }
  std::vector<OutDiff> differing;
  for (auto& [path, out] : all) {
    if (out.before != out.after) {
      out.path = path;
      differing.push_back(std::move(out));
    }
  }
  return differing;
}

}  // namespace

bool InstanceDiff::differs() const {
  return !before || !after || before->key != after->key || before->failure != after->failure;
}

RunDiff compare_runs(workspace::Workspace& workspace,
                     const RecordedRun& before,
                     const RecordedRun& after) {
  RunDiff diff;
  diff.instances = pair_instances(before, after);
  for (auto& instance : diff.instances) {
    explain(workspace, instance);
  }
  diff.outs = compare_outs(before, after);
  diff.metrics = compare_metrics(read_metrics(workspace, "run:" + before.id, before.pipeline),
                                 read_metrics(workspace, "run:" + after.id, after.pipeline));
  std::erase_if(diff.metrics,
                [](const FigureChange& figure) { return figure.before == figure.after; });
  return diff;
}

}  // namespace mlops::pipeline
