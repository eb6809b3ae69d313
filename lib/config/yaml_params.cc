#include <nlohmann/json.hpp>

#include "config/json_builder.h"
#include "config/param_formats.h"
#include "config/yaml_events.h"

namespace mlops::config {

nlohmann::json parse_yaml_params(std::string_view text,
                                 const std::string& file,
                                 const Limits& limits) {
  auto value = parse_yaml_document<JsonBuilder>(text, file, limits);
  if (value.is_null()) {
    return nlohmann::json::object();
  }
  if (!value.is_object()) {
    fail_param(file, 1, kNoTable, kTableHint);
  }
  return value;
}

}  // namespace mlops::config
