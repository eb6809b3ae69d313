#include "report/figure_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mlops::report {

nlohmann::ordered_json figure_json(const std::string& figure) {
  return figure.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json::parse(figure);
}

std::string shown_figure(const std::string& figure) {
  const nlohmann::ordered_json value = figure_json(figure);
  return value.is_string() ? value.get<std::string>() : figure;
}

std::string figure_change_text(const pipeline::FigureChange& figure) {
  if (figure.change) {
    return *figure.change == 0 ? "" : fmt::format("{:+.6g}", *figure.change);
  }
  return figure.before.empty()           ? "new"
         : figure.after.empty()          ? "gone"
         : figure.before == figure.after ? ""
                                         : "changed";
}

}  // namespace mlops::report
