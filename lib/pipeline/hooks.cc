#include "pipeline/hooks.h"

#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"
#include "codec/bytes.h"
#include "codec/sha256.h"
#include "config/toml.h"
#include "os/process.h"
#include "pipeline/path.h"
#include "pipeline/process_environment.h"
#include "workspace/tree_path.h"
#include "workspace/tree_write.h"

namespace mlops::pipeline {

namespace {

constexpr std::uint64_t kMaxScriptBytes = 16ULL << 20U;

void add_sized(codec::Sha256& hash, std::string_view text) {
  codec::ByteWriter length;
  length.u64(text.size());
  hash.update(length.bytes());
  hash.update(codec::as_bytes(text));
}

/// A file of the work tree that a word of a hook names; nothing for other words. Error{config} for
/// a link: what it leads to can change without the hook.
std::optional<std::string> find_script(const workspace::Workspace& workspace,
                                       const std::string& word) {
  if (word.empty() || !path_problem(word).empty()) {
    return std::nullopt;
  }
  const auto whole = normal_path(word);
  std::string path;
  for (const auto component : split(whole, '/')) {
    path = workspace::join_path(path, component);
    const auto stat = workspace.tree().lstat(path);
    if (!stat) {
      return std::nullopt;
    }
    if (stat->kind == os::FileKind::symlink) {
      throw Error(
          ErrorKind::config,
          fmt::format("a hook names {}, which is or leads through a symbolic link", quote(word)),
          "name the file itself: a hook is accepted with the content of its script");
    }
    if (stat->kind == os::FileKind::regular) {
      return workspace::read_text(workspace.tree(), path, kMaxScriptBytes);
    }
  }
  return std::nullopt;
}

/// The word, and what a shell may read in it as words: `sh -c` starts scripts too.
std::vector<std::string> names_in(const std::string& word) {
  constexpr std::string_view kBetween = " \t\n;|&()<>'\"`$=";
  std::vector<std::string> names{word};
  std::string name;
  for (const char c : word + " ") {
    if (kBetween.find(c) == std::string_view::npos) {
      name += c;
    } else if (!name.empty()) {
      names.push_back(std::exchange(name, {}));
    }
  }
  return names;
}

void add_commands(codec::Sha256& hash,
                  const workspace::Workspace& workspace,
                  const std::vector<std::vector<std::string>>& commands) {
  add_sized(hash, std::to_string(commands.size()));
  for (const auto& command : commands) {
    add_sized(hash, std::to_string(command.size()));
    for (const auto& word : command) {
      add_sized(hash, word);
      for (const auto& name : names_in(word)) {
        add_sized(hash, find_script(workspace, name).value_or(""));
      }
    }
  }
}

std::string setting_name(const Pipeline& pipeline) {
  return fmt::format("trust.{}.hooks", config::toml_string(pipeline.file));
}

std::string end_of(const os::ProcessResult& process) {
  switch (process.end) {
    case os::ProcessEnd::exited:
      return process.exit_code == 0 ? "" : fmt::format("exit code {}", process.exit_code);
    case os::ProcessEnd::signalled:
      return fmt::format("was killed by signal {}", process.signal_number);
    case os::ProcessEnd::timed_out:
      return "took too long";
    case os::ProcessEnd::cancelled:
      return "was interrupted";
    case os::ProcessEnd::not_started:
      return "cannot be started";
  }
  return "";
}

/// Empty when it went well.
std::string run_hook(const RunContext& context,
                     const RunResult& result,
                     const std::vector<std::string>& command) {
  const auto& user = context.options.environment;
  const auto path = user.find("PATH");
  const auto& name = command.front();
  const auto wanted = name.find('/') == std::string::npos || name.starts_with('/')
                          ? name
                          : (context.workspace.top() / name).lexically_normal().string();
  const auto program = os::find_executable(wanted, path == user.end() ? "" : path->second);
  if (!program) {
    return "the program was not found";
  }
  auto variables = base_variables(user);
  variables["MLOPS_RUN"] = result.run_id;
  variables["MLOPS_FAILURE"] = to_string(result.worst());
  os::ProcessSpec spec;
  spec.argv = command;
  spec.argv.front() = program->string();
  spec.env = to_environment_list(variables);
  spec.cwd = origin_of(context);
  spec.timeout = kHookTime;
  spec.on_our_death = os::OnOurDeath::kill_group;
  const auto captured = os::capture(std::move(spec), context.cancel, 1U << 20U);
  const auto said = trim(captured.err);
  const auto end = end_of(captured.result);
  return end.empty() || said.empty() ? end
                                     : fmt::format("{}: {}", end, said.substr(0, said.find('\n')));
}

}  // namespace

std::string hooks_digest(const workspace::Workspace& workspace, const Hooks& hooks) {
  codec::Sha256 hash;
  add_sized(hash, "mlops-hooks/1");
  add_commands(hash, workspace, hooks.on_failure);
  add_commands(hash, workspace, hooks.on_success);
  return to_hex(hash.finish());
}

void run_hooks(const RunContext& context, const RunResult& result) {
  const auto& hooks = context.pipeline.hooks;
  const auto worst = result.worst();
  const auto& commands = worst == FailureClass::none ? hooks.on_success : hooks.on_failure;
  if (commands.empty() || worst == FailureClass::interrupted) {
    return;
  }
  const auto digest = hooks_digest(context.workspace, hooks);
  const auto name = setting_name(context.pipeline);
  if (context.workspace.settings().get_string(name) != digest) {
    context.progress.warn(
        fmt::format("{}: this clone has not accepted the hooks, and runs none: read them, then {}",
                    config::to_string(hooks.position),
                    shell_join({"mlops", "config", name, digest})));
    return;
  }
  for (const auto& command : commands) {
    if (const auto problem = run_hook(context, result, command); !problem.empty()) {
      context.progress.warn(fmt::format("the hook {} failed: {}", shell_join(command), problem));
    }
  }
}

}  // namespace mlops::pipeline
