#include "pipeline/locked_form.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "config/toml.h"

namespace mlops::pipeline {

std::map<std::string, std::string> locked_matrix(const Instance& instance) {
  std::map<std::string, std::string> matrix;
  for (const auto& [name, value] : instance.matrix_typed) {
    const auto scalar = nlohmann::json::parse(value);
    matrix[name] = scalar.is_string() ? config::toml_string(scalar.get<std::string>()) : value;
  }
  return matrix;
}

const workspace::LockedInstance* find_locked(const workspace::Lock& lock,
                                             const Instance& instance) {
  const auto matrix = locked_matrix(instance);
  const auto found =
      std::find_if(lock.instances.begin(), lock.instances.end(), [&](const auto& locked) {
        return locked.stage == instance.stage->name && locked.matrix == matrix;
      });
  return found == lock.instances.end() ? nullptr : &*found;
}

workspace::LockedInstance locked_form(const Instance& instance) {
  workspace::LockedInstance locked;
  locked.stage = instance.stage->name;
  locked.matrix = locked_matrix(instance);
  locked.shell = instance.stage->script.has_value();
  locked.cmd = locked.shell ? std::vector<std::string>{instance.argv.back()} : instance.argv;
  locked.params = instance.params;
  return locked;
}

}  // namespace mlops::pipeline
