#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "pipeline/graph.h"
#include "pipeline/graph_text.h"
#include "pipeline/pipeline.h"

/// Any bytes as pipeline.toml: parsed, turned into a graph and drawn. Refusing is fine, with the
/// two kinds of error that the headers promise; anything else escapes and is a finding.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mlops;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const auto pipeline = pipeline::parse_pipeline(text, "pipeline.toml");
    pipeline.list_unsupported();
    config::Params params;
    params.merge_text("n = 1\non = true\nnames = [\"a\", \"b c\"]\ntext = \"$(x) '\\\"`\"\n",
                      "p.toml");
    const auto graph = pipeline::build_graph(pipeline, params);
    pipeline::graph_as_text(graph);
    pipeline::graph_as_dot(graph);
    pipeline::graph_as_mermaid(graph);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::config && error.kind() != ErrorKind::usage) {
      throw;
    }
  }
  return 0;
}
