#include "pipeline/differing_data.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "pipeline/path.h"
#include "workspace/data.h"

namespace mlops::pipeline {

namespace {

constexpr std::size_t kShown = 3;

bool reads(const Instance& instance, const std::string& data_set) {
  return std::any_of(instance.deps.begin(), instance.deps.end(), [&](const std::string& dep) {
    const std::string path = is_glob(dep) ? literal_prefix(dep) : dep;
    return path.empty() || is_same_or_inside(path, data_set) || is_same_or_inside(data_set, path);
  });
}

std::vector<std::string> data_sets_read(const RunContext& context,
                                        const std::vector<std::size_t>& selected) {
  std::vector<std::string> paths = workspace::list_data_sets(context.workspace);
  std::erase_if(paths, [&](const std::string& path) {
    return std::none_of(selected.begin(), selected.end(), [&](std::size_t index) {
      return reads(context.graph.instances[index], path);
    });
  });
  return paths;
}

}  // namespace

void warn_of_differing_data(const RunContext& context, const std::vector<std::size_t>& selected) {
  const auto paths = data_sets_read(context, selected);
  if (paths.empty()) {
    return;
  }
  using workspace::DataState;
  std::vector<std::string> differing;
  for (const auto& status :
       workspace::data_status_of(context.workspace, paths, context.progress, context.cancel)) {
    if (status.state == DataState::modified || status.state == DataState::other_version) {
      differing.push_back(fmt::format("{} ({})", quote(status.path), to_string(status.state)));
    }
  }
  if (differing.empty()) {
    return;
  }
  const std::size_t more = differing.size() - std::min(differing.size(), kShown);
  differing.resize(differing.size() - more);
  context.progress.warn(fmt::format(
      "stages read data that is not what its pointer names, see mlops data status: {}{}",
      join(differing, ", "),
      more == 0 ? "" : fmt::format(" and {} more", more)));
}

}  // namespace mlops::pipeline
