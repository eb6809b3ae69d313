#include "pipeline/run_history.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "base/units.h"
#include "os/file.h"
#include "os/lock.h"
#include "pipeline/run_record.h"

namespace mlops::pipeline {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxRecordBytes = 256ULL << 20U;
constexpr auto kRecordName = "run.jsonl";

/// The first line of a record may be long, and its time has no fraction. Its lock has one: made
/// when the run began, and never written to.
struct Age {
  std::int64_t begun_ns = 0;
  std::string id;
};

std::optional<Age> age_of(const fs::path& directory, const std::string& id) {
  const auto record = os::lstat_file(directory / kRecordName);
  if (!record || record->kind != os::FileKind::regular) {
    return std::nullopt;
  }
  const auto lock = os::lstat_file(directory / RunRecord::kLockName);
  return Age{lock ? lock->mtime_ns : record->mtime_ns, id};
}

}  // namespace

std::string_view to_string(RunState state) {
  switch (state) {
    case RunState::running:
      return "running";
    case RunState::finished:
      return "finished";
    case RunState::died:
      return "died";
  }
  return "died";
}

std::vector<std::string> RunHistory::list() const {
  std::vector<Age> ages;
  if (os::lstat_file(runs_)) {
    for (const auto& name : os::list_directory(runs_)) {
      const auto stat = is_run_id(name) ? os::lstat_file(runs_ / name) : std::nullopt;
      if (!stat || stat->kind != os::FileKind::directory) {
        continue;  // a link would lead gc elsewhere
      }
      if (auto age = age_of(runs_ / name, name); age) {
        ages.push_back(std::move(*age));
      }
    }
  }
  std::sort(ages.begin(), ages.end(), [](const Age& a, const Age& b) {
    return std::tie(a.begun_ns, a.id) > std::tie(b.begun_ns, b.id);
  });
  std::vector<std::string> ids;
  std::transform(ages.begin(), ages.end(), std::back_inserter(ids), [](Age& age) {
    return std::move(age.id);
  });
  return ids;
}

std::string RunHistory::find(const std::string& name) const {
  const auto ids = list();
  if (name == "@last") {
    if (ids.empty()) {
      throw Error(ErrorKind::not_found, "there is no run yet", "mlops run");
    }
    return ids.front();
  }
  if (std::find(ids.begin(), ids.end(), name) != ids.end()) {
    return name;
  }
  std::vector<std::string> matches;
  std::copy_if(ids.begin(), ids.end(), std::back_inserter(matches), [&](const auto& id) {
    return !name.empty() && id.starts_with(name);
  });
  if (matches.empty()) {
    const auto hint = did_you_mean(name, ids);
    throw Error(ErrorKind::not_found,
                fmt::format("there is no run {}", quote(name)),
                hint.empty() ? "mlops runs list" : hint);
  }
  if (matches.size() > 1) {
    Error error(
        ErrorKind::usage,
        fmt::format("{} is the beginning of {}", quote(name), plural(matches.size(), "run")),
        "write more of it");
    for (std::size_t i = 0; i < std::min<std::size_t>(matches.size(), 5); ++i) {
      error.add_context(matches[i]);
    }
    throw error;
  }
  return matches.front();
}

RecordedRun RunHistory::load(const std::string& id) const {
  const auto file = directory_of(id) / kRecordName;
  const auto text = os::read_file_if_exists(file, kMaxRecordBytes);
  if (!text) {
    throw Error(
        ErrorKind::not_found, fmt::format("there is no run {}", quote(id)), "mlops runs list");
  }
  auto run = parse_run_record(*text, file.string());
  if (run.id != id) {
    throw Error(ErrorKind::config,
                fmt::format("{}:1: id: it is the record of {}", file.string(), quote(run.id)));
  }
  return run;
}

std::pair<RecordedRun, RunState> RunHistory::load_with_state(const std::string& id) const {
  const bool is_held = is_running(id);
  auto run = load(id);
  const auto state = run.worst ? RunState::finished : is_held ? RunState::running : RunState::died;
  return {std::move(run), state};
}

bool RunHistory::is_running(const std::string& id) const {
  const auto lock = lock_of(id);
  const auto stat = os::lstat_file(lock);
  return stat && stat->kind == os::FileKind::regular &&
         !os::FileLock::try_acquire(lock, os::LockMode::shared);
}

std::int64_t RunHistory::begun_ns(const std::string& id) const {
  const auto age = age_of(directory_of(id), id);
  return age ? age->begun_ns : 0;
}

fs::path RunHistory::lock_of(const std::string& id) const {
  return directory_of(id) / RunRecord::kLockName;
}

fs::path RunHistory::log_of(const std::string& id, const std::string& instance) const {
  return directory_of(id) / "logs" / (file_name_of(instance) + ".log");
}

}  // namespace mlops::pipeline
