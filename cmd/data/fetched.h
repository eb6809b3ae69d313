#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "app/command.h"
#include "app/context.h"
#include "data/versions.h"
#include "remote/fetch.h"

namespace mlops::data {

/// What came from one remote.
struct Fetched {
  std::string remote;
  std::string url;
  remote::FetchReport report;
  std::vector<NamedRoot> absent;  ///< neither there nor in the store
};

/// Fetches versions from the remotes where they go; those that the store has cost nothing.
std::vector<Fetched> fetch_versions(app::Context& context,
                                    const app::Arguments& arguments,
                                    const std::vector<NamedRoot>& versions);
void say_fetched(app::Context& context, const std::vector<Fetched>& all, bool is_dry);
nlohmann::ordered_json fetched_json(const std::vector<Fetched>& all);
/// Error{corrupt} that names what no remote has; nothing when there is nothing.
void throw_absent(const std::vector<Fetched>& all);

}  // namespace mlops::data
