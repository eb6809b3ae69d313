#include <cstddef>
#include <cstdint>
#include <string>

#include "fuzz/harness.h"
#include "pipeline/dvc_lock.h"
#include "pipeline/dvc_pipeline.h"
#include "pipeline/graph.h"
#include "pipeline/pipeline.h"

namespace {

using namespace mlops;

constexpr const char* kParams =
    "lr: 0.1\nn: 3\non: true\nname: two words\nlist: [a, b]\ntables: [{x: 1}, {x: 2}]\n"
    "table: {us: {x: 1}, uk: {x: 2}}\nnone: ~\nhuge: 1e16\n";

pipeline::DvcSources sources_of(std::string_view text) {
  pipeline::DvcSources sources;
  sources.files.push_back({"a/dvc.yaml", std::string(text)});
  sources.read = [](const std::string& path) {
    return path == "params.yaml" || path == "a/params.yaml" ? std::optional<std::string>(kParams)
                                                            : std::nullopt;
  };
  sources.is_tracked = [](const std::string& path) { return path.ends_with(".md"); };
  sources.shell = {"sh", "-c"};
  return sources;
}

/// Each stage of DVC is an instance of what its file became.
void check(const pipeline::DvcTranslation& translation) {
  const auto ours = pipeline::parse_pipeline(translation.text, "pipeline.toml");
  config::Params params;
  for (const auto& file : ours.params_files) {
    params.merge_text(kParams, file);
  }
  const auto graph = pipeline::build_graph(ours, params);
  fuzz::require(graph.instances.size() == translation.instances.size());
  for (const auto& of_dvc : translation.instances) {
    bool is_there = false;
    for (const auto& instance : graph.instances) {
      is_there = is_there ||
                 (instance.stage->name == of_dvc.stage && instance.matrix_typed == of_dvc.matrix);
    }
    fuzz::require(is_there);
    if (graph.instances.size() > 100) {
      break;
    }
  }
  fuzz::require(ours.hooks.empty() && ours.environments.empty());
}

}  // namespace

/// Any bytes, by the first of them: a dvc.lock, or a dvc.yaml that becomes a pipeline whose graph
/// is sound; or Error{config}.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const auto text = fuzz::as_text(data, size).substr(1);
  fuzz::expect_only({ErrorKind::config}, [&] {
    if (data[0] == 'l') {
      pipeline::parse_dvc_stages(text, "dvc.lock");
    } else {
      check(pipeline::translate_dvc(sources_of(text), "pipeline.toml"));
    }
  });
  return 0;
}
