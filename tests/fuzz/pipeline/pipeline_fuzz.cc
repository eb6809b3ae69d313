#include <cstddef>
#include <cstdint>

#include "fuzz/harness.h"
#include "pipeline/graph.h"
#include "pipeline/graph_text.h"
#include "pipeline/pipeline.h"

namespace {

using namespace mlops;

void check_graph(const pipeline::Graph& graph) {
  for (std::size_t at = 0; at < graph.instances.size(); ++at) {
    for (const std::size_t upstream : graph.instances[at].upstream) {
      fuzz::require(upstream < at);
    }
    fuzz::require(!graph.select({graph.instances[at].id}).empty());
  }
  pipeline::graph_as_text(graph);
  pipeline::graph_as_dot(graph);
  pipeline::graph_as_mermaid(graph);
}

}  // namespace

/// Any bytes as pipeline.toml: parsed, turned into a graph and drawn, or refused.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::expect_only({ErrorKind::config, ErrorKind::usage}, [&] {
    const auto pipeline = pipeline::parse_pipeline(fuzz::as_text(data, size), "pipeline.toml");
    pipeline.list_unsupported();
    config::Params params;
    params.merge_text("n = 1\non = true\nnames = [\"a\", \"b c\"]\ntext = \"$(x) '\\\"`\"\n",
                      "p.toml");
    check_graph(pipeline::build_graph(pipeline, params));
  });
  return 0;
}
