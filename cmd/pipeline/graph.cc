#include <algorithm>
#include <iterator>

#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "pipeline/graph_text.h"
#include "pipeline/load.h"
#include "pipeline/verbs.h"
#include "report/graph_picture.h"
#include "ui/pager.h"

namespace mlops::pipeline {
namespace {

nlohmann::ordered_json to_json(const Graph& graph) {
  nlohmann::ordered_json record{{"version", 1}, {"instances", nlohmann::ordered_json::array()}};
  for (const Instance& instance : graph.instances) {
    std::vector<std::string> after;
    for (const std::size_t index : instance.upstream) {
      after.push_back(graph.instances[index].id);
    }
    std::vector<std::string> outs;
    std::transform(
        instance.outs.begin(), instance.outs.end(), std::back_inserter(outs), [](const Out& out) {
          return out.path;
        });
    record["instances"].push_back({{"instance", instance.id},
                                   {"stage", instance.stage->name},
                                   {"enabled", instance.enabled},
                                   {"after", after},
                                   {"deps", instance.deps},
                                   {"outs", outs}});
  }
  return record;
}

app::ExitCode run_graph(app::Context& context, const app::Arguments& arguments) {
  const Selection selection = split_words(context, arguments.words());
  const Loaded loaded = load_pipeline(context, selection.file);
  const Graph graph = build_graph(loaded.pipeline, loaded.params);
  if (context.options().json) {
    context.print_json(app::dump(to_json(graph)));
    return app::ExitCode::done;
  }
  const std::string kind = arguments.find("format").value_or("text");
  const std::string text = kind == "dot"       ? graph_as_dot(graph)
                           : kind == "mermaid" ? graph_as_mermaid(graph)
                           : kind == "svg"     ? report::graph_as_svg(graph, loaded.pipeline.name)
                                               : graph_as_text(graph);
  ui::show_text(context.terminal(), text, context.pager());
  return app::ExitCode::done;
}

}  // namespace

app::Command graph_command() {
  return {.path = "pipeline graph",
          .summary = "show the stages and what feeds what",
          .examples = {{"mlops pipeline graph", "as text"},
                       {"mlops pipeline graph --format dot | dot -Tsvg", "for Graphviz"},
                       {"mlops pipeline graph --format mermaid", "for Markdown"},
                       {"mlops pipeline graph --format svg > graph.svg", "a picture"}},
          .arguments = {{"file", app::Argument::Count::optional, app::Complete::file}},
          .flags = {{.name = "format",
                     .value = "<kind>",
                     .help = "text, dot, mermaid or svg",
                     .choices = {"text", "dot", "mermaid", "svg"}},
                    app::flags::json()},
          .run = run_graph};
}

}  // namespace mlops::pipeline
