#include "pipeline/container_session.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "pipeline/record_hash.h"
#include "pipeline/runtime_directory.h"

namespace mlops::pipeline {

namespace {

constexpr std::uint64_t kMaxSmallFile = 4096;

std::string small_file(const std::filesystem::path& path) {
  return std::string(trim(os::read_file_if_exists(path, kMaxSmallFile).value_or("")));
}

}  // namespace

const ContainerEngine& ContainerSession::engine() {
  if (!engine_) {
    const auto& settings = context_.workspace.settings();
    if (settings.get_string("container.io") == "copy") {
      throw Error(ErrorKind::config,
                  "container.io = \"copy\" is not supported by this build yet",
                  "mlops config set container.io bind, where the engine sees this directory");
    }
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

std::string ContainerSession::work_tree_label() const {
  RecordHash hash;
  hash.add(small_file("/etc/machine-id"))
      .add(context_.workspace.state_directory().string())
      .add(context_.workspace.top().string());
  return hash.hex().substr(0, 32);
}

void ContainerSession::sweep() {
  const auto filter = fmt::format("label={}={}", kWorkTreeLabel, work_tree_label());
  const auto found =
      engine_->call({"ps", "--all", "--quiet", "--no-trunc", "--filter", filter}, context_.cancel);
  if (!found.is_ok) {
    throw Error(ErrorKind::io,
                fmt::format("the containers of killed runs cannot be listed: {}", found.err));
  }
  if (found.out.empty()) {
    return;
  }
  std::size_t removed = 0;
  for (const auto id : split(found.out, '\n')) {
    const auto answer =
        engine_->call({"rm", "--force", "--volumes", std::string(id)}, context_.cancel);
    if (!answer.is_ok) {
      throw Error(ErrorKind::io,
                  fmt::format("a container of a killed run cannot be removed: {}", answer.err),
                  fmt::format("{} rm --force {}", to_string(engine_->kind()), id));
    }
    ++removed;
  }
  context_.progress.warn(fmt::format(
      "a run was killed here: what was left of its containers is removed ({})", removed));
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
      fmt::format("{}={}", kWorkTreeLabel, work_tree_label())};
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
