#include <algorithm>
#include <iterator>

#include <nlohmann/json.hpp>

#include "report/run_report.h"
#include "report/run_words.h"

namespace mlops::report {

namespace {

nlohmann::ordered_json known(const std::string& text) {
  return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
}

nlohmann::ordered_json instance_json(const pipeline::RecordedInstance& instance,
                                     pipeline::RunState state) {
  auto outs = nlohmann::ordered_json::array();
  for (const auto& out : instance.outs) {
    outs.push_back({{"path", out.path},
                    {"root", out.root ? known(store::format_root(*out.root)) : known("")}});
  }
  auto checks = nlohmann::ordered_json::array();
  for (const auto& one : instance.checks) {
    checks.push_back({{"check", one.check}, {"verdict", one.verdict}, {"summary", one.summary}});
  }
  const bool has_exit_code = instance.exit_code >= 0;
  return {{"instance", instance.id},
          {"state", state_of(instance, state)},
          {"failure", instance.failure},
          {"reason", instance.reason},
          {"started", known(instance.started)},
          {"elapsed_ms", instance.elapsed_ms},
          {"peak_rss_bytes", instance.peak_rss_bytes},
          {"attempts", instance.attempts},
          {"exit_code",
           has_exit_code ? nlohmann::ordered_json(instance.exit_code) : nlohmann::ordered_json()},
          {"signal", instance.signal_number},
          {"grade", known(instance.grade)},
          {"environment", known(instance.environment)},
          {"key", known(instance.key)},
          {"outs", std::move(outs)},
          {"checks", std::move(checks)},
          {"warnings", instance.warnings}};
}

nlohmann::ordered_json edges_json(const pipeline::RecordedRun& run) {
  auto edges = nlohmann::ordered_json::array();
  const auto add = [&](const std::vector<pipeline::RecordedEdge>& some, const char* kind) {
    for (const auto& [from, to] : some) {
      edges.push_back(
          {{"from", run.instances[from].id}, {"to", run.instances[to].id}, {"kind", kind}});
    }
  };
  add(run.data_edges, "data");
  add(run.order_edges, "order");
  return edges;
}

}  // namespace

nlohmann::ordered_json run_summary_json(const pipeline::RecordedRun& run,
                                        pipeline::RunState state,
                                        std::int64_t now_ns) {
  auto counts = nlohmann::ordered_json::object();
  for (const auto* one :
       {"ran", "cached", "restored", "judged", "skipped", "failed", "cancelled", "not started"}) {
    counts[one] = std::count_if(run.instances.begin(),
                                run.instances.end(),
                                [&](const auto& instance) { return instance.state == one; });
  }
  return {{"run", run.id},
          {"state", to_string(state)},
          {"worst", run.worst ? nlohmann::ordered_json(*run.worst) : nlohmann::ordered_json()},
          {"pipeline", run.pipeline},
          {"work_tree", run.work_tree},
          {"begun", run.begun},
          {"elapsed_ms", duration_of(run, state, now_ns).count()},
          {"commit", run.commit ? nlohmann::ordered_json(*run.commit) : nlohmann::ordered_json()},
          {"dirty", run.is_dirty},
          {"params", run.params_files},
          {"set", run.assignments},
          {"instances", run.instances.size()},
          {"counts", std::move(counts)}};
}

nlohmann::ordered_json run_json(const pipeline::RecordedRun& run,
                                pipeline::RunState state,
                                std::int64_t now_ns) {
  nlohmann::ordered_json record{{"version", 1}};
  record.update(run_summary_json(run, state, now_ns));
  auto instances = nlohmann::ordered_json::array();
  for (const auto& instance : run.instances) {
    instances.push_back(instance_json(instance, state));
  }
  record["instances"] = std::move(instances);
  record["edges"] = edges_json(run);
  return record;
}

}  // namespace mlops::report
