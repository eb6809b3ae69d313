#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "app/command.h"
#include "app/context.h"
#include "policy/safeguards.h"

namespace mlops::top {

/// safeguards.toml, or what --policy names; `file` is empty where there is none.
struct Policy {
  policy::Safeguards safeguards;
  std::string file;
  std::string sha256;
};

inline constexpr std::string_view kPolicyFile = "safeguards.toml";

/// What lies at `path`, which messages call `name`; `file` is empty where nothing does.
/// Error{config}.
Policy read_policy(const std::filesystem::path& path, std::string name);

/// The work tree's policy judges: rules may be younger than the versions that they judge.
/// `in_repository`: whether safeguards.toml is looked for. Error{not_found} for a named file that
/// is not there, Error{config}.
Policy load_policy(app::Context& context, const app::Arguments& arguments, bool in_repository);

}  // namespace mlops::top
