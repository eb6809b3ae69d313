#pragma once

#include <nlohmann/json_fwd.hpp>

#include "app/context.h"
#include "workspace/data.h"

namespace mlops::data {

/// What a checkout did.
nlohmann::ordered_json checkout_json(const workspace::CheckoutResult& result);
void say_checkout(app::Context& context, const workspace::CheckoutResult& result);
/// What it would do, of a dry run.
void say_checkout_plan(app::Context& context, const workspace::CheckoutResult& result);

}  // namespace mlops::data
