#include "metrics/figures.h"

#include <fmt/format.h>

#include "base/text.h"
#include "pipeline/load.h"

namespace mlops::metrics {

std::pair<std::string, std::vector<std::string>> split_words(
    app::Context& context, const std::vector<std::string>& words) {
  pipeline::Selection selection = pipeline::split_words(context, words);
  return {std::move(selection.file), std::move(selection.stages)};
}

void warn_of_missing(app::Context& context, const pipeline::Metrics& metrics) {
  for (const std::string& path : metrics.missing) {
    context.progress().warn(
        fmt::format("{} is declared, but not there in {}", quote(path), quote(metrics.version)));
  }
}

}  // namespace mlops::metrics
