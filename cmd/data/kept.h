#pragma once

#include <string>

#include "app/context.h"
#include "workspace/restore.h"

namespace mlops::data {

/// Nothing was changed, because files that the store does not know stand in the way: throws which,
/// and why. `outcome`: "nothing was written".
[[noreturn]] void refuse_kept(app::Context& context,
                              const workspace::RestoreResult& total,
                              workspace::Clobber clobber,
                              std::string_view outcome);
/// Says what was moved to the rescue directory.
void say_rescued(app::Context& context, const workspace::RestoreResult& total);

}  // namespace mlops::data
