#pragma once

#include <functional>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace mlops::config {

/// A scalar of YAML 1.2's core schema, by the tag and text that yaml-cpp hands over. `fail` throws;
/// it is told of what the schema, 64 bits or JSON cannot hold.
nlohmann::json read_yaml_scalar(const std::string& tag,
                                const std::string& text,
                                const std::function<void(const std::string& problem)>& fail);

}  // namespace mlops::config
