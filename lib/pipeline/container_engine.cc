#include "pipeline/container_engine.h"

#include <algorithm>
#include <array>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "pipeline/runner.h"

namespace mlops::pipeline {

namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxAnswerBytes = 16ULL << 20U;
constexpr std::chrono::milliseconds kAskLimit{30'000};

/// A member of nested objects; null when it is not there.
json at(const json& value, std::initializer_list<const char*> path) {
  const auto* here = &value;
  for (const auto* name : path) {
    if (!here->is_object() || !here->contains(name)) {
      return {};
    }
    here = &(*here)[name];
  }
  return *here;
}

std::string text_at(const json& value, std::initializer_list<const char*> path) {
  const auto found = at(value, path);
  return found.is_string() ? found.get<std::string>() : "";
}

ContainerEngine::Facts docker_facts(const json& info) {
  ContainerEngine::Facts facts;
  facts.version = text_at(info, {"ServerVersion"});
  for (const auto& option : at(info, {"SecurityOptions"})) {
    facts.is_rootless =
        facts.is_rootless ||
        (option.is_string() && option.get<std::string>().starts_with("name=rootless"));
  }
  return facts;
}

ContainerEngine::Facts podman_facts(const json& info) {
  ContainerEngine::Facts facts;
  facts.version = text_at(info, {"version", "Version"});
  const auto rootless = at(info, {"host", "security", "rootless"});
  facts.is_rootless = rootless.is_boolean() && rootless.get<bool>();
  if (facts.is_rootless) {
    // One's own id alone: nobody gave this user a range in /etc/subuid.
    facts.has_id_ranges = at(info, {"host", "idMappings", "uidmap"}).size() > 1;
  }
  return facts;
}

}  // namespace

std::string_view to_string(EngineKind kind) {
  return kind == EngineKind::docker ? "docker" : "podman";
}

bool is_engine_gone(std::string_view message) {
  constexpr std::array<std::string_view, 7> kSigns{"cannot connect to the docker daemon",
                                                   "error during connect",
                                                   "is the docker daemon running",
                                                   "connection refused",
                                                   "connection reset",
                                                   "unexpected eof",
                                                   "cannot connect to podman"};
  const auto lower = to_lower_ascii(message);
  return std::any_of(kSigns.begin(), kSigns.end(), [&](std::string_view sign) {
    return lower.find(sign) != std::string::npos;
  });
}

ContainerEngine::ContainerEngine(EngineKind kind,
                                 std::filesystem::path client,
                                 const std::map<std::string, std::string>& user_environment,
                                 std::filesystem::path cwd)
    : kind_(kind),
      client_(std::move(client)),
      variables_(to_environment_list(user_environment)),
      cwd_(std::move(cwd)) {}

os::ProcessSpec ContainerEngine::make_call(std::vector<std::string> arguments) const {
  os::ProcessSpec spec;
  spec.argv = std::move(arguments);
  spec.argv.insert(spec.argv.begin(), client_.string());
  spec.env = variables_;
  spec.cwd = cwd_;
  spec.on_our_death = os::OnOurDeath::kill_group;
  return spec;
}

EngineAnswer ContainerEngine::call(std::vector<std::string> arguments,
                                   const CancelToken& cancel,
                                   std::optional<std::chrono::milliseconds> limit) const {
  const auto what = fmt::format("{} {}", to_string(kind_), arguments.front());
  auto spec = make_call(std::move(arguments));
  spec.timeout = limit;
  const auto captured = os::capture(std::move(spec), cancel, kMaxAnswerBytes);
  EngineAnswer answer;
  answer.exit_code = captured.result.exit_code;
  answer.is_ok = captured.result.end == os::ProcessEnd::exited && answer.exit_code == 0;
  answer.out = trim(captured.out);
  answer.err = trim(captured.err);
  if (captured.result.end == os::ProcessEnd::timed_out) {
    answer.err = fmt::format("{} did not answer in {} s", what, limit->count() / 1000);
  } else if (captured.result.end == os::ProcessEnd::not_started) {
    answer.err = fmt::format("{} cannot be started: {}",
                             what,
                             std::generic_category().message(captured.result.start_errno));
  } else if (!answer.is_ok && answer.err.empty()) {
    answer.err = fmt::format("{} ended with exit code {}", what, answer.exit_code);
  }
  return answer;
}

std::string ContainerEngine::ask(const CancelToken& cancel) {
  const auto answer = call({"info", "--format", "{{json .}}"}, cancel, kAskLimit);
  const auto info = json::parse(answer.out, nullptr, false);
  const auto errors = at(info, {"ServerErrors"});
  if (errors.is_array() && !errors.empty() && errors[0].is_string()) {
    return errors[0].get<std::string>();
  }
  if (!answer.is_ok) {
    return answer.err;
  }
  if (!info.is_object()) {
    return "what it says about itself cannot be understood";
  }
  // A client called docker may be podman's.
  kind_ = info.contains("host") ? EngineKind::podman : EngineKind::docker;
  facts_ = kind_ == EngineKind::docker ? docker_facts(info) : podman_facts(info);
  return "";
}

std::unique_ptr<ContainerEngine> ContainerEngine::open(
    const std::string& choice,
    const std::map<std::string, std::string>& user_environment,
    const std::filesystem::path& cwd,
    const CancelToken& cancel) {
  const auto search = user_environment.find("PATH");
  std::vector<std::string> problems;
  for (const auto kind : {EngineKind::docker, EngineKind::podman}) {
    const std::string name(to_string(kind));
    if (choice != "auto" && choice != name) {
      continue;
    }
    const auto client =
        os::find_executable(name, search == user_environment.end() ? "" : search->second);
    if (!client) {
      problems.push_back(name + ": not in PATH");
      continue;
    }
    std::unique_ptr<ContainerEngine> engine(
        new ContainerEngine(kind, *client, user_environment, cwd));
    const auto problem = engine->ask(cancel);
    cancel.check();
    if (problem.empty()) {
      return engine;
    }
    problems.push_back(fmt::format("{}: {}", name, problem));
  }
  Error error(ErrorKind::io,
              "no container engine answers",
              choice == "podman" ? "install podman, or set container.engine; see: mlops doctor"
                                 : "start docker (systemctl start docker), or install podman; see: "
                                   "mlops doctor");
  for (auto& problem : problems) {
    error.add_context(std::move(problem));
  }
  throw error;
}

}  // namespace mlops::pipeline
