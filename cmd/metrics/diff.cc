#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
#include "metrics/figures.h"
#include "metrics/verbs.h"
#include "report/figure_text.h"
#include "ui/pager.h"
#include "ui/table.h"

namespace mlops::metrics {
namespace {

using pipeline::FigureChange;
using pipeline::Metrics;

nlohmann::ordered_json as_json(const Metrics& before,
                               const Metrics& after,
                               const std::vector<FigureChange>& figures) {
  nlohmann::ordered_json record{{"version", 1},
                                {"old", {{"version", before.version}, {"missing", before.missing}}},
                                {"new", {{"version", after.version}, {"missing", after.missing}}},
                                {"metrics", nlohmann::ordered_json::array()}};
  for (const FigureChange& figure : figures) {
    record["metrics"].push_back(
        {{"file", figure.file},
         {"metric", figure.name},
         {"old", report::figure_json(figure.before)},
         {"new", report::figure_json(figure.after)},
         {"change",
          figure.change ? nlohmann::ordered_json(*figure.change) : nlohmann::ordered_json()}});
  }
  return record;
}

app::ExitCode run_diff(app::Context& context, const app::Arguments& arguments) {
  const auto [file, revisions] = split_words(context, arguments.words());
  if (revisions.size() > 2) {
    throw Error(ErrorKind::usage,
                "it compares two versions",
                "mlops metrics show REV...   (any number side by side)");
  }
  const std::string old_name = revisions.empty() ? "HEAD" : revisions.front();
  const auto new_name =
      revisions.size() == 2 ? std::optional<std::string>(revisions.back()) : std::nullopt;
  const Metrics before = pipeline::read_metrics(context.workspace(), old_name, file);
  const Metrics after = pipeline::read_metrics(context.workspace(), new_name, file);
  std::vector<FigureChange> figures = pipeline::compare_metrics(before, after);
  if (!arguments.has("all")) {
    std::erase_if(figures,
                  [](const FigureChange& figure) { return figure.before == figure.after; });
  }
  if (context.options().json) {
    context.print_json(app::dump(as_json(before, after, figures)));
    return app::ExitCode::done;
  }
  warn_of_missing(context, before);
  warn_of_missing(context, after);
  if (figures.empty()) {
    context.note("no metric differs");
    return app::ExitCode::done;
  }
  constexpr auto kRight = ui::TextTable::Align::right;
  ui::TextTable table({{"file"},
                       {"metric"},
                       {before.version, kRight},
                       {after.version, kRight},
                       {"change", kRight}});
  for (const FigureChange& figure : figures) {
    table.add({figure.file,
               figure.name,
               report::shown_figure(figure.before),
               report::shown_figure(figure.after),
               report::figure_change_text(figure)});
  }
  ui::show_text(context.terminal(), table.render(context.terminal()), context.pager());
  return app::ExitCode::done;
}

}  // namespace

app::Command diff_command() {
  return {.path = "metrics diff",
          .summary = "show which metrics differ between two versions",
          .examples = {{"mlops metrics diff", "the last commit and the work tree"},
                       {"mlops metrics diff model-v1 model-v2", "two git revisions"}},
          .arguments = {{"rev", app::Argument::Count::any, app::Complete::revision}},
          .flags = {{.name = "all", .help = "also those that are equal"}, app::flags::json()},
          .run = run_diff};
}

}  // namespace mlops::metrics
