#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/context.h"
#include "workspace/data.h"

namespace mlops::data {

/// Whether the versions that pointers name are on the remotes where they go, as far as this clone
/// saw when it last pushed or fetched there: nothing is asked of a remote.
class PushedVersions {
 public:
  explicit PushedVersions(app::Context& context);
  ~PushedVersions();
  PushedVersions(const PushedVersions&) = delete;
  PushedVersions& operator=(const PushedVersions&) = delete;

  /// Nothing when there is no remote, or the data set has no version.
  std::optional<bool> has(const workspace::DataStatus& status);

 private:
  struct Known;
  app::Context& context_;
  std::vector<Known> known_;
};

/// One line for people: how many are not pushed, and the command that does it. Empty when none.
std::string describe_unpushed(app::Context& context, const std::vector<workspace::DataStatus>& all);

}  // namespace mlops::data
