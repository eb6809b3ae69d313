#include "pipeline/plan_view.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace mlops::pipeline {

namespace {

using Json = nlohmann::ordered_json;

/// Whether the stage itself, or one whose outs it reads, is skipped.
std::vector<bool> find_skipped(const Graph& graph) {
  std::vector<bool> skipped(graph.instances.size());
  for (std::size_t i = 0; i < skipped.size(); ++i) {
    const auto& instance = graph.instances[i];
    skipped[i] =
        !instance.enabled || std::any_of(instance.inputs.begin(),
                                         instance.inputs.end(),
                                         [&](std::size_t up) -> bool { return skipped[up]; });
  }
  return skipped;
}

/// Canonical JSON of a parameter as a value.
Json typed(const std::map<std::string, std::string>& values) {
  auto object = Json::object();
  for (const auto& [name, value] : values) {
    object[name] = Json::parse(value);
  }
  return object;
}

Json to_json(const Out& out) {
  return {{"path", out.path},
          {"name", out.name.empty() ? Json() : Json(out.name)},
          {"kind", to_string(out.kind)},
          {"persist", out.persist},
          {"cache", out.cache}};
}

Json to_json(const Retry& retry) {
  return {{"max", retry.max},
          {"on", retry.on},
          {"backoff_ms", retry.backoff.count()},
          {"factor", retry.factor},
          {"max_backoff_ms", retry.max_backoff.count()}};
}

Json resources_json(const Resources& resources) {
  const auto bytes = [](std::uint64_t size) { return size == 0 ? Json() : Json(size); };
  return {{"cpu", resources.cpu},
          {"memory_bytes", bytes(resources.memory_bytes)},
          {"disk_bytes", bytes(resources.disk_bytes)},
          {"shm_bytes", bytes(resources.shm_bytes)},
          {"gpu", resources.gpu},
          {"declared", resources.declared}};
}

Json cache_json(CachePolicy policy) {
  return policy == CachePolicy::always ? Json("always") : Json(policy == CachePolicy::automatic);
}

Json to_json(const Instance& instance, const PlannedKey& key) {
  const auto& stage = *instance.stage;
  auto outs = Json::array();
  for (const auto& out : instance.outs) {
    outs.push_back(to_json(out));
  }
  return {{"instance", instance.id},
          {"stage", stage.name},
          {"matrix", typed(instance.matrix_typed)},
          {"enabled", instance.enabled},
          {"argv", instance.argv},
          {"is_shell", stage.script.has_value()},
          {"workdir", instance.workdir},
          {"deps", instance.deps},
          {"outs", std::move(outs)},
          {"params", typed(instance.params)},
          {"environment", stage.environment.empty() ? Json() : Json(stage.environment)},
          {"env",
           {{"set", instance.variables},
            {"hash", stage.variables.hash},
            {"pass", stage.variables.pass}}},
          {"pool", stage.pool},
          {"resources", resources_json(stage.resources)},
          {"timeout",
           {{"run_ms", stage.timeout ? Json(stage.timeout->count()) : Json()},
            {"grace_ms", stage.grace.count()}}},
          {"retry", to_json(stage.retry)},
          {"cache", cache_json(stage.cache)},
          {"allow_failure", stage.allow_failure},
          {"checks", stage.checks},
          {"description", stage.description},
          {"key", key.key.empty() ? Json() : Json(key.key)},
          {"key_pending", key.key.empty() ? Json(key.pending) : Json()}};
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json environments_json(const Pipeline& pipeline) {
  auto environments = Json::object();
  for (const auto& [name, environment] : pipeline.environments) {
    const auto& build = environment.build;
    environments[name] = {
        {"type", to_string(environment.type)},
        {"tools", environment.tools},
        {"path", text_or_null(environment.path)},
        {"requirements", environment.requirements},
        {"prefix", text_or_null(environment.prefix)},
        {"file", text_or_null(environment.file)},
        {"lock", text_or_null(environment.lock)},
        {"image", text_or_null(environment.image)},
        {"build", build ? Json{{"context", build->context}, {"file", build->file}} : Json()},
        {"pull", to_string(environment.pull)},
        {"same_as", text_or_null(environment.same_as)}};
  }
  return environments;
}

Json pools_json(const Pipeline& pipeline) {
  auto pools = Json::object();
  for (const auto& [name, pool] : pipeline.pools) {
    const auto count = [](std::uint64_t slots) { return slots == 0 ? Json() : Json(slots); };
    pools[name] = {
        {"type", pool.type == PoolType::local ? "local" : "kubernetes"},
        {"slots", {{"cpu", count(pool.cpu_slots)}, {"memory_bytes", count(pool.memory_slots)}}}};
  }
  return pools;
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Plans in the order of the graph, as far as each needs nothing that is not made yet.
class KeyPlanner {
 public:
  explicit KeyPlanner(const RunContext& context)
      : context_(context),
        planner_(context),
        skipped_(find_skipped(context.graph)),
        plans_(context.graph.instances.size()) {}

  PlannedKey plan(std::size_t index) {
    const auto& instance = context_.graph.instances[index];
    if (skipped_[index]) {
      return {"", instance.enabled ? "reads outs of a skipped one" : "'when' does not hold"};
    }
    if (!context_.pipeline.unsupported_by(*instance.stage).empty()) {
      return {"", to_string(context_.pipeline.unsupported_by(*instance.stage).front())};
    }
    MadeOuts made;
    for (const auto up : instance.inputs) {
      if (!plans_[up].cached) {
        return {"", fmt::format("after {}", quote(context_.graph.instances[up].id))};
      }
      add_made_outs(plans_[up], made);
    }
    auto& plan = plans_[index];
    plan = planner_.plan(instance, made);
    const bool is_known = plan.step == Plan::Step::hit || plan.step == Plan::Step::run;
    if (!is_known || plan.key.is_zero()) {
      return {"", plan.reason};
    }
    PlannedKey key{plan.key.hex(), ""};
    if (!plan.cached) {
      plan = Plan();  // nobody reads from it: ten thousand of them would be held for nothing
    }
    return key;
  }

 private:
  const RunContext& context_;
  Planner planner_;
  std::vector<bool> skipped_;
  std::vector<Plan> plans_;
};

void add_line(std::string& text, std::string_view what, const std::string& value) {
  if (!value.empty()) {
    text += fmt::format("  {:<12} {}\n", what, escape_for_terminal(value));
  }
}

}  // namespace

std::vector<PlannedKey> plan_keys(const RunContext& context) {
  KeyPlanner planner(context);
  std::vector<PlannedKey> keys;
  for (std::size_t i = 0; i < context.graph.instances.size(); ++i) {
    context.cancel.check();
    keys.push_back(planner.plan(i));
  }
  return keys;
}

/// Instance by instance: the text is held once, the values of one instance at a time.
std::string plan_as_json(const Pipeline& pipeline,
                         const Graph& graph,
                         const std::vector<std::size_t>& selected,
                         const std::vector<PlannedKey>& keys) {
  const Json head{{"version", kPlanVersion},
                  {"name", pipeline.name},
                  {"file", pipeline.file},
                  {"params_files", pipeline.params_files},
                  {"environments", environments_json(pipeline)},
                  {"pools", pools_json(pipeline)}};
  auto text = dump(head);
  text.pop_back();
  text += ",\"instances\":[";
  std::string edges;
  for (const auto index : selected) {
    const auto& instance = graph.instances[index];
    text += index == selected.front() ? "" : ",";
    text += dump(to_json(instance, keys[index]));
    for (const auto up : instance.upstream) {
      if (std::binary_search(selected.begin(), selected.end(), up)) {
        edges += edges.empty() ? "" : ",";
        edges += dump({{"from", graph.instances[up].id},
                       {"to", instance.id},
                       {"kind", instance.is_input(up) ? "data" : "order"}});
      }
    }
  }
  return text + "],\"edges\":[" + edges + "]}";
}

std::string plan_as_text(const Graph& graph,
                         const std::vector<std::size_t>& selected,
                         const std::vector<PlannedKey>& keys) {
  std::string text;
  for (const auto index : selected) {
    const auto& instance = graph.instances[index];
    const auto& stage = *instance.stage;
    text += escape_for_terminal(instance.id) + "\n";
    add_line(text, "command", shell_join(instance.argv));
    add_line(text, "workdir", instance.workdir == "." ? "" : instance.workdir);
    add_line(text, "environment", stage.environment);
    add_line(text, "pool", stage.pool == "local" ? "" : stage.pool);
    for (const auto up : instance.upstream) {
      const bool reads = instance.is_input(up);
      add_line(text, reads ? "reads from" : "comes after", graph.instances[up].id);
    }
    for (const auto& dep : instance.deps) {
      add_line(text, "reads", dep);
    }
    for (const auto& out : instance.outs) {
      add_line(text, "makes", out.path);
    }
    const auto& key = keys[index];
    add_line(text, "key", key.key.empty() ? fmt::format("not known: {}", key.pending) : key.key);
  }
  return text;
}

}  // namespace mlops::pipeline
