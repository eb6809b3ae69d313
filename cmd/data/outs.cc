#include "data/outs.h"

#include <optional>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "pipeline/graph.h"
#include "pipeline/load.h"
#include "workspace/tree_path.h"

namespace mlops::data {
namespace {

using workspace::is_within;

void refuse_outs_of(const pipeline::Instance& instance,
                    const std::vector<std::string>& paths,
                    const std::string& file) {
  for (const pipeline::Out& out : instance.outs) {
    for (const std::string& path : paths) {
      if (!is_within(out.path, path) && !is_within(path, out.path)) {
        continue;
      }
      const std::string out_of = path == out.path ? "an out"
                                 : is_within(out.path, path)
                                     ? fmt::format("above the out {}", quote(out.path))
                                     : fmt::format("in the out {}", quote(out.path));
      throw Error(ErrorKind::conflict,
                  fmt::format("{} is {} of the stage {} in {}",
                              quote(path),
                              out_of,
                              quote(instance.stage->name),
                              quote(file)),
                  shell_join({"mlops", "run", instance.stage->name}) +
                      "   (stores it; to version it by hand, take it out of the stage)");
    }
  }
}

}  // namespace

void refuse_outs(app::Context& context, const std::vector<std::string>& paths) {
  const std::string file = pipeline::Selection().file;
  if (!os::lstat_file(context.workspace().top() / file)) {
    return;
  }
  std::optional<pipeline::Loaded> loaded;
  pipeline::Graph graph;
  try {
    loaded = pipeline::load_pipeline(context, file);
    graph = pipeline::build_graph(loaded->pipeline, loaded->params);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::config) {
      throw;
    }
    return;  // half-written: the user's data does not wait for it
  }
  for (const pipeline::Instance& instance : graph.instances) {
    refuse_outs_of(instance, paths, file);
  }
}

}  // namespace mlops::data
