#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/context.h"

namespace mlops::app {

/// Candidates for the last of `words` (the line after "mlops", the word under the cursor last,
/// maybe empty). Never fails: outside a repository names from it are just missing.
std::vector<std::string> complete(Context& context, const std::vector<std::string>& words);

/// The script that a shell reads: "bash", "zsh" or "fish".
std::string completion_script(std::string_view shell);

}  // namespace mlops::app
