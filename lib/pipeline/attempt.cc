#include "pipeline/attempt.h"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "pipeline/output_lines.h"
#include "pipeline/scrubber.h"

namespace mlops::pipeline {

StageLog::StageLog(const std::filesystem::path& directory,
                   const std::string& instance_id,
                   LogLimits limits)
    : file_(directory, file_name_of(instance_id) + ".log"), limits_(limits) {}

void StageLog::write(std::string_view bytes) {
  const auto head = bytes.substr(0, limits_.head - written_);
  if (!head.empty()) {
    written_ += head.size();
    append(head);
  }
  tail_ += bytes.substr(head.size());
  if (tail_.size() > 2 * limits_.tail) {
    dropped_ += tail_.size() - limits_.tail;
    tail_.erase(0, tail_.size() - limits_.tail);
  }
}

void StageLog::end_attempt() {
  if (tail_.size() > limits_.tail) {
    dropped_ += tail_.size() - limits_.tail;
    tail_.erase(0, tail_.size() - limits_.tail);
  }
  if (dropped_ > 0) {
    append(fmt::format("\n[mlops: {} of output are left out here]\n", format_bytes(dropped_)));
  }
  append(tail_);
  tail_.clear();
  left_out_ += std::exchange(dropped_, 0);
}

void StageLog::append(std::string_view bytes) noexcept {
  if (!problem_.empty()) {
    return;
  }
  try {
    file_.append(bytes, os::Durability::relaxed);
  } catch (const std::exception& error) {
    problem_ = error.what();
  }
}

void LogEnd::add(std::string_view line) {
  if (lines_.size() == kLines) {
    lines_.erase(lines_.begin());
  }
  lines_.emplace_back(line.substr(0, kLineBytes));
}

std::map<std::string, std::string> stage_variables(const Instance& instance,
                                                   const RunOptions& options,
                                                   const std::filesystem::path& params_file) {
  std::map<std::string, std::string> variables;
  const auto copy = [&](const std::vector<std::string>& names) {
    for (const auto& name : names) {
      if (const auto found = options.environment.find(name); found != options.environment.end()) {
        variables[name] = found->second;
      }
    }
  };
  copy(instance.stage->variables.hash);
  copy(instance.stage->variables.pass);
  for (const auto& [name, value] : instance.variables) {
    variables[name] = value;
  }
  variables["MLOPS_PARAMS"] = params_file.string();
  return variables;
}

std::string params_json(const Instance& instance) {
  auto root = nlohmann::json::object();
  // Sorted, so a table comes before a value inside it, which then is the same.
  for (const auto& [path, value] : instance.params) {
    auto* at = &root;
    for (const auto component : split(path, '.')) {
      at = &(*at)[std::string(component)];
    }
    *at = nlohmann::json::parse(value);
  }
  return root.dump(2) + "\n";
}

Attempt make_attempt(const RunContext& context,
                     const Instance& instance,
                     const std::filesystem::path& params_file) {
  Attempt attempt;
  attempt.instance = instance.id;
  attempt.argv = instance.argv;
  attempt.variables = stage_variables(instance, context.options, params_file);
  attempt.cwd = context.workspace.top() / instance.workdir;
  attempt.timeout = instance.stage->timeout;
  attempt.grace = instance.stage->grace;
  attempt.shm_bytes = instance.stage->resources.shm_bytes;
  attempt.tree = context.workspace.top();
  attempt.reads = {params_file.parent_path()};
  return attempt;
}

void run_attempt(StageEnvironment& environment,
                 Attempt attempt,
                 const std::vector<std::string>& secrets,
                 const AttemptOutput& output,
                 const CancelToken& cancel) {
  const auto on_line = [&](std::string_view line) {
    output.queue.put({output.instance, std::string(line), !output.log.is_full(), std::nullopt});
  };
  LineCutter out(on_line);
  LineCutter err(on_line);
  const auto show_begun = [&](const LineCutter& lines) {
    if (output.gauge != nullptr) {
      output.gauge->set_line(lines.begun());
    }
  };
  Scrubber clean_out(secrets, [&](std::string_view bytes) {
    output.log.write(bytes);
    out.feed(bytes);
    show_begun(out);
  });
  Scrubber clean_err(secrets, [&](std::string_view bytes) {
    output.log.write(bytes);
    err.feed(bytes);
    show_begun(err);
  });
  attempt.on_stdout = [&](std::string_view bytes) { clean_out.feed(bytes); };
  attempt.on_stderr = [&](std::string_view bytes) { clean_err.feed(bytes); };
  if (output.gauge != nullptr) {
    attempt.on_process = [&](std::int64_t id) { output.gauge->set_process(id); };
  }
  RunEvent end;
  end.instance = output.instance;
  try {
    end.result = environment.run(attempt, cancel);
  } catch (const std::exception& error) {
    end.result = AttemptResult{};
    end.result->failure = FailureClass::infra;
    end.result->problem = error.what();
  }
  // An engine's message may quote what the stage printed.
  for (auto* text : {&end.result->problem, &end.result->hint}) {
    *text = scrub(secrets, *text);
  }
  for (auto& warning : end.result->warnings) {
    warning = scrub(secrets, warning);
  }
  clean_out.finish();
  clean_err.finish();
  out.finish();
  err.finish();
  output.log.end_attempt();
  if (output.gauge != nullptr) {
    output.gauge->set_process(0);
    output.gauge->set_line("");
  }
  output.queue.put(std::move(end));
}

}  // namespace mlops::pipeline
