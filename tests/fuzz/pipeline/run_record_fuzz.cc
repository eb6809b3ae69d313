#include <cstddef>
#include <cstdint>

#include "base/error.h"
#include "fuzz/harness.h"
#include "pipeline/run_history.h"

using namespace mlops;
using namespace mlops::pipeline;

/// A record is read or refused as input that cannot be used; what was read has no edge that leads
/// nowhere or back. Bytes after the last line change nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::as_text(data, size);
  try {
    const auto run = parse_run_record(text, "run.jsonl");
    for (const auto* edges : {&run.data_edges, &run.order_edges}) {
      for (const auto& [from, to] : *edges) {
        fuzz::require(from < to && to < run.instances.size());
      }
    }
    for (std::size_t i = 0; i < run.instances.size(); ++i) {
      fuzz::require(run.find(run.instances[i].id) == i);
    }
    const auto torn = parse_run_record(std::string(text) + "{\"event\"", "run.jsonl");
    fuzz::require(torn.is_torn && torn.instances.size() == run.instances.size());
  } catch (const Error& error) {
    fuzz::require(error.kind() == ErrorKind::config);
  }
  return 0;
}
