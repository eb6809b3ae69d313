#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "pipeline/parse_stage.h"
#include "pipeline/path.h"

namespace mlops::pipeline {

namespace {

constexpr std::size_t kMaxImageName = 512;

using config::Table;
using config::Value;

/// The name of an image is handed to the client of an engine: no flag, nothing that is no name.
void read_image(const Table& table, Environment& environment) {
  const auto value = table.find("image");
  if (!value) {
    return;
  }
  environment.image = value->as_string();
  const auto is_name_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("./:@_-[]").find(c) != std::string_view::npos;
  };
  const auto& name = environment.image;
  if (name.empty() || name.size() > kMaxImageName || name.front() == '-' ||
      !std::all_of(name.begin(), name.end(), is_name_letter)) {
    value->fail(fmt::format("{} is not a name of an image", quote(name)),
                "as the engine takes it: debian:12-slim, ghcr.io/acme/churn@sha256:...");
  }
}

void read_tools(const Table& table, Environment& environment) {
  if (const auto tools = table.find("tools"); tools) {
    environment.tools = read_unique_strings(*tools);
  }
}

void read_conda(const Table& table, Environment& environment) {
  const auto file = table.find("file");
  const auto prefix = table.find("prefix");
  if (file.has_value() == prefix.has_value()) {
    table.fail("a conda environment needs either 'file' or 'prefix'");
  }
  if (file) {
    environment.file = read_path(*file);
  } else {
    environment.prefix = prefix->as_string();
    if (environment.prefix.empty()) {
      prefix->fail("is empty");
    }
  }
  if (const auto lock = table.find("lock"); lock) {
    environment.lock = read_path(*lock);
  }
  read_image(table, environment);
}

void read_venv(const Table& table, Environment& environment) {
  environment.path = read_path(table.require("path"));
  if (const auto requirements = table.find("requirements"); requirements) {
    for (const auto& file : requirements->as_array()) {
      environment.requirements.push_back(read_path(file));
    }
  }
  read_image(table, environment);
}

void read_container(const Table& table, Environment& environment) {
  static const std::array<std::string, 3> kPull{"missing", "always", "never"};
  read_image(table, environment);
  const auto build = table.find_table("build");
  if (environment.image.empty() && !build) {
    table.fail("a container environment needs 'image' or 'build'");
  }
  if (build) {
    ImageBuild image_build;
    image_build.context = read_path(build->require("context"));
    const auto file = build->find("file");
    image_build.file = file ? read_path(*file) : normal_path(image_build.context + "/Dockerfile");
    build->finish();
    environment.build = std::move(image_build);
  }
  if (const auto pull = table.find_choice("pull", kPull); pull) {
    environment.pull = *pull == "always"  ? PullPolicy::always
                       : *pull == "never" ? PullPolicy::never
                                          : PullPolicy::missing;
  }
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
  table.require("type");
  const auto type = table.find_choice("type", kTypes).value_or("");
  if (type == "process") {
    read_tools(table, environment);
  } else if (type == "venv") {
    environment.type = EnvironmentType::venv;
    read_venv(table, environment);
  } else if (type == "conda") {
    environment.type = EnvironmentType::conda;
    read_conda(table, environment);
  } else {
    environment.type = EnvironmentType::container;
    read_container(table, environment);
  }
  if (environment.type != EnvironmentType::process) {
    environment.same_as = table.find_string("same_as").value_or("");
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
