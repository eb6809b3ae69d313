#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace mlops::app {

/// A record as --json prints it: one line, keys in the order given, and valid whatever bytes a file
/// name holds (invalid UTF-8 becomes U+FFFD).
std::string dump(const nlohmann::ordered_json& record);

}  // namespace mlops::app
