#include "app/json.h"

#include <nlohmann/json.hpp>

#include "report/json_bytes.h"

namespace mlops::app {

std::string dump(nlohmann::ordered_json record) {
  report::spell_bytes(record);
  return record.dump();
}

}  // namespace mlops::app
