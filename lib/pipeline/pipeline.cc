#include "pipeline/pipeline.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "base/suggest.h"
#include "base/text.h"
#include "pipeline/parse_stage.h"
#include "pipeline/path.h"

namespace mlops::pipeline {

namespace {

using config::Table;
using config::Value;

constexpr std::size_t kMaxStages = 20'000;

std::string name_from_file(const std::string& file) {
  auto name = file.substr(file.rfind('/') + 1);
  name = name.substr(0, name.rfind('.'));
  return name;
}

template <typename Map>
std::vector<std::string> names_of(const Map& map) {
  std::vector<std::string> names;
  names.reserve(map.size());
  for (const auto& [name, value] : map) {
    names.push_back(name);
  }
  return names;
}

void read_head(const Table& document, Pipeline& pipeline) {
  if (!document.find("schema")) {
    document.fail("key 'schema' is missing", "begin the file with: schema = 1");
  }
  const auto schema = document.require("schema");
  if (schema.as_integer() != 1) {
    schema.fail(fmt::format("schema {} is not known to this build", schema.as_integer()),
                "it reads schema 1; a newer mlops may read this file");
  }
  pipeline.name = name_from_file(pipeline.file);
  if (const auto name = document.find_string("name"); name) {
    check_name(*name, document, kMaxPipelineName);
    pipeline.name = *name;
  }
  static const std::set<std::string> kFormats{"toml", "json", "yaml", "yml"};
  if (const auto params = document.find("params"); params) {
    for (const auto& value : params->as_array()) {
      auto path = read_path(value);
      if (!kFormats.contains(path.substr(path.rfind('.') + 1))) {
        value.fail(fmt::format("{} does not end in .toml, .json or .yaml", quote(path)));
      }
      pipeline.params_files.push_back(std::move(path));
    }
  }
}

void read_places(const Table& document, Pipeline& pipeline) {
  if (const auto environments = document.find_table("environment"); environments) {
    for (const auto& name : environments->keys()) {
      pipeline.environments.emplace(name,
                                    read_environment(name, environments->require(name).as_table()));
    }
  }
  if (const auto pools = document.find_table("pool"); pools) {
    for (const auto& name : pools->keys()) {
      pipeline.pools.emplace(name, read_pool(name, pools->require(name).as_table()));
    }
  }
  pipeline.pools.try_emplace("local");
}

/// Each chain of `same_as` ends at an environment that stands for itself.
void check_equivalences(const Pipeline& pipeline, const Table& document) {
  for (const auto& [name, environment] : pipeline.environments) {
    std::vector<std::string> chain{name};
    for (auto next = environment.same_as; !next.empty();
         next = pipeline.environments.at(next).same_as) {
      const auto value = document.require("environment")
                             .as_table()
                             .require(chain.back())
                             .as_table()
                             .require("same_as");
      if (!pipeline.environments.contains(next)) {
        value.fail(fmt::format("there is no environment {}", quote(next)),
                   did_you_mean(next, names_of(pipeline.environments)));
      }
      const bool is_cycle = std::find(chain.begin(), chain.end(), next) != chain.end();
      chain.push_back(next);
      if (is_cycle) {
        value.fail(fmt::format("goes round in a circle: {}", join(chain, " -> ")),
                   "one of them stands for itself: remove its same_as");
      }
    }
  }
}

/// Hooks are lists of argument vectors.
std::vector<std::vector<std::string>> read_hook(const Table& hooks, std::string_view key) {
  std::vector<std::vector<std::string>> commands;
  if (const auto list = hooks.find(key); list) {
    for (const auto& command : list->as_array()) {
      commands.push_back(command.as_strings());
      if (commands.back().empty() || commands.back().front().empty()) {
        command.fail("is empty");
      }
    }
  }
  return commands;
}

void read_hooks(const Table& document, Pipeline& pipeline) {
  const auto hooks = document.find_table("hooks");
  if (!hooks) {
    return;
  }
  pipeline.hooks.position = hooks->position();
  pipeline.hooks.on_failure = read_hook(*hooks, "on_failure");
  pipeline.hooks.on_success = read_hook(*hooks, "on_success");
  hooks->finish();
}

void read_schedules(const Table& document, Pipeline& pipeline) {
  static const std::array<std::string, 4> kOverlap{"skip", "queue", "replace", "allow"};
  static const std::array<std::string, 3> kCatchup{"none", "last", "all"};
  for (const auto& schedule : document.find_tables("schedule")) {
    static_cast<void>(schedule.require("cron").as_string());
    schedule.find_string("tz");
    schedule.find_choice("overlap", kOverlap);
    schedule.find_choice("catchup", kCatchup);
    if (const auto deadline = schedule.find("deadline"); deadline) {
      read_duration(*deadline);
    }
    schedule.find_table("params");
    schedule.finish();
    pipeline.unsupported.push_back({schedule.position(), "schedules"});
  }
}

std::string or_declare(std::string suggestion, std::string_view group, const std::string& name) {
  return suggestion.empty()
             ? fmt::format("declare it: [{}.{}], see man mlops-pipeline", group, name)
             : std::move(suggestion);
}

void check_references(const Pipeline& pipeline, const Stage& stage, const Table& where) {
  if (!stage.environment.empty() && !pipeline.environments.contains(stage.environment)) {
    where.fail(fmt::format("there is no environment {}", quote(stage.environment)),
               or_declare(did_you_mean(stage.environment, names_of(pipeline.environments)),
                          "environment",
                          stage.environment));
  }
  if (!pipeline.pools.contains(stage.pool)) {
    where.fail(fmt::format("there is no pool {}", quote(stage.pool)),
               or_declare(did_you_mean(stage.pool, names_of(pipeline.pools)), "pool", stage.pool));
  }
}

void read_stages(const Table& document, Pipeline& pipeline) {
  const auto defaults = document.find_table("default");
  if (defaults) {
    const auto base = read_stage("default", {*defaults, std::nullopt}, StagePart::defaults);
    check_references(pipeline, base, *defaults);
  }
  const auto stages = document.find_table("stage");
  if (!stages) {
    return;
  }
  const auto names = stages->keys();
  if (names.size() > kMaxStages) {
    stages->fail(fmt::format("more than {} stages", kMaxStages));
  }
  for (const auto& name : names) {
    const auto table = stages->require(name).as_table();
    pipeline.stages.push_back(read_stage(name, {table, defaults}, StagePart::stage));
    check_references(pipeline, pipeline.stages.back(), table);
  }
}

void check_predictions(const Pipeline& pipeline, const Table& document) {
  const auto names = [&] {
    std::vector<std::string> all;
    for (const auto& stage : pipeline.stages) {
      all.push_back(stage.name);
    }
    return all;
  }();
  for (const auto& set : pipeline.predictions) {
    const auto where = document.require("predictions").as_table().require(set.name).as_table();
    if (const auto problem = path_problem(set.path); !problem.empty()) {
      where.require("path").fail(fmt::format("the path {} {}", quote(set.path), problem));
    }
    if (set.stage && std::find(names.begin(), names.end(), *set.stage) == names.end()) {
      where.require("stage").fail(fmt::format("there is no stage {}", quote(*set.stage)),
                                  did_you_mean(*set.stage, names));
    }
  }
}

void append(std::vector<Unsupported>& all, const std::vector<Unsupported>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

std::string to_string(const Unsupported& unsupported) {
  return fmt::format("{}: {} are not supported by this build yet",
                     config::to_string(unsupported.position),
                     unsupported.what);
}

std::string_view to_string(EnvironmentType type) {
  switch (type) {
    case EnvironmentType::process:
      return "process";
    case EnvironmentType::venv:
      return "venv";
    case EnvironmentType::conda:
      return "conda";
    case EnvironmentType::container:
      return "container";
  }
  return "process";
}

std::string_view to_string(PullPolicy policy) {
  switch (policy) {
    case PullPolicy::missing:
      return "missing";
    case PullPolicy::always:
      return "always";
    case PullPolicy::never:
      return "never";
  }
  return "missing";
}

std::string_view to_string(OutKind kind) {
  switch (kind) {
    case OutKind::data:
      return "data";
    case OutKind::metrics:
      return "metrics";
    case OutKind::plot:
      return "plot";
  }
  return "data";
}

std::vector<Unsupported> Pipeline::unsupported_by(const Stage& stage) const {
  auto all = stage.unsupported;
  if (const auto found = environments.find(stage.environment); found != environments.end()) {
    append(all, found->second.unsupported);
  }
  if (const auto found = pools.find(stage.pool); found != pools.end()) {
    append(all, found->second.unsupported);
  }
  return all;
}

std::vector<Unsupported> Pipeline::list_unsupported() const {
  auto all = unsupported;
  for (const auto& [key, environment] : environments) {
    append(all, environment.unsupported);
  }
  for (const auto& [key, pool] : pools) {
    append(all, pool.unsupported);
  }
  for (const auto& stage : stages) {
    append(all, stage.unsupported);
  }
  const auto place = [](const Unsupported& one) {
    return std::tie(one.position.line, one.position.key);
  };
  std::stable_sort(all.begin(), all.end(), [&](const Unsupported& a, const Unsupported& b) {
    return place(a) < place(b);
  });
  // A key of `default` is every stage's that does not override it; it stands in the file once.
  const auto last = std::unique(
      all.begin(), all.end(), [&](const auto& a, const auto& b) { return place(a) == place(b); });
  all.erase(last, all.end());
  return all;
}

Pipeline parse_pipeline(std::string_view text, const std::string& file) {
  const auto document = config::parse_toml(text, file);
  Pipeline pipeline;
  pipeline.file = file;
  read_head(document, pipeline);
  read_places(document, pipeline);
  check_equivalences(pipeline, document);
  read_stages(document, pipeline);
  pipeline.predictions = policy::read_prediction_sets(document);
  // A file without prediction sets still knows the key.
  document.find_table("predictions");
  check_predictions(pipeline, document);
  read_hooks(document, pipeline);
  read_schedules(document, pipeline);
  document.finish();
  return pipeline;
}

}  // namespace mlops::pipeline
