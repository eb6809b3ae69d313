#include "pipeline/parse_stage.h"

#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "pipeline/condition.h"

namespace mlops::pipeline {

namespace {

using config::Value;

std::vector<std::string> read_command_words(const Value& value) {
  auto words = value.as_strings();
  if (words.empty() || words.front().empty()) {
    value.fail("is empty");
  }
  return words;
}

void read_command(const StageKeys& keys, Stage& stage, StagePart part) {
  if (const auto shell = keys.find("shell"); shell) {
    stage.shell = read_command_words(*shell);
  }
  const auto cmd = keys.find("cmd");
  if (!cmd) {
    if (part == StagePart::stage) {
      keys.own().fail("key 'cmd' is missing");
    }
    return;
  }
  if (cmd->is(Value::Kind::string)) {
    stage.script = cmd->as_string();
    if (trim(*stage.script).empty()) {
      cmd->fail("is empty");
    }
  } else {
    stage.argv = read_command_words(*cmd);
  }
}

CachePolicy read_cache_policy(const Value& value) {
  if (value.is(Value::Kind::boolean)) {
    return value.as_bool() ? CachePolicy::automatic : CachePolicy::never;
  }
  if (value.as_string() != "always") {
    value.fail(fmt::format("must be true, false or \"always\", not {}", quote(value.as_string())));
  }
  return CachePolicy::always;
}

void read_inputs(const StageKeys& keys, Stage& stage) {
  if (const auto workdir = keys.find("workdir"); workdir) {
    stage.workdir = read_path(*workdir);
  }
  if (const auto deps = keys.find("deps"); deps) {
    read_unique_strings(*deps);
    for (const auto& dep : deps->as_array()) {
      stage.deps.push_back(read_path_or_glob(dep));
    }
  }
  if (const auto params = keys.find("params"); params) {
    stage.params = read_unique_strings(*params);
  }
  if (const auto after = keys.find("after"); after) {
    stage.after = read_unique_strings(*after);
  }
}

void read_behaviour(const StageKeys& keys, Stage& stage) {
  if (const auto when = keys.find("when"); when) {
    stage.when = when->as_string();
    if (const auto problem = condition_problem(*stage.when); !problem.empty()) {
      when->fail(problem);
    }
  }
  if (const auto checks = keys.find("checks"); checks) {
    stage.checks = read_unique_strings(*checks);
    stage.checks_position = checks->position();
  }
  if (const auto cache = keys.find("cache"); cache) {
    stage.cache = read_cache_policy(*cache);
  }
  if (const auto allow = keys.find("allow_failure"); allow) {
    stage.allow_failure = allow->as_bool();
  }
  if (const auto description = keys.find("description"); description) {
    stage.description = description->as_string();
  }
}

}  // namespace

StageKeys::StageKeys(config::Table own, std::optional<config::Table> base)
    : own_(std::move(own)), base_(std::move(base)) {}

std::optional<Value> StageKeys::find(std::string_view key) const {
  auto own = own_.find(key);
  auto base = base_ ? base_->find(key) : std::nullopt;
  return own ? own : base;
}

Stage read_stage(const std::string& name, const StageKeys& keys, StagePart part) {
  if (part == StagePart::stage) {
    check_name(name, keys.own(), kMaxName);
  }
  Stage stage;
  stage.name = name;
  stage.position = keys.own().position();
  read_command(keys, stage, part);
  read_inputs(keys, stage);
  read_outs(keys, stage);
  if (const auto matrix = keys.find("matrix"); matrix) {
    read_matrix(*matrix, stage);
  }
  if (const auto environment = keys.find("environment"); environment) {
    stage.environment = environment->as_string();
  }
  if (const auto pool = keys.find("pool"); pool) {
    stage.pool = pool->as_string();
  }
  read_limits(keys, stage);
  read_behaviour(keys, stage);
  keys.own().finish();
  return stage;
}

}  // namespace mlops::pipeline
