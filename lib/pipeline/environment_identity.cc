#include "pipeline/environment_identity.h"

#include <array>

#include <fmt/format.h>

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"
#include "codec/bytes.h"
#include "codec/sha256.h"
#include "os/file.h"
#include "os/process.h"

namespace mlops::pipeline {

namespace {

constexpr std::chrono::milliseconds kToolTimeout{60'000};
constexpr std::uint64_t kMaxToolOutput = 1ULL << 20U;

std::string digest_of_file(const std::filesystem::path& path, const CancelToken& cancel) {
  const auto fd = os::open_read(path);
  codec::Sha256 hash;
  std::vector<std::uint8_t> buffer(256U << 10U);
  for (;;) {
    cancel.check();
    const auto count = os::read_full(fd, buffer, path);
    hash.update(std::span(buffer).first(count));
    if (count < buffer.size()) {
      return to_hex(hash.finish());
    }
  }
}

void add_record(codec::Sha256& hash, std::string_view text) {
  codec::ByteWriter length;
  length.u64(text.size());
  hash.update(length.bytes());
  hash.update(codec::as_bytes(text));
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

std::vector<std::string> to_environment_list(const std::map<std::string, std::string>& variables) {
  std::vector<std::string> list;
  for (const auto& [name, value] : variables) {
    list.push_back(name + "=" + value);
  }
  return list;
}

std::optional<std::filesystem::path> find_program(
    const Instance& instance,
    const std::filesystem::path& top,
    const std::map<std::string, std::string>& user_environment) {
  const std::filesystem::path name = instance.argv.front();
  if (instance.argv.front().find('/') != std::string::npos) {
    const auto path = name.is_absolute() ? name : top / instance.workdir / name;
    return os::find_executable(path.lexically_normal().string(), "");
  }
  const auto search = user_environment.find("PATH");
  return os::find_executable(instance.argv.front(),
                             search == user_environment.end() ? "" : search->second);
}

EnvironmentIdentifier::EnvironmentIdentifier(
    workspace::Workspace& workspace,
    const Pipeline& pipeline,
    const std::map<std::string, std::string>& user_environment,
    Tools tools,
    const CancelToken& cancel)
    : workspace_(workspace),
      pipeline_(pipeline),
      user_environment_(user_environment),
      tools_mode_(tools),
      cancel_(cancel) {}

/// The same tools may be asked by several pipelines and work trees of a clone.
std::filesystem::path EnvironmentIdentifier::memory_of(const Environment& environment) const {
  codec::Sha256 hash;
  for (const auto& tool : environment.tools) {
    add_record(hash, tool);
  }
  return workspace_.state_directory() / "last-tools" / to_hex(hash.finish());
}

std::optional<std::string> EnvironmentIdentifier::tools_digest(const Environment& environment) {
  const auto [known, is_new] = tools_.try_emplace(environment.name);
  if (is_new) {
    const auto memory = memory_of(environment);
    if (tools_mode_ == Tools::ask) {
      known->second = ask_tools(environment);
      os::make_directories(memory.parent_path());
      os::write_file_atomic(memory, *known->second, os::Durability::relaxed);
    } else {
      known->second = os::read_file_if_exists(memory, kMaxToolOutput);
    }
  }
  return known->second;
}

std::string EnvironmentIdentifier::ask_tools(const Environment& environment) const {
  const auto variables = base_variables(user_environment_);
  const auto search = variables.find("PATH");
  const auto shell = os::find_executable("sh", search == variables.end() ? "" : search->second);
  codec::Sha256 hash;
  for (const auto& tool : environment.tools) {
    const auto fail = [&](const std::string& problem, const std::string& output) {
      Error error(
          ErrorKind::config,
          fmt::format(
              "{}.tools: {} {}", config::to_string(environment.position), quote(tool), problem));
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
    spec.cwd = workspace_.top();
    spec.timeout = kToolTimeout;
    const auto captured = os::capture(spec, cancel_, kMaxToolOutput);
    cancel_.check();
    if (captured.result.end != os::ProcessEnd::exited || captured.result.exit_code != 0) {
      fail(captured.result.end == os::ProcessEnd::exited
               ? fmt::format("ended with exit code {}", captured.result.exit_code)
               : "did not end by itself",
           std::string(trim(captured.err)));
    }
    add_record(hash, tool);
    add_record(hash, captured.out);
    add_record(hash, captured.err);
  }
  return to_hex(hash.finish());
}

std::string EnvironmentIdentifier::program_digest(const Instance& instance) {
  const auto program = find_program(instance, workspace_.top(), user_environment_);
  if (!program) {
    // Nothing can have succeeded under this identity.
    return "missing";
  }
  const auto [known, is_new] = programs_.try_emplace(program->string());
  if (is_new) {
    known->second = digest_of_file(*program, cancel_);
  }
  return known->second;
}

EnvironmentIdentity EnvironmentIdentifier::identify(const Instance& instance) {
  codec::Sha256 hash;
  add_record(hash, "mlops-process-environment/1");
  add_record(hash, program_digest(instance));
  const auto found = pipeline_.environments.find(instance.stage->environment);
  const bool has_tools = found != pipeline_.environments.end() && !found->second.tools.empty();
  if (has_tools) {
    const auto digest = tools_digest(found->second);
    if (!digest) {
      return {"", "observed"};
    }
    add_record(hash, *digest);
  }
  return {"process:" + to_hex(hash.finish()), has_tools ? "observed" : "weak"};
}

}  // namespace mlops::pipeline
