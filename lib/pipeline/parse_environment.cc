#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "pipeline/parse_stage.h"

namespace mlops::pipeline {

namespace {

using config::Table;
using config::Value;

void read_conda(const Table& table) {
  const auto file = table.find("file");
  const auto prefix = table.find("prefix");
  if (file.has_value() == prefix.has_value()) {
    table.fail("a conda environment needs either 'file' or 'prefix'");
  }
  if (file) {
    read_path(*file);
  } else {
    static_cast<void>(prefix->as_string());
  }
  if (const auto lock = table.find("lock"); lock) {
    read_path(*lock);
  }
  table.find_string("image");
}

void read_venv(const Table& table) {
  read_path(table.require("path"));
  if (const auto requirements = table.find("requirements"); requirements) {
    for (const auto& file : requirements->as_array()) {
      read_path(file);
    }
  }
  table.find_string("image");
}

void read_container(const Table& table) {
  static const std::array<std::string, 3> kPull{"missing", "always", "never"};
  const auto image = table.find_string("image");
  const auto build = table.find_table("build");
  if (!image && !build) {
    table.fail("a container environment needs 'image' or 'build'");
  }
  if (build) {
    read_path(build->require("context"));
    if (const auto file = build->find("file"); file) {
      read_path(*file);
    }
    build->finish();
  }
  table.find_choice("pull", kPull);
}

/// The whole of a Kubernetes pool, so that a slip is found before anything is sent anywhere.
void read_kubernetes(const Table& table) {
  static const std::array<std::string, 3> kKeep{"never", "failed", "always"};
  table.find_string("context");
  table.find_string("namespace");
  if (const auto data = table.find("data"); data) {
    const auto text = data->as_string();
    const auto parts = split(text, ':');
    const bool is_claim = parts.front() == "pvc" && parts.size() >= 2 && parts.size() <= 3;
    if (text != "store" && text != "stream" && !(is_claim && !parts[1].empty())) {
      data->fail(
          fmt::format("must be 'store', 'stream' or 'pvc:CLAIM[:SUBPATH]', not {}", quote(text)));
    }
  }
  table.find_choice("keep", kKeep);
  if (const auto limits = table.find_table("limits"); limits) {
    if (const auto parallel = limits->find("parallel"); parallel) {
      read_count(*parallel, 1, 100'000);
    }
    for (const auto* key : {"pending", "image_pull", "api_lost", "ttl"}) {
      if (const auto limit = limits->find(key); limit) {
        read_duration(*limit);
      }
    }
    limits->finish();
  }
  if (const auto labels = table.find_table("labels"); labels) {
    for (const auto& key : labels->keys()) {
      labels->find_string(key);
    }
  }
  table.find_table("pod");
}

void read_slots(const Table& slots, Pool& pool) {
  if (const auto cpu = slots.find("cpu"); cpu) {
    pool.cpu_slots = read_count(*cpu, 1, 65'536);
  }
  if (const auto memory = slots.find("memory"); memory) {
    pool.memory_slots = read_bytes(*memory);
  }
  if (const auto gpu = slots.find("gpu"); gpu) {
    pool.gpu_slots = read_count(*gpu, 0, 1'024);
  }
  slots.finish();
}

}  // namespace

Environment read_environment(const std::string& name, const Table& table) {
  static const std::array<std::string, 4> kTypes{"process", "venv", "conda", "container"};
  check_name(name, table, kMaxName);
  Environment environment;
  environment.name = name;
  environment.position = table.position();
  const auto type_value = table.require("type");
  const auto type = table.find_choice("type", kTypes).value_or("");
  if (type == "process") {
    if (const auto tools = table.find("tools"); tools) {
      environment.tools = read_unique_strings(*tools);
    }
  } else if (type == "venv") {
    environment.type = EnvironmentType::venv;
    read_venv(table);
  } else if (type == "conda") {
    environment.type = EnvironmentType::conda;
    read_conda(table);
  } else {
    environment.type = EnvironmentType::container;
    read_container(table);
  }
  if (environment.type != EnvironmentType::process) {
    table.find_string("same_as");
    environment.unsupported.push_back(
        {type_value.position(), fmt::format("environments of type '{}'", type)});
  }
  table.finish();
  return environment;
}

Pool read_pool(const std::string& name, const Table& table) {
  static const std::array<std::string, 2> kTypes{"local", "kubernetes"};
  check_name(name, table, kMaxName);
  Pool pool;
  pool.name = name;
  pool.position = table.position();
  const auto type_value = table.require("type");
  if (table.find_choice("type", kTypes) == "local") {
    if (const auto slots = table.find_table("slots"); slots) {
      read_slots(*slots, pool);
    }
  } else {
    pool.type = PoolType::kubernetes;
    read_kubernetes(table);
    pool.unsupported.push_back({type_value.position(), "pools of type 'kubernetes'"});
  }
  table.finish();
  return pool;
}

}  // namespace mlops::pipeline
