#include "pipeline/instantiate.h"

#include <optional>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "pipeline/condition.h"
#include "pipeline/matrix.h"
#include "pipeline/path.h"
#include "pipeline/substitute.h"

namespace mlops::pipeline {

namespace {

/// Where a name of `${…}` gets its text for one instance.
class Names {
 public:
  Names(const Instance& instance, const config::Params& params)
      : instance_(instance), params_(params) {}

  std::optional<std::string> find(std::string_view name) const {
    const auto dot = name.find('.');
    const auto kind = name.substr(0, dot);
    const auto rest = dot == std::string_view::npos ? std::string_view{} : name.substr(dot + 1);
    if (rest.empty()) {
      return std::nullopt;
    }
    if (kind == "params") {
      return find_param(rest);
    }
    if (kind == "matrix") {
      const auto found = instance_.matrix.find(std::string(rest));
      return found == instance_.matrix.end() ? std::nullopt : std::optional(found->second);
    }
    if (kind == "resources") {
      return find_resource(std::string(rest));
    }
    return kind == "outs" ? find_out(rest) : std::nullopt;
  }

 private:
  std::optional<std::string> find_param(std::string_view path) const {
    const auto* value = params_.find(path);
    if (value == nullptr) {
      return std::nullopt;
    }
    if (value->is_structured() || value->is_null()) {
      throw Error(ErrorKind::config,
                  fmt::format("the parameter {} is no string, number or boolean", quote(path)),
                  "a stage reads tables and arrays from the file that MLOPS_PARAMS names");
    }
    return value->is_string() ? value->get<std::string>() : config::canonical_json(*value);
  }

  std::optional<std::string> find_resource(const std::string& name) const {
    const auto& declared = instance_.stage->resources.declared;
    if (const auto found = declared.find(name); found != declared.end()) {
      return found->second;
    }
    return name == "cpu" ? std::optional<std::string>("1") : std::nullopt;
  }

  std::optional<std::string> find_out(std::string_view name) const {
    for (const auto& out : instance_.outs) {
      if (out.name == name) {
        return out.path;
      }
    }
    return std::nullopt;
  }

  const Instance& instance_;
  const config::Params& params_;
};

constexpr const char* kPaths =
    "paths are relative to the top of the repository and stay in it, see man mlops-pipeline";

void substitute_paths(Instance& instance, const Lookup& lookup) {
  const auto checked = [](const std::string& path) {
    const bool is_pattern = is_glob(path);
    const auto problem = is_pattern ? glob_problem(path) : path_problem(path);
    if (!problem.empty()) {
      throw Error(ErrorKind::config, fmt::format("the path {} {}", quote(path), problem), kPaths);
    }
    auto normal = normal_path(path);
    if (normal == ".") {
      throw Error(ErrorKind::config,
                  "the top of the repository cannot be a dep: every run changes it",
                  "name the directories that the stage reads, or a pattern such as '*.py'");
    }
    return normal;
  };
  for (auto& out : instance.outs) {
    out.path = substitute(out.path, lookup);
    if (const auto problem = path_problem(out.path); !problem.empty()) {
      throw Error(
          ErrorKind::config, fmt::format("the out {} {}", quote(out.path), problem), kPaths);
    }
    out.path = normal_path(out.path);
    if (out.path == ".") {
      throw Error(ErrorKind::config, "the top of the repository cannot be an out", kPaths);
    }
  }
  for (auto& dep : instance.deps) {
    dep = checked(substitute(dep, lookup));
  }
  instance.workdir = substitute(instance.workdir, lookup);
  if (const auto problem = path_problem(instance.workdir); !problem.empty()) {
    throw Error(
        ErrorKind::config, fmt::format("workdir {} {}", quote(instance.workdir), problem), kPaths);
  }
  instance.workdir = normal_path(instance.workdir);
}

void substitute_command(Instance& instance, const Lookup& lookup) {
  const auto& stage = *instance.stage;
  if (stage.script) {
    instance.argv = stage.shell;
    instance.argv.push_back(substitute_script(*stage.script, lookup));
    return;
  }
  for (const auto& word : stage.argv) {
    instance.argv.push_back(substitute(word, lookup));
  }
  if (instance.argv.front().empty()) {
    throw Error(ErrorKind::config,
                "the program's name is empty",
                "look at the parameters that the first word of cmd is made of");
  }
}

void read_params(Instance& instance, const config::Params& params, const Lookup& lookup) {
  for (const auto& declared : instance.stage->params) {
    const auto path = substitute(declared, lookup);
    const auto* value = params.find(path);
    if (value == nullptr) {
      throw Error(ErrorKind::config,
                  fmt::format("there is no parameter {}", quote(path)),
                  "add it to a file that 'params' at the top of the pipeline names");
    }
    instance.params[path] = config::canonical_json(*value);
  }
}

bool is_enabled(const Instance& instance, const config::Params& params) {
  std::map<std::string, nlohmann::json> axes;
  for (const auto& [name, value] : instance.matrix_typed) {
    axes["matrix." + name] = nlohmann::json::parse(value);
  }
  constexpr std::string_view kParams = "params.";
  return evaluate_condition(*instance.stage->when,
                            [&](std::string_view path) -> const nlohmann::json* {
                              if (path.starts_with(kParams)) {
                                return params.find(path.substr(kParams.size()));
                              }
                              const auto found = axes.find(std::string(path));
                              return found == axes.end() ? nullptr : &found->second;
                            });
}

std::string make_id(const Instance& instance) {
  std::vector<std::string> values;
  values.reserve(instance.matrix.size());
  for (const auto& [name, value] : instance.matrix) {
    values.push_back(fmt::format("{}={}", name, value));
  }
  return values.empty() ? instance.stage->name : instance.stage->name + "@" + join(values, ",");
}

Instance make_instance(const Stage& stage, const MatrixPoint& point, const config::Params& params) {
  Instance instance;
  instance.stage = &stage;
  instance.matrix_typed = point;
  for (const auto& [name, value] : point) {
    instance.matrix[name] = scalar_text(value);
  }
  instance.id = make_id(instance);
  instance.deps = stage.deps;
  instance.outs = stage.outs;
  instance.workdir = stage.workdir;
  const Names names(instance, params);
  const Lookup lookup = [&](std::string_view name) {
    constexpr std::string_view kParams = "params.";
    auto text = names.find(name);
    if (text && name.starts_with(kParams)) {
      const auto path = name.substr(kParams.size());
      instance.substituted[std::string(path)] = config::canonical_json(*params.find(path));
    }
    return text;
  };
  substitute_paths(instance, lookup);
  substitute_command(instance, lookup);
  for (const auto& [name, value] : stage.variables.set) {
    instance.variables[name] = substitute(value, lookup);
  }
  read_params(instance, params, lookup);
  instance.enabled = !stage.when || is_enabled(instance, params);
  return instance;
}

}  // namespace

std::vector<Instance> instantiate(const Stage& stage, const config::Params& params) {
  std::vector<Instance> instances;
  std::set<std::string> ids;
  try {
    for (const auto& point : expand_matrix(stage, params)) {
      instances.push_back(make_instance(stage, point, params));
      if (!ids.insert(instances.back().id).second) {
        throw Error(ErrorKind::config,
                    fmt::format("two instances are called {}", quote(instances.back().id)),
                    "matrix values need to differ as text");
      }
    }
  } catch (Error& error) {
    error.add_context(fmt::format("in {}", config::to_string(stage.position)));
    throw;
  }
  return instances;
}

}  // namespace mlops::pipeline
