#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace mlops::app {

/// A record as --json prints it: one line, keys in the order given, and valid whatever bytes a file
/// name holds (report/json_bytes.h says how those are told).
std::string dump(nlohmann::ordered_json record);

}  // namespace mlops::app
