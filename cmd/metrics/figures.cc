#include "metrics/figures.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

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

nlohmann::ordered_json to_json(const std::string& figure) {
  return figure.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json::parse(figure);
}

std::string shown(const std::string& figure) {
  const nlohmann::ordered_json value = to_json(figure);
  return value.is_string() ? value.get<std::string>() : figure;
}

std::string change_text(const pipeline::FigureChange& figure) {
  if (figure.change) {
    return *figure.change == 0 ? "" : fmt::format("{:+.6g}", *figure.change);
  }
  return figure.before.empty()           ? "new"
         : figure.after.empty()          ? "gone"
         : figure.before == figure.after ? ""
                                         : "changed";
}

}  // namespace mlops::metrics
