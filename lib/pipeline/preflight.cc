#include "pipeline/preflight.h"

#include <map>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "pipeline/outputs.h"
#include "pipeline/secrets.h"
#include "pipeline/slots.h"

namespace mlops::pipeline {

void refuse_unsupported(const RunContext& context, const std::vector<std::size_t>& selected) {
  for (const auto index : selected) {
    const auto needed = context.pipeline.unsupported_by(*context.graph.instances[index].stage);
    if (!needed.empty()) {
      throw Error(ErrorKind::config,
                  to_string(needed.front()),
                  "mlops pipeline validate lists all such keys");
    }
  }
}

void require_checks(const RunContext& context, const std::vector<std::size_t>& selected) {
  for (const auto index : selected) {
    const auto& stage = *context.graph.instances[index].stage;
    const auto where = config::to_string(stage.checks_position);
    for (const auto& check : stage.checks) {
      if (context.options.gate == nullptr) {
        throw Error(ErrorKind::config, fmt::format("{}: nothing here judges checks", where));
      }
      context.options.gate->require(check, where);
    }
  }
}

void warn_of_unsupported(const Pipeline& pipeline, Progress& progress) {
  for (const auto& around : pipeline.unsupported) {
    progress.warn(to_string(around));
  }
}

void check_slots(const RunContext& context, const std::vector<std::size_t>& selected) {
  const auto& options = context.options;
  std::map<std::string, Slots> slots;  // the machine is asked once a pool
  for (const auto index : selected) {
    const auto& stage = *context.graph.instances[index].stage;
    const auto& pool = context.pipeline.pools.at(stage.pool);
    slots.try_emplace(stage.pool, pool, options.jobs, options.environment)
        .first->second.check(stage);
  }
}

namespace {

/// Outs that are not cached are in no store: whether an earlier run made them, the memory of keys
/// tells.
std::set<std::string> made_before(const Planner& planner, const Instance& instance) {
  std::set<std::string> paths;
  for (const auto& out : instance.outs) {
    if (!out.cache) {
      paths.insert(out.path);
    }
  }
  if (!paths.empty()) {
    const auto memory = planner.memory().find(instance);
    std::erase_if(paths, [&](const std::string& path) {
      return !memory || !memory->contains("out " + path);
    });
  }
  return paths;
}

}  // namespace

/// Nothing of the user may be lost, and he hears of it before anything runs.
void check_outs(const RunContext& context,
                Planner& planner,
                const std::vector<Plan>& plans,
                const Preview& preview,
                const std::vector<std::size_t>& selected) {
  for (const auto index : selected) {
    if (preview.is_skipped(index)) {
      continue;
    }
    const auto& declared = context.graph.instances[index];
    const auto own = made_before(planner, declared);
    auto foreign = declared;
    std::erase_if(foreign.outs, [&](const Out& out) {
      return own.contains(out.path) || preview.is_half_written(out.path);
    });
    check_outs_free(
        context.workspace,
        foreign,
        plans[index].step == Plan::Step::hit ? UnknownFiles::allow : UnknownFiles::refuse,
        context.progress,
        context.cancel);
  }
}

void check_secrets(const RunContext& context,
                   const std::vector<Plan>& plans,
                   const Preview& preview,
                   const std::vector<std::size_t>& selected) {
  if (context.options.mode != RunMode::run || context.options.on_miss == OnMiss::fail) {
    return;
  }
  for (const auto index : selected) {
    if (!preview.is_skipped(index) && plans[index].step == Plan::Step::run) {
      read_secret_values(
          *context.graph.instances[index].stage, context.options, origin_of(context));
    }
  }
}

void check_grades(const RunContext& context,
                  Planner& planner,
                  const std::vector<Plan>& plans,
                  const Preview& preview,
                  const std::vector<std::size_t>& selected) {
  if (context.options.strictness != Strictness::strict) {
    return;
  }
  for (const auto index : selected) {
    const auto& instance = context.graph.instances[index];
    if (preview.is_skipped(index)) {
      continue;
    }
    const auto grade =
        plans[index].cached ? plans[index].cached->grade : planner.identify(instance).grade;
    if (grade == "weak") {
      throw Error(ErrorKind::config,
                  fmt::format("{}.environment: nothing is known of what {} runs in, and --strict "
                              "does not take results of grade weak",
                              config::to_string(instance.stage->position),
                              quote(instance.id)),
                  "give it an environment with tools, such as tools = [\"python3 --version\"]");
    }
  }
}

}  // namespace mlops::pipeline
