#include "top/convert_pipeline.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"

namespace mlops::top {
namespace {

/// As DVC starts a command in this shell: nothing of the user's own settings is read.
std::vector<std::string> shell_of_dvc(const std::string& shell) {
  const std::string name = shell.substr(shell.rfind('/') + 1);
  if (name == "bash") {
    return {"bash", "--noprofile", "--norc", "-c"};
  }
  if (name == "zsh") {
    return {"zsh", "--no-rcs", "-c"};
  }
  return {"sh", "-c"};
}

std::size_t count_taken(const pipeline::DvcResults& results) {
  return static_cast<std::size_t>(
      std::count_if(results.results.begin(), results.results.end(), [](const auto& one) {
        return one.problem.empty();
      }));
}

std::optional<pipeline::DvcConversion> read_pipeline(app::Context& context) {
  try {
    return pipeline::DvcConversion::read(context.workspace(),
                                         shell_of_dvc(context.environment().get("SHELL")));
  } catch (Error& error) {
    error.add_context(
        "nothing was changed; with --data-only the pipeline stays DVC's, and data sets are taken "
        "over");
    throw;
  }
}

}  // namespace

PipelineConversion::PipelineConversion(app::Context& context)
    : context_(context), conversion_(read_pipeline(context)) {}

workspace::ReplacedFiles PipelineConversion::files() {
  if (!conversion_) {
    return {};
  }
  return {conversion_->replaced(), pipeline::DvcConversion::written(), [this] {
            const auto& variables = context_.environment().variables;
            results_ = conversion_->take_over(context_.workspace(),
                                              {variables.begin(), variables.end()},
                                              context_.progress(),
                                              context_.cancel());
            return conversion_->texts(results_);
          }};
}

void PipelineConversion::print(workspace::DryRun dry_run) const {
  if (!conversion_) {
    return;
  }
  const auto& translation = conversion_->translation();
  const bool is_dry = dry_run == workspace::DryRun::yes;
  context_.say(fmt::format("{}  {}: {} in {}",
                           is_dry ? "would convert" : "converted",
                           quote(conversion_->replaced().front()),
                           plural(translation.instances.size(), "stage"),
                           quote(pipeline::DvcConversion::kFile)));
  for (const auto& [of_dvc, ours] : translation.renamed) {
    context_.say(fmt::format("stage {} is called {} here", quote(of_dvc), quote(ours)));
  }
  for (const std::string& remark : translation.remarks) {
    context_.note("kept as a comment: " + escape_for_terminal(remark));
  }
  if (is_dry) {
    return;
  }
  context_.say(fmt::format("took over {} of {} that dvc.lock names",
                           plural(count_taken(results_), "result"),
                           results_.results.size()));
  for (const pipeline::DvcResult& result : results_.results) {
    if (!result.problem.empty()) {
      context_.say(fmt::format(
          "to be run  {}: {}", quote(result.instance), escape_for_terminal(result.problem)));
    }
  }
}

nlohmann::ordered_json PipelineConversion::to_json() const {
  if (!conversion_) {
    return nullptr;
  }
  const auto& translation = conversion_->translation();
  nlohmann::ordered_json record{{"file", pipeline::DvcConversion::kFile},
                                {"replaced", conversion_->replaced()},
                                {"stages", nlohmann::ordered_json::array()},
                                {"renamed", nlohmann::ordered_json::object()},
                                {"remarks", translation.remarks}};
  for (const auto& [of_dvc, ours] : translation.renamed) {
    record["renamed"][of_dvc] = ours;
  }
  for (const pipeline::DvcResult& result : results_.results) {
    record["stages"].push_back({{"name", result.name},
                                {"instance", result.instance},
                                {"problem",
                                 result.problem.empty() ? nlohmann::ordered_json()
                                                        : nlohmann::ordered_json(result.problem)}});
  }
  return record;
}

}  // namespace mlops::top
