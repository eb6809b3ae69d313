#include "pipeline/process_environment.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "os/process.h"
#include "pipeline/record_hash.h"

namespace mlops::pipeline {

namespace {

constexpr std::chrono::milliseconds kToolTimeout{60'000};
constexpr std::uint64_t kMaxToolOutput = 1ULL << 20U;

std::string search_path_of(const std::map<std::string, std::string>& variables) {
  const auto found = variables.find("PATH");
  return found == variables.end() ? "" : found->second;
}

bool is_searched(const Instance& instance) {
  return instance.argv.front().find('/') == std::string::npos;
}

}  // namespace

std::map<std::string, std::string> base_variables(
    const std::map<std::string, std::string>& user_environment) {
  std::map<std::string, std::string> variables;
  for (const auto* name : {"PATH", "HOME", "TMPDIR", "TZ"}) {
    if (const auto found = user_environment.find(name); found != user_environment.end()) {
      variables.insert(*found);
    }
  }
  if (const auto path = variables.find("PATH"); path != variables.end()) {
    std::vector<std::string> absolute;
    for (const auto entry : split(path->second, ':')) {
      if (entry.starts_with('/')) {
        absolute.emplace_back(entry);
      }
    }
    path->second = join(absolute, ":");
  }
  return variables;
}

std::optional<std::filesystem::path> find_program(const Instance& instance,
                                                  const std::filesystem::path& top,
                                                  const std::string& search_path) {
  const std::filesystem::path name = instance.argv.front();
  if (is_searched(instance)) {
    return os::find_executable(instance.argv.front(), search_path);
  }
  const auto path = name.is_absolute() ? name : top / instance.workdir / name;
  return os::find_executable(path.lexically_normal().string(), "");
}

StartProblem program_not_found(const Instance& instance, const std::filesystem::path& top) {
  const auto& name = instance.argv.front();
  if (is_searched(instance)) {
    return {fmt::format("the program {} was not found in PATH", quote(name)),
            "install it, or start mlops where PATH has it (in its environment)"};
  }
  const auto path = (top / instance.workdir / name).lexically_normal();
  if (os::lstat_file(path)) {
    return {fmt::format("the program {} cannot be executed", quote(name)),
            fmt::format("chmod +x {}", shell_quote(name))};
  }
  return {fmt::format("the program {} was not found", quote(name)),
          fmt::format("check its path: it is relative to {}", quote(instance.workdir))};
}

ProcessEnvironment::ProcessEnvironment(const RunContext& context,
                                       const Environment* declared,
                                       const bool& has_started)
    : context_(context), declared_(declared), has_started_(has_started) {}

/// The same tools may be asked by several pipelines and work trees of a clone.
std::filesystem::path ProcessEnvironment::memory() const {
  RecordHash hash;
  for (const auto& tool : declared_->tools) {
    hash.add(tool);
  }
  return context_.workspace.state_directory() / "last-tools" / hash.hex();
}

std::optional<std::string> ProcessEnvironment::tools_digest() {
  if (!are_tools_asked_) {
    are_tools_asked_ = true;
    const auto file = memory();
    if (context_.options.mode == RunMode::run) {
      tools_ = ask_tools();
      os::make_directories(file.parent_path());
      os::write_file_atomic(file, *tools_, os::Durability::relaxed);
    } else {
      tools_ = os::read_file_if_exists(file, kMaxToolOutput);
    }
  }
  return tools_;
}

std::string ProcessEnvironment::ask_tools() const {
  const auto variables = base_variables(context_.options.environment);
  const auto shell = os::find_executable("sh", search_path_of(variables));
  RecordHash hash;
  for (const auto& tool : declared_->tools) {
    const auto fail = [&](const std::string& problem, const std::string& output) {
      Error error(
          ErrorKind::config,
          fmt::format(
              "{}.tools: {} {}", config::to_string(declared_->position), quote(tool), problem));
      if (!output.empty()) {
        error.add_context(output);
      }
      throw error;
    };
    if (!shell) {
      fail("needs 'sh', which is not in PATH", "");
    }
    os::ProcessSpec spec;
    spec.argv = {shell->string(), "-eu", "-c", tool};
    spec.env = to_environment_list(variables);
    spec.cwd = context_.workspace.top();
    spec.timeout = kToolTimeout;
    spec.on_our_death = os::OnOurDeath::kill_group;
    const auto captured = os::capture(spec, context_.cancel, kMaxToolOutput);
    context_.cancel.check();
    if (captured.result.end != os::ProcessEnd::exited || captured.result.exit_code != 0) {
      fail(captured.result.end == os::ProcessEnd::exited
               ? fmt::format("ended with exit code {}", captured.result.exit_code)
               : "did not end by itself",
           std::string(trim(captured.err)));
    }
    hash.add(tool).add(captured.out).add(captured.err);
  }
  return hash.hex();
}

std::optional<std::filesystem::path> ProcessEnvironment::find(const Instance& instance) const {
  return find_program(
      instance, context_.workspace.top(), search_path_of(context_.options.environment));
}

/// A thousand stages of one program search PATH once, until a stage has started: that one may
/// install another.
std::optional<std::filesystem::path> ProcessEnvironment::find_once(const Instance& instance) {
  if (has_started_ || !is_searched(instance)) {
    return find(instance);
  }
  const auto [known, is_new] = found_.try_emplace(instance.argv.front());
  if (is_new) {
    known->second = find(instance);
  }
  return known->second;
}

std::string ProcessEnvironment::program_digest(const Instance& instance) {
  const auto program = find_once(instance);
  if (!program) {
    // Nothing can have succeeded under this identity.
    return "missing";
  }
  const auto [known, is_new] = programs_.try_emplace(program->string());
  if (is_new) {
    known->second = digest_of_file(*program, context_.cancel);
  }
  return known->second;
}

EnvironmentIdentity ProcessEnvironment::identify(const Instance& instance) {
  RecordHash hash;
  hash.add("mlops-process-environment/1").add(program_digest(instance));
  const bool has_tools = declared_ != nullptr && !declared_->tools.empty();
  if (has_tools) {
    const auto digest = tools_digest();
    if (!digest) {
      return {"",
              "observed",
              fmt::format("the tools of {} were never asked here", quote(declared_->name))};
    }
    hash.add(*digest);
  }
  return {"process:" + hash.hex(), has_tools ? "observed" : "weak", ""};
}

std::optional<StartProblem> ProcessEnvironment::equip(const Instance& instance, Attempt& attempt) {
  const auto program = find(instance);
  if (!program) {
    return program_not_found(instance, context_.workspace.top());
  }
  attempt.program = *program;
  attempt.variables.merge(base_variables(context_.options.environment));
  return std::nullopt;
}

AttemptResult ProcessEnvironment::run(const Attempt& attempt, const CancelToken& cancel) {
  return run_as_process(attempt, cancel);
}

}  // namespace mlops::pipeline
