#include "git/git_command.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace mlops::git {

namespace {

/// Variables that would point git at another repository, index or object store, inject settings, or
/// change what it prints: `git rev-parse --local-env-vars` and a few more.
constexpr auto kDropped = std::to_array<std::string_view>({
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CEILING_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "GIT_EXTERNAL_DIFF",
    "GIT_GLOB_PATHSPECS",
    "GIT_GRAFT_FILE",
    "GIT_ICASE_PATHSPECS",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_LITERAL_PATHSPECS",
    "GIT_NAMESPACE",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_OPTIONAL_LOCKS",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_TERMINAL_PROMPT",
    "GIT_WORK_TREE",
    "LANGUAGE",
    "LC_ALL",
    "PATH",
});

/// Only absolute entries: git looks its own helpers up there.
std::string absolute_entries(std::string_view search_path) {
  std::vector<std::string> kept;
  for (const auto entry : split(search_path, ':')) {
    if (entry.starts_with('/')) {
      kept.emplace_back(entry);
    }
  }
  return join(kept, ":");
}

std::vector<std::string> clean_environment(const OpenOptions& options) {
  std::vector<std::string> environment;
  for (const auto& variable : options.environment) {
    const auto name = std::string_view(variable).substr(0, variable.find('='));
    const bool dropped = std::find(kDropped.begin(), kDropped.end(), name) != kDropped.end() ||
                         name.starts_with("GIT_TRACE") || name.starts_with("GIT_CONFIG_KEY_") ||
                         name.starts_with("GIT_CONFIG_VALUE_");
    if (!dropped) {
      environment.push_back(variable);
    }
  }
  environment.push_back("PATH=" + absolute_entries(options.search_path));
  environment.insert(environment.end(),
                     {"LC_ALL=C",
                      "GIT_OPTIONAL_LOCKS=0",
                      "GIT_TERMINAL_PROMPT=0",

                      "GIT_NO_REPLACE_OBJECTS=1"});
  return environment;
}

/// The command itself, behind git's own options.
std::string verb(const std::vector<std::string>& args) {
  const auto found = std::find_if(
      args.begin(), args.end(), [](const std::string& arg) { return !arg.starts_with('-'); });
  return found == args.end() ? std::string() : *found;
}

}  // namespace

GitCommand::GitCommand(fs::path executable,
                       std::vector<std::string> environment,
                       fs::path directory,
                       const CancelToken* cancel)
    : executable_(std::move(executable)),
      environment_(std::move(environment)),
      directory_(std::move(directory)),
      cancel_(cancel) {}

std::optional<GitCommand> GitCommand::find(const OpenOptions& options, fs::path directory) {
  auto executable = os::find_executable("git", options.search_path);
  if (!executable) {
    return std::nullopt;
  }
  return GitCommand(
      std::move(*executable), clean_environment(options), std::move(directory), options.cancel);
}

os::ProcessSpec GitCommand::spec(const std::vector<std::string>& args) const {
  os::ProcessSpec spec;
  spec.argv = {executable_.string()};
  spec.argv.insert(spec.argv.end(), args.begin(), args.end());
  spec.env = environment_;
  spec.cwd = directory_;
  return spec;
}

os::CapturedOutput GitCommand::run(const std::vector<std::string>& args,
                                   std::string input,
                                   std::uint64_t max_bytes) const {
  static const CancelToken kNever;
  auto process = spec(args);
  process.input = std::move(input);
  auto done = os::capture(std::move(process), cancel_ != nullptr ? *cancel_ : kNever, max_bytes);
  switch (done.result.end) {
    case os::ProcessEnd::exited:
      break;
    case os::ProcessEnd::cancelled:
      throw Error(ErrorKind::interrupted, "interrupted");
    case os::ProcessEnd::not_started:
      throw Error(
          ErrorKind::io,
          fmt::format("git {} cannot be started in {}", verb(args), quote(directory_.string())));
    default:
      throw Error(
          ErrorKind::io,
          fmt::format("git {} was ended by signal {}", verb(args), done.result.signal_number));
  }
  if (done.result.dropped_output_bytes > 0) {
    throw Error(ErrorKind::config,
                fmt::format("git {} answers with more than {} bytes", verb(args), max_bytes));
  }
  return done;
}

std::string GitCommand::output(const std::vector<std::string>& args,
                               std::string input,
                               std::uint64_t max_bytes) const {
  auto done = run(args, std::move(input), max_bytes);
  if (done.result.exit_code != 0) {
    fail(args, done);
  }
  return std::move(done.out);
}

std::string GitCommand::line(const std::vector<std::string>& args) const {
  auto text = output(args);
  if (text.ends_with('\n')) {
    text.pop_back();
  }
  return text;
}

std::optional<std::string> GitCommand::find_config(const std::string& key) const {
  const std::vector<std::string> args{"config", "--get", key};
  const auto done = run(args);
  if (done.result.exit_code > 1) {
    fail(args, done);
  }
  return done.result.exit_code == 0 ? std::optional(std::string(trim(done.out))) : std::nullopt;
}

os::Coprocess GitCommand::start(const std::vector<std::string>& args) const {
  return os::Coprocess(spec(args));
}

void GitCommand::fail(const std::vector<std::string>& args, const os::CapturedOutput& done) {
  const auto says = [&](std::string_view words) {
    return done.err.find(words) != std::string::npos;
  };
  const bool locked = says(".lock': File exists");
  const bool corrupt = says("missing object") || says("bad object") || says("is corrupt") ||
                       says("unable to read") || says("could not read");
  throw Error(locked    ? ErrorKind::locked
              : corrupt ? ErrorKind::corrupt
                        : ErrorKind::config,
              fmt::format("git {} failed: {}", verb(args), first_words(done.err)),
              locked ? "wait for the other git to end, or remove its lock file" : "");
}

std::string GitCommand::first_words(std::string_view err) {
  for (auto line : split(err, '\n')) {
    line = trim(line);
    for (const std::string_view prefix : {"fatal: ", "error: "}) {
      if (line.starts_with(prefix)) {
        return std::string(line.substr(prefix.size()));
      }
    }
  }
  return std::string(trim(split(err, '\n').front()));
}

}  // namespace mlops::git
