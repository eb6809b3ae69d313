#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "pipeline/parse_stage.h"
#include "pipeline/path.h"

namespace mlops::pipeline {

namespace {

using config::Table;
using config::Value;

constexpr std::uint64_t kMaxRetries = 100;

bool is_variable_name(std::string_view name) {
  const auto is_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && !(name.front() >= '0' && name.front() <= '9') &&
         std::all_of(name.begin(), name.end(), is_word);
}

void check_variable(const std::string& name, const Value& where, std::set<std::string>& seen) {
  if (!is_variable_name(name)) {
    where.fail(fmt::format("{} is not a name of an environment variable", quote(name)));
  }
  if (name == "MLOPS_PARAMS" || name == "MLOPS_SECRETS") {
    where.fail(fmt::format("{} is set by mlops", name));
  }
  if (!seen.insert(name).second) {
    where.fail(fmt::format("the variable {} is declared twice", quote(name)));
  }
}

void read_env(const Table& env, EnvironmentVariables& variables) {
  std::set<std::string> seen;
  if (const auto set = env.find_table("set"); set) {
    for (const auto& name : set->keys()) {
      const auto value = set->require(name);
      check_variable(name, value, seen);
      variables.set[name] = value.as_string();
    }
  }
  const auto read_names = [&](std::string_view key, std::vector<std::string>& names) {
    if (const auto list = env.find(key); list) {
      names = list->as_strings();
      for (const auto& name : names) {
        check_variable(name, *list, seen);
      }
    }
  };
  read_names("hash", variables.hash);
  read_names("pass", variables.pass);
  env.finish();
}

/// Where a secret comes from on this machine; never the secret itself.
std::string read_local_source(const Value& value) {
  auto source = value.as_string();
  const bool is_variable =
      source.starts_with("env:") && is_variable_name(std::string_view(source).substr(4));
  const bool is_file = source.starts_with("file:") && source.size() > 5;
  if (!is_variable && !is_file) {
    // Not shown: somebody may have written the secret here.
    value.fail("must be \"env:NAME\" or \"file:PATH\"",
               "the pipeline file names where a secret is, it never holds one");
  }
  return source;
}

Secret read_secret(const Value& value) {
  const auto table = value.as_table();
  const auto variable = table.find_string("env");
  const auto file = table.find_string("file");
  if (variable.has_value() == file.has_value()) {
    table.fail("a secret needs either 'env' or 'file'");
  }
  Secret secret;
  secret.position = value.position();
  secret.target = variable ? Secret::Target::variable : Secret::Target::file;
  secret.name = variable ? *variable : *file;
  if (const auto local = table.find("local"); local) {
    secret.local = read_local_source(*local);
  }
  if (file) {
    const auto path = std::string_view(*file).substr(file->starts_with('/') ? 1 : 0);
    if (path.empty() || !path_problem(path).empty()) {
      table.require("file").fail(fmt::format("{} is no path of a file", quote(*file)));
    }
  }
  table.find_string("kubernetes");
  table.finish();
  return secret;
}

void read_secrets(const Value& secrets, Stage& stage) {
  std::set<std::string> seen;
  for (const auto& value : secrets.as_array()) {
    auto secret = read_secret(value);
    if (secret.target == Secret::Target::variable) {
      const auto& variables = stage.variables;
      seen.insert(variables.hash.begin(), variables.hash.end());
      seen.insert(variables.pass.begin(), variables.pass.end());
      for (const auto& [name, text] : variables.set) {
        seen.insert(name);
      }
      check_variable(secret.name, value, seen);
    } else if (!seen.insert(secret.name).second) {
      value.fail(fmt::format("the file {} is declared twice", quote(secret.name)));
    }
    stage.secrets.push_back(std::move(secret));
  }
}

void read_resources(const Table& table, Stage& stage) {
  auto& resources = stage.resources;
  const auto note = [&](std::string_view key) {
    auto value = table.find(key);
    if (value) {
      resources.declared[std::string(key)] =
          value->is(Value::Kind::string) ? value->as_string() : read_scalar(*value);
    }
    return value;
  };
  if (const auto cpu = note("cpu"); cpu) {
    resources.cpu = read_count(*cpu, 1, 65'536);
  }
  if (const auto memory = note("memory"); memory) {
    resources.memory_bytes = read_bytes(*memory);
  }
  if (const auto disk = note("disk"); disk) {
    resources.disk_bytes = read_bytes(*disk);
  }
  if (const auto gpu = note("gpu"); gpu) {
    resources.gpu = read_count(*gpu, 0, 1'024);
  }
  if (const auto gpu_resource = note("gpu_resource"); gpu_resource) {
    static_cast<void>(gpu_resource->as_string());
  }
  if (const auto shm = note("shm"); shm) {
    resources.shm_bytes = read_bytes(*shm);
  }
  table.finish();
}

void check_retry_cause(const Value& where, const std::string& cause) {
  static const std::set<std::string> kCauses{"infra", "oom", "timeout"};
  if (kCauses.contains(cause)) {
    return;
  }
  const std::string_view prefix = "exit:";
  const auto digits = std::string_view(cause).substr(std::min(prefix.size(), cause.size()));
  const bool is_number = !digits.empty() && digits.size() <= 3 &&
                         digits.find_first_not_of("0123456789") == std::string_view::npos;
  if (!cause.starts_with(prefix) || !is_number || std::stoi(std::string(digits)) > 255 ||
      std::stoi(std::string(digits)) == 0) {
    where.fail(fmt::format("must be 'infra', 'oom', 'timeout' or 'exit:N', not {}", quote(cause)));
  }
}

void read_retry(const Table& table, Stage& stage) {
  auto& retry = stage.retry;
  retry.max = static_cast<std::uint32_t>(read_count(table.require("max"), 0, kMaxRetries));
  retry.on = {"infra"};
  if (const auto on = table.find("on"); on) {
    retry.on = read_unique_strings(*on);
    for (const auto& cause : retry.on) {
      check_retry_cause(*on, cause);
    }
  }
  if (const auto backoff = table.find("backoff"); backoff) {
    retry.backoff = read_duration(*backoff);
  }
  if (const auto factor = table.find("factor"); factor) {
    retry.factor = factor->as_number();
    if (retry.factor < 1.0 || retry.factor > 100.0) {
      factor->fail("must be from 1 to 100");
    }
  }
  if (const auto max_backoff = table.find("max_backoff"); max_backoff) {
    retry.max_backoff = read_duration(*max_backoff);
  }
  if (const auto factor = table.find("oom_memory_factor"); factor) {
    retry.oom_memory_factor = factor->as_number();
    if (retry.oom_memory_factor < 1.0 || retry.oom_memory_factor > 100.0) {
      factor->fail("must be from 1 to 100");
    }
  }
  table.finish();
}

void read_timeout(const Value& value, Stage& stage) {
  if (value.is(Value::Kind::string)) {
    stage.timeout = read_duration(value);
    return;
  }
  const auto table = value.as_table();
  if (const auto run = table.find("run"); run) {
    stage.timeout = read_duration(*run);
  }
  if (const auto grace = table.find("grace"); grace) {
    stage.grace = read_duration(*grace);
  }
  table.finish();
}

MatrixAxis read_axis(const std::string& name, const Value& value) {
  MatrixAxis axis;
  axis.name = name;
  if (value.is(Value::Kind::string)) {
    const auto text = value.as_string();
    constexpr std::string_view kOpen = "${params.";
    if (!text.starts_with(kOpen) || !text.ends_with("}") || text.size() <= kOpen.size() + 1) {
      value.fail("must be an array, or \"${params.PATH}\" that names one");
    }
    axis.params_path = text.substr(kOpen.size(), text.size() - kOpen.size() - 1);
    return axis;
  }
  std::set<std::string> seen;
  for (const auto& element : value.as_array()) {
    axis.values.push_back(read_scalar(element));
    if (!seen.insert(axis.values.back()).second) {
      element.fail(fmt::format("{} stands there twice", axis.values.back()));
    }
  }
  if (axis.values.empty()) {
    value.fail("is empty: the stage would have no instance");
  }
  return axis;
}

void read_exclude(const Value& value, Stage& stage) {
  for (const auto& element : value.as_array()) {
    const auto table = element.as_table();
    std::map<std::string, std::string> excluded;
    for (const auto& name : table.keys()) {
      const auto is_axis = [&](const MatrixAxis& axis) { return axis.name == name; };
      if (std::none_of(stage.matrix.begin(), stage.matrix.end(), is_axis)) {
        table.require(name).fail(fmt::format("the matrix has no axis {}", quote(name)));
      }
      excluded[name] = read_scalar(table.require(name));
    }
    if (excluded.empty()) {
      element.fail("is empty: it would exclude every instance");
    }
    stage.matrix_exclude.push_back(std::move(excluded));
  }
}

}  // namespace

void read_matrix(const Value& value, Stage& stage) {
  const auto table = value.as_table();
  const auto exclude = table.find("exclude");
  for (const auto& name : table.keys()) {
    if (name == "exclude") {
      continue;
    }
    const auto axis = table.require(name);
    if (!is_variable_name(name) || name.size() > kMaxName) {
      axis.fail(fmt::format("{} is not a name of a matrix axis", quote(name)),
                "names are made of letters, digits and '_'");
    }
    stage.matrix.push_back(read_axis(name, axis));
  }
  if (stage.matrix.empty()) {
    value.fail("has no axis");
  }
  if (exclude) {
    read_exclude(*exclude, stage);
  }
}

void read_limits(const StageKeys& keys, Stage& stage) {
  if (const auto env = keys.find("env"); env) {
    read_env(env->as_table(), stage.variables);
  }
  if (const auto secrets = keys.find("secrets"); secrets) {
    read_secrets(*secrets, stage);
  }
  if (const auto resources = keys.find("resources"); resources) {
    read_resources(resources->as_table(), stage);
  }
  if (const auto timeout = keys.find("timeout"); timeout) {
    read_timeout(*timeout, stage);
  }
  if (const auto retry = keys.find("retry"); retry) {
    read_retry(retry->as_table(), stage);
  }
}

}  // namespace mlops::pipeline
