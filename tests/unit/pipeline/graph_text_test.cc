#include "pipeline/graph_text.h"

#include <catch2/catch.hpp>

using namespace mlops;
using namespace mlops::pipeline;
using Catch::Matchers::Contains;

namespace {

Pipeline make_pipeline() {
  return parse_pipeline(
      "schema = 1\n[stage.a]\ncmd = [\"true\"]\nouts = [\"x\"]\nmetrics = [\"m.json\"]\n"
      "[stage.b]\ncmd = [\"true\"]\ndeps = [\"x\"]\nmatrix = { k = [\"\\\"]<script>\\u001b[2J\"] "
      "}\n"
      "[stage.c]\ncmd = [\"true\"]\nafter = [\"a\"]\n",
      "pipeline.toml");
}

}  // namespace

TEST_CASE("the graph as text shows order, edges and outs") {
  const auto pipeline = make_pipeline();
  const auto text = graph_as_text(build_graph(pipeline, {}));
  CHECK_THAT(text, Contains("a\n  makes x\n  makes m.json  (metrics)\n"));
  CHECK_THAT(text, Contains("  reads from a\n"));
  CHECK_THAT(text, Contains("c\n  comes after a\n"));
}

TEST_CASE("hostile matrix values stay text in every form") {
  const auto pipeline = make_pipeline();
  const auto graph = build_graph(pipeline, {});
  for (const auto& text : {graph_as_text(graph), graph_as_dot(graph), graph_as_mermaid(graph)}) {
    CHECK(text.find('\x1b') == std::string::npos);
  }
  CHECK_THAT(graph_as_dot(graph), Contains("n1 [label=\"b@k=\\\"]<script>\\\\x1b[2J\"];"));
  CHECK_THAT(graph_as_dot(graph), Contains("n0 -> n2 [style=dashed];"));
  CHECK_THAT(graph_as_mermaid(graph), !Contains("<script"));
  CHECK_THAT(graph_as_mermaid(graph), Contains("  n0 --> n1\n"));
  CHECK_THAT(graph_as_mermaid(graph), Contains("  n0 -.-> n2\n"));
}
