#pragma once

#include <string>

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

/// The work tree's policy judges: rules may be younger than the versions that they judge.
/// `in_repository`: whether safeguards.toml is looked for. Error{not_found} for a named file that
/// is not there, Error{config}.
Policy load_policy(app::Context& context, const app::Arguments& arguments, bool in_repository);

}  // namespace mlops::top
