#include "pipeline/container_session.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "pipeline/record_hash.h"
#include "pipeline/run_history.h"
#include "pipeline/run_record.h"
#include "pipeline/runtime_directory.h"

namespace mlops::pipeline {

namespace {

constexpr std::uint64_t kMaxSmallFile = 4096;
constexpr std::size_t kShownDigits = 12;

std::string small_file(const std::filesystem::path& path) {
  return std::string(trim(os::read_file_if_exists(path, kMaxSmallFile).value_or("")));
}

}  // namespace

const ContainerEngine& ContainerSession::engine() {
  if (!engine_) {
    const auto& settings = context_.workspace.settings();
    engine_ = ContainerEngine::open(settings.get_string("container.engine"),
                                    context_.options.environment,
                                    context_.workspace.top(),
                                    context_.cancel);
    if (context_.options.mode == RunMode::run) {
      sweep();
    }
  }
  return *engine_;
}

bool ContainerSession::copies_files() const {
  return context_.workspace.settings().get_string("container.io") == "copy";
}

std::string ContainerSession::clone_label() const {
  RecordHash hash;
  hash.add(small_file("/etc/machine-id")).add(context_.workspace.state_directory().string());
  return hash.hex().substr(0, 32);
}

std::string ContainerSession::run_of(const std::string& container) {
  const auto answer =
      engine_->call({"inspect", "--format", "{{json .Config.Labels}}", container}, context_.cancel);
  const auto labels = nlohmann::json::parse(answer.out, nullptr, false);
  const auto run = labels.is_object() ? labels.find(kRunLabel) : labels.end();
  return answer.is_ok && labels.is_object() && run != labels.end() && run->is_string()
             ? run->get<std::string>()
             : "";
}

/// Labels can be anybody's: another machine with the same id may use the engine. Ours is what a run
/// made that is recorded here, and whose process is gone; an experiment's, too.
bool ContainerSession::is_left(const std::string& container) {
  const auto run = run_of(container);
  const RunHistory history(context_.workspace.state_directory() / "runs");
  if (run == context_.options.run_id) {
    return false;
  }
  if (!is_run_id(run) || !os::lstat_file(history.directory_of(run))) {
    context_.progress.warn(
        fmt::format("a container of the run {}, of which nothing is recorded here, is left alone: "
                    "{} rm --force {}",
                    quote(run),
                    to_string(engine_->kind()),
                    container.substr(0, kShownDigits)));
    return false;
  }
  return !history.is_running(run);
}

void ContainerSession::sweep() {
  const auto filter = fmt::format("label={}={}", kCloneLabel, clone_label());
  const auto found =
      engine_->call({"ps", "--all", "--quiet", "--no-trunc", "--filter", filter}, context_.cancel);
  if (!found.is_ok) {
    throw Error(ErrorKind::io,
                fmt::format("the containers of killed runs cannot be listed: {}", found.err));
  }
  std::size_t removed = 0;
  for (const auto line : split(found.out, '\n')) {
    const std::string id(line);
    if (id.empty() || !is_left(id)) {
      continue;
    }
    const auto answer = engine_->call({"rm", "--force", "--volumes", id}, context_.cancel);
    if (!answer.is_ok) {
      throw Error(ErrorKind::io,
                  fmt::format("a container of a killed run cannot be removed: {}", answer.err),
                  fmt::format("{} rm --force {}", to_string(engine_->kind()), id));
    }
    ++removed;
  }
  if (removed > 0) {
    context_.progress.warn(fmt::format(
        "a run was killed here: what was left of its containers is removed ({})", removed));
  }
}

std::vector<std::string> ContainerSession::user_arguments() {
  const auto user = context_.workspace.settings().get_string("container.user");
  if (user != "auto") {
    return user.empty() ? std::vector<std::string>{} : std::vector<std::string>{"--user", user};
  }
  const auto own = fmt::format("{}:{}", os::current_user(), os::current_group());
  const auto& facts = engine().facts();
  if (!facts.is_rootless) {
    return {"--user", own};
  }
  // Rootless: root of the container is this user outside.
  if (engine().kind() == EngineKind::docker || !facts.has_id_ranges) {
    return {"--user", "0:0"};
  }
  return {"--userns", "keep-id", "--user", own};
}

std::vector<std::string> ContainerSession::common_arguments() {
  std::vector<std::string> arguments{
      "--network",
      context_.workspace.settings().get_string("container.network"),
      // What a stage prints goes through us alone: no second copy in the engine, secrets included.
      "--log-driver",
      "none",
      "--pull",
      "never",
      "--label",
      fmt::format("{}={}", kRunLabel, context_.options.run_id),
      "--label",
      fmt::format("{}={}", kCloneLabel, clone_label())};
  if (small_file("/sys/fs/selinux/enforce") == "1") {
    // Labels of the user's files are not ours to change.
    arguments.insert(arguments.end(), {"--security-opt", "label=disable"});
  }
  return arguments;
}

std::filesystem::path ContainerSession::private_directory() {
  if (!private_) {
    private_ = std::make_unique<SecretFiles>(open_runtime_directory(context_.options.environment),
                                             std::map<std::string, std::string>());
  }
  return private_->directory();
}

}  // namespace mlops::pipeline
