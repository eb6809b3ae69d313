#pragma once

#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "app/context.h"
#include "remote/probe.h"

namespace mlops::remote {

/// One line for each thing that was tried.
void say_probe(app::Context& context, const std::vector<ProbeResult>& results);
nlohmann::ordered_json probe_json(const std::vector<ProbeResult>& results);

}  // namespace mlops::remote
