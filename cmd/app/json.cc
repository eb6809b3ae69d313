#include "app/json.h"

#include <nlohmann/json.hpp>

namespace mlops::app {

std::string dump(const nlohmann::ordered_json& record) {
  return record.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace mlops::app
