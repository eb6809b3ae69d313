#include "pipeline/container_attempt.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "os/clock.h"
#include "os/process_usage.h"
#include "os/random.h"
#include "pipeline/background_call.h"
#include "pipeline/container_copy.h"
#include "pipeline/container_process.h"
#include "pipeline/container_session.h"
#include "pipeline/env_file.h"

namespace mlops::pipeline {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr milliseconds kTick{50};
/// How long the engine may take over what it was asked, beyond the grace.
constexpr milliseconds kEngineSlack{10'000};
constexpr std::size_t kStderrEnd = 4096;
constexpr int kKilled = 137;
constexpr int kFirstSignalCode = 128;

/// What `inspect` tells of a container.
struct ContainerState {
  std::string status;
  bool is_out_of_memory = false;
  int exit_code = -1;
  std::string error;
};

std::optional<ContainerState> parse_state(const std::string& text) {
  const auto value = nlohmann::json::parse(text, nullptr, false);
  if (!value.is_object()) {
    return std::nullopt;
  }
  ContainerState state;
  try {
    state.status = value.value("Status", "");
    state.is_out_of_memory = value.value("OOMKilled", false);
    state.exit_code = value.value("ExitCode", -1);
    state.error = value.value("Error", "");
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
  return state;
}

/// A Podman without root calls it "stopped" until somebody has cleaned up after it.
bool has_ended(const ContainerState& state) {
  return state.status == "exited" || state.status == "stopped";
}

bool says(const std::string& lower, std::string_view sign) {
  return lower.find(sign) != std::string::npos;
}

std::string last_line(const std::string& text) {
  const auto lines = split(trim(text), '\n');
  return std::string(trim(lines.back()));
}

/// The line that says what is wrong: warnings stand before it, advice about flags after it.
std::string engine_message(const std::string& text) {
  for (const auto line : split(text, '\n')) {
    if (line.starts_with("Error") || line.starts_with("error")) {
      return std::string(trim(line));
    }
  }
  return last_line(text);
}

class ContainerAttempt {
 public:
  ContainerAttempt(const ContainerPlan& plan, const Attempt& attempt, const CancelToken& cancel)
      : plan_(plan), attempt_(attempt), cancel_(cancel), label_(os::random_name(20)) {}
  ContainerAttempt(const ContainerAttempt&) = delete;
  ContainerAttempt& operator=(const ContainerAttempt&) = delete;

  AttemptResult run() {
    if (cancel_.is_cancelled()) {
      fail(FailureClass::interrupted, "was interrupted");
      return result_;
    }
    try {
      if (create()) {
        copy_in();
        execute();
        copy_out();
      }
    } catch (const Error& error) {
      if (result_.failure == FailureClass::none) {
        fail(class_of(error.kind()), error.message());
        result_.hint = error.hint();
      } else {
        result_.warnings.push_back(error.message());
      }
    }
    remove();
    return result_;
  }

 private:
  static FailureClass class_of(ErrorKind kind) {
    return kind == ErrorKind::config        ? FailureClass::infra_config
           : kind == ErrorKind::interrupted ? FailureClass::interrupted
                                            : FailureClass::infra;
  }

  bool copies() const { return plan_.files == ContainerPlan::Files::copied; }

  /// Directories outside of the tree, those of all attempts and of this one.
  std::vector<std::filesystem::path> reads() const {
    auto all = plan_.reads;
    all.insert(all.end(), attempt_.reads.begin(), attempt_.reads.end());
    return all;
  }

  EngineAnswer call(std::vector<std::string> arguments) const {
    // What cleans up is not to be interrupted by what it cleans up after.
    const CancelToken never;
    return plan_.engine->call(std::move(arguments), never);
  }

  void fail(FailureClass failure, std::string problem) {
    result_.failure = failure;
    result_.problem = std::move(problem);
  }

  std::vector<Mount> mounts() const {
    if (copies()) {
      return {};
    }
    std::vector<Mount> mounts{{attempt_.tree, plan_.tree, Mount::Access::read_write}};
    // Hooks and settings of git and of mlops are commands of the host.
    if (const auto git = plan_.tree / ".git"; attempt_.tree == plan_.tree && os::lstat_file(git)) {
      mounts.push_back({git, git, Mount::Access::read_only});
    }
    for (const auto& directory : reads()) {
      mounts.push_back({directory, directory, Mount::Access::read_only});
    }
    return mounts;
  }

  std::vector<std::string> create_arguments(const EnvFile& variables) const {
    std::vector<std::string> arguments{"create"};
    const auto add = [&](std::string name, std::string value) {
      arguments.push_back(std::move(name));
      arguments.push_back(std::move(value));
    };
    arguments.insert(arguments.end(), plan_.arguments.begin(), plan_.arguments.end());
    add("--label", fmt::format("{}={}", kStageLabel, attempt_.instance));
    add("--label", fmt::format("{}={}", kAttemptLabel, label_));
    for (const auto& mount : mounts()) {
      const auto words = mount_arguments(plan_.engine->kind(), mount);
      arguments.insert(arguments.end(), words.begin(), words.end());
    }
    add("--workdir", attempt_.cwd.string());
    add("--env-file", variables.path().filename().string());  // podman splits paths at commas
    if (attempt_.memory_limit > 0) {
      // No swap beyond it: a stage that needs more is to end, not to crawl.
      add("--memory", std::to_string(attempt_.memory_limit));
      add("--memory-swap", std::to_string(attempt_.memory_limit));
    }
    if (attempt_.shm_bytes > 0) {
      add("--shm-size", std::to_string(attempt_.shm_bytes));
    }
    const auto words = command();
    add("--entrypoint", words.front());
    arguments.push_back(plan_.image);
    arguments.insert(arguments.end(), words.begin() + 1, words.end());
    return arguments;
  }

  /// The stage's own, behind a shell of the image that takes its secrets from their file.
  std::vector<std::string> command() const {
    if (attempt_.secret_script.empty()) {
      return attempt_.argv;
    }
    std::vector<std::string> words{
        "/bin/sh", "-c", ". \"$0\" && exec \"$@\"", attempt_.secret_script.string()};
    words.insert(words.end(), attempt_.argv.begin(), attempt_.argv.end());
    return words;
  }

  /// False when there is no container; the result then says why.
  bool create() {
    const EnvFile variables(plan_.private_directory, attempt_.variables);
    auto spec = plan_.engine->make_call(create_arguments(variables));
    spec.env.insert(spec.env.end(), variables.for_client().begin(), variables.for_client().end());
    spec.cwd = plan_.private_directory;
    spec.timeout = ContainerEngine::kCallLimit;
    const CancelToken never;
    const auto captured = os::capture(std::move(spec), never);
    id_ = last_line(captured.out);
    if (captured.result.end == os::ProcessEnd::exited && captured.result.exit_code == 0 &&
        !id_.empty()) {
      return true;
    }
    id_.clear();
    const auto message = captured.err.empty() ? "it did not answer" : engine_message(captured.err);
    const bool is_gone = captured.err.empty() || is_engine_gone(captured.err);
    fail(is_gone ? FailureClass::infra : FailureClass::infra_config,
         fmt::format("no container could be made: {}", message));
    result_.hint = is_gone ? "see whether the engine runs: mlops doctor"
                           : "the engine's message says what it refuses; settings of containers: "
                             "mlops config list, man mlops-config";
    return false;
  }

  void copy_in() {
    if (!copies()) {
      return;
    }
    const ContainerCopy copy(*plan_.engine, id_, cancel_);
    auto directories = reads();
    directories.push_back(plan_.tree);
    directories.push_back(attempt_.cwd);
    copy.make_directories(directories);
    for (const auto& directory : reads()) {
      copy.put(directory, directory);
    }
    copy.put(attempt_.tree, plan_.tree);
  }

  /// Of a stage that failed only what it keeps from run to run: the rest goes away.
  void copy_out() {
    if (!copies() || result_.failure == FailureClass::infra ||
        result_.failure == FailureClass::infra_config) {
      return;
    }
    // What an interrupted stage keeps comes back, too.
    const CancelToken never;
    const ContainerCopy copy(*plan_.engine, id_, never);
    const bool is_good = result_.failure == FailureClass::none;
    if (is_good) {
      for (auto& path : find_written(copy.list_changed(), plan_.tree)) {
        if (!os::lstat_file(attempt_.tree / path)) {
          result_.others.push_back(std::move(path));
        }
      }
    }
    for (const auto& out : attempt_.outs) {
      if (is_good || out.persist) {
        os::remove_tree(attempt_.tree / out.path);
        copy.get(plan_.tree / out.path, attempt_.tree / out.path);
      }
    }
  }

  void execute() {
    auto spec = plan_.engine->make_call({"start", "--attach", id_});
    spec.on_stdout = attempt_.on_stdout;
    spec.on_stderr = [this](std::string_view bytes) {
      stderr_end_ += bytes;
      if (stderr_end_.size() > kStderrEnd) {
        stderr_end_.erase(0, stderr_end_.size() - kStderrEnd);
      }
      attempt_.on_stderr(bytes);
    };
    const auto started = os::monotonic_time();
    BackgroundCall client(std::move(spec));
    watch(client, started);
    result_.elapsed = duration_cast<milliseconds>(os::monotonic_time() - started);
    const auto& ended = client.result();
    judge(ended);
  }

  void report_process(ContainerProcess& process, nanoseconds now) {
    if (const auto known = attempt_.on_process ? process.look(now) : std::nullopt; known) {
      attempt_.on_process(*known);
    }
  }

  bool must_stop(nanoseconds now, nanoseconds started) const {
    return cancel_.is_cancelled() || (attempt_.timeout && now - started >= *attempt_.timeout);
  }

  /// The first process of a container that has no handler for SIGTERM never gets it: there is
  /// nothing to wait for. What only the engine can see is asked.
  std::vector<std::string> how_to_stop() const {
    const auto process = find_container_process(*plan_.engine, id_, kEngineSlack);
    if (process && os::find_action_on_request(*process) == os::SignalAction::standard) {
      return {"kill", id_};
    }
    const auto seconds = (attempt_.grace.count() + 999) / 1000;
    return {"stop", "--time", std::to_string(seconds), id_};
  }

  /// Until the client has ended: asks the container to stop when it is time.
  void watch(BackgroundCall& client, nanoseconds started) {
    std::optional<BackgroundCall> stop;
    nanoseconds kill_at{0};
    nanoseconds leave_at{0};
    int requests_seen = 0;
    ContainerProcess process(*plan_.engine, id_);
    while (!client.wait_for(kTick)) {
      const auto now = os::monotonic_time();
      if (!stopping_) {
        report_process(process, now);
        if (!must_stop(now, started)) {
          continue;
        }
        stopping_ = cancel_.is_cancelled() ? FailureClass::interrupted : FailureClass::timeout;
        requests_seen = cancel_.is_cancelled() ? 1 : 0;  // two that came together are two
        kill_at = now + attempt_.grace + kEngineSlack;
        stop.emplace(plan_.engine->make_call(how_to_stop()));
      } else if (leave_at.count() == 0 && (now >= kill_at || cancel_.requests() > requests_seen)) {
        call({"kill", id_});
        leave_at = os::monotonic_time() + kEngineSlack;
      } else if (leave_at.count() > 0 && now >= leave_at) {
        client.give_up();
      }
    }
  }

  void judge(const os::ProcessResult& client) {
    const auto answer = call({"inspect", "--format", "{{json .State}}", id_});
    const auto state = answer.is_ok ? parse_state(answer.out) : std::nullopt;
    if (stopping_) {
      fail(*stopping_,
           *stopping_ == FailureClass::timeout ? "ran longer than its timeout" : "was interrupted");
      return;
    }
    if (!state) {
      fail(FailureClass::infra,
           fmt::format("the container engine was lost while it ran: {}",
                       engine_message(answer.err)));
      result_.hint = "see whether the engine runs: mlops doctor";
    } else if (state->status == "created" || state->status == "configured") {
      judge_start(*state);
    } else if (client.end != os::ProcessEnd::exited || !has_ended(*state)) {
      fail(FailureClass::infra,
           fmt::format("the client of {} ended before the container",
                       to_string(plan_.engine->kind())));
    } else if (client.exit_code != state->exit_code) {
      fail(
          FailureClass::infra,
          fmt::format("the container engine failed while it ran: {}", engine_message(stderr_end_)));
    } else {
      judge_end(*state);
    }
  }

  /// It never ran: for want of the program, or of something that the engine needs.
  void judge_start(const ContainerState& state) {
    const auto message = engine_message(state.error.empty() ? stderr_end_ : state.error);
    const auto lower = to_lower_ascii(state.error + "\n" + stderr_end_);
    const bool is_exec = says(lower, "exec: ") || says(lower, "attempted to invoke");
    const bool is_missing = is_exec && (says(lower, "not found") || says(lower, "no such file"));
    if (is_missing && !attempt_.secret_script.empty()) {
      fail(FailureClass::infra_config,
           "the image has no /bin/sh, which hands over secrets as variables");
      result_.hint = "declare them as files: secrets = [{ file = ..., local = ... }]";
      return;
    }
    if (is_missing || (is_exec && says(lower, "permission denied"))) {
      constexpr int kNotFound = 127;
      constexpr int kNotExecutable = 126;
      result_.exit_code = is_missing ? kNotFound : kNotExecutable;
      fail(FailureClass::user,
           fmt::format("the program {} {} in the image",
                       quote(attempt_.argv.front()),
                       is_missing ? "was not found" : "cannot be executed"));
      result_.hint = "its image must have the program; a path is relative to the stage's workdir";
      return;
    }
    fail(is_engine_gone(lower) ? FailureClass::infra : FailureClass::infra_config,
         fmt::format("the container could not be started: {}", message));
    result_.hint = "the engine's message says what it lacks; see: mlops doctor";
  }

  void judge_end(const ContainerState& state) {
    result_.exit_code = state.exit_code;
    const auto limit = attempt_.memory_limit > 0
                           ? fmt::format(" (limit {})", format_bytes(attempt_.memory_limit))
                           : std::string();
    // Podman and nested engines do not always tell: under a limit nobody else sends SIGKILL.
    const bool is_oom =
        state.exit_code != 0 &&
        (state.is_out_of_memory || (state.exit_code == kKilled && attempt_.memory_limit > 0));
    if (is_oom) {
      fail(FailureClass::oom, "ran out of memory" + limit);
      result_.hint = "raise resources.memory of the stage, or have it need less";
    } else if (state.exit_code > kFirstSignalCode) {
      fail(FailureClass::user,
           fmt::format("exit code {} (as of signal {})",
                       state.exit_code,
                       state.exit_code - kFirstSignalCode));
    } else if (state.exit_code != 0) {
      fail(FailureClass::user, fmt::format("exit code {}", state.exit_code));
    } else if (state.is_out_of_memory) {
      result_.warnings.push_back("it succeeded, but a process of it ran out of memory" + limit);
    }
  }

  /// By id, or by its label when the engine made one and could not say so any more.
  void remove() {
    auto id = id_;
    if (id.empty()) {
      const auto found = call({"ps",
                               "--all",
                               "--quiet",
                               "--no-trunc",
                               "--filter",
                               fmt::format("label={}={}", kAttemptLabel, label_)});
      id = found.is_ok ? found.out : "";
    }
    if (id.empty()) {
      return;
    }
    const auto answer = call({"rm", "--force", "--volumes", id});
    if (!answer.is_ok) {
      result_.warnings.push_back(
          fmt::format("its container {} is still there, the next run removes it: {}",
                      id.substr(0, 12),
                      engine_message(answer.err)));
    }
  }

  const ContainerPlan& plan_;
  const Attempt& attempt_;
  const CancelToken& cancel_;
  std::string label_;
  std::string id_;
  std::string stderr_end_;  ///< the client's thread's, until that has ended
  std::optional<FailureClass> stopping_;
  AttemptResult result_;
};

}  // namespace

std::vector<std::string> mount_arguments(EngineKind engine, const Mount& mount) {
  const auto source = mount.source.string();
  const auto target = mount.target.string();
  const auto both = source + target;
  const bool is_read_only = mount.access == Mount::Access::read_only;
  if (both.find_first_of(",\"\n") == std::string::npos) {
    return {
        "--mount",
        fmt::format(
            "type=bind,source={},target={}{}", source, target, is_read_only ? ",readonly" : "")};
  }
  if (engine == EngineKind::docker) {
    const auto quoted = [](std::string_view name, const std::string& path) {
      std::string csv = fmt::format("\"{}=", name);
      for (const auto c : path) {
        csv += c == '"' ? "\"\"" : std::string(1, c);
      }
      return csv + "\"";
    };
    return {"--mount",
            fmt::format("type=bind,{},{}{}",
                        quoted("source", source),
                        quoted("target", target),
                        is_read_only ? ",readonly" : "")};
  }
  if (both.find(':') != std::string::npos) {
    throw Error(ErrorKind::config,
                fmt::format("{} cannot be mounted by podman: it has a ',' or '\"', and a ':'",
                            quote(target)),
                "rename the directory, or use docker");
  }
  return {"--volume", fmt::format("{}:{}{}", source, target, is_read_only ? ":ro" : "")};
}

AttemptResult run_in_container(const ContainerPlan& plan,
                               const Attempt& attempt,
                               const CancelToken& cancel) {
  return ContainerAttempt(plan, attempt, cancel).run();
}

}  // namespace mlops::pipeline
