#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "metrics/figures.h"
#include "metrics/verbs.h"
#include "report/figure_text.h"
#include "ui/pager.h"
#include "ui/table.h"

namespace mlops::metrics {
namespace {

using pipeline::Metrics;

nlohmann::ordered_json as_json(const Metrics& metrics) {
  auto files = nlohmann::ordered_json::object();
  for (const auto& [path, figures] : metrics.files) {
    files[path] = nlohmann::ordered_json::object();
    for (const auto& [name, value] : figures) {
      files[path][name] = report::figure_json(value);
    }
  }
  return {{"version", metrics.version}, {"files", std::move(files)}, {"missing", metrics.missing}};
}

std::string as_table(app::Context& context, const std::vector<Metrics>& versions) {
  std::vector<ui::TextTable::Column> columns{{"file"}, {"metric"}};
  std::map<std::string, std::set<std::string>> names;
  for (const Metrics& metrics : versions) {
    columns.push_back({metrics.version, ui::TextTable::Align::right});
    for (const auto& [path, figures] : metrics.files) {
      for (const auto& [name, value] : figures) {
        names[path].insert(name);
      }
    }
  }
  ui::TextTable table(columns);
  for (const auto& [path, all] : names) {
    for (const std::string& name : all) {
      std::vector<std::string> cells{path, name};
      for (const Metrics& metrics : versions) {
        const auto file = metrics.files.find(path);
        const bool is_there = file != metrics.files.end() && file->second.contains(name);
        cells.push_back(is_there ? report::shown_figure(file->second.at(name)) : "");
      }
      table.add(std::move(cells));
    }
  }
  return table.empty() ? "" : table.render(context.terminal());
}

app::ExitCode run_show(app::Context& context, const app::Arguments& arguments) {
  const auto [file, revisions] = split_words(context, arguments.words());
  std::vector<Metrics> versions;
  if (revisions.empty()) {
    versions.push_back(pipeline::read_metrics(context.workspace(), std::nullopt, file));
  }
  for (const std::string& revision : revisions) {
    versions.push_back(pipeline::read_metrics(context.workspace(), revision, file));
  }
  if (context.options().json) {
    nlohmann::ordered_json record{{"version", 1}, {"versions", nlohmann::ordered_json::array()}};
    for (const Metrics& metrics : versions) {
      record["versions"].push_back(as_json(metrics));
    }
    context.print_json(app::dump(record));
    return app::ExitCode::done;
  }
  for (const Metrics& metrics : versions) {
    warn_of_missing(context, metrics);
  }
  const std::string text = as_table(context, versions);
  if (text.empty()) {
    context.note("no metrics: stages name theirs as metrics = [\"metrics.json\"]");
  } else {
    ui::show_text(context.terminal(), text, context.pager());
  }
  return app::ExitCode::done;
}

}  // namespace

app::Command show_command() {
  return {.path = "metrics show",
          .summary = "show the metrics of the work tree or of git revisions",
          .examples = {{"mlops metrics show", "as they are in the work tree"},
                       {"mlops metrics show model-v1 model-v2", "side by side"}},
          .arguments = {{"rev", app::Argument::Count::any, app::Complete::revision}},
          .flags = {app::flags::json()},
          .run = run_show};
}

}  // namespace mlops::metrics
