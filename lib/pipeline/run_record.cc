#include "pipeline/run_record.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"
#include "base/units.h"
#include "codec/bytes.h"
#include "codec/sha256.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/random.h"

namespace mlops::pipeline {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxRunId = 64;
constexpr std::size_t kMaxFileName = 120;

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_.,=@").find(c) != std::string_view::npos;
  });
}

fs::path make_run_directory(const fs::path& runs, const std::string& run_id) {
  if (!is_run_id(run_id)) {
    throw Error(ErrorKind::usage,
                fmt::format("{} cannot be the id of a run", quote(run_id)),
                "use letters, digits, '-', '_' and '.'");
  }
  auto directory = runs / run_id;
  if (os::lstat_file(directory)) {
    throw Error(ErrorKind::usage, fmt::format("there is a run {} already", quote(run_id)));
  }
  os::make_directories(directory / "logs");
  os::make_directories(directory / "params");
  return directory;
}

/// Whoever sees the lock sees it held: it gets its name when we have it. A record that is there has
/// a lock beside it.
os::FileLock make_lock(const fs::path& directory) {
  const auto temporary = directory / ("tmp-" + os::random_name(8));
  auto lock = os::FileLock::try_acquire(temporary, os::LockMode::exclusive);
  if (!lock) {
    throw Error(ErrorKind::internal,
                fmt::format("the lock {} is new and taken", quote(temporary.string())));
  }
  os::rename_no_replace(temporary, directory / RunRecord::kLockName);
  return std::move(*lock);
}

}  // namespace

GrowingFile::GrowingFile(const fs::path& directory, const std::string& name)
    : path_(directory / name) {
  const auto place = os::Beneath::open(directory);
  if (place.lstat(name)) {
    throw Error(ErrorKind::conflict, fmt::format("{} exists already", quote(path_.string())));
  }
  auto [temporary, fd] = place.create_temp_beside(name);
  place.rename(temporary, name);
  fd_ = std::move(fd);
}

void GrowingFile::append(std::string_view bytes, os::Durability durability) {
  os::write_full(fd_, codec::as_bytes(bytes), path_);
  if (durability == os::Durability::durable) {
    sync();
  }
}

void GrowingFile::sync() {
  // A sync is the file's, not the descriptor's: a second one keeps ours open for the next line.
  os::sync_and_close(os::open_read(path_), path_, os::Durability::durable);
  if (!std::exchange(is_name_durable_, true)) {
    os::sync_directory(path_.parent_path());
  }
}

RunRecord::RunRecord(const fs::path& runs, const std::string& run_id)
    : directory_(make_run_directory(runs, run_id)),
      lock_(make_lock(directory_)),
      log_(directory_, "run.jsonl") {}

void RunRecord::append(std::string_view event, nlohmann::json fields, os::Durability durability) {
  fields["event"] = event;
  fields["time"] = format_time(os::wall_time_ns());
  using nlohmann::json;
  log_.append(fields.dump(-1, ' ', true, json::error_handler_t::replace) + "\n",
              os::Durability::relaxed);
  is_synced_ = false;
  if (durability == os::Durability::durable) {
    sync();
  }
}

void RunRecord::sync() {
  if (std::exchange(is_synced_, true)) {
    return;
  }
  log_.sync();
  if (!std::exchange(is_name_durable_, true)) {
    const auto runs = directory_.parent_path();
    os::sync_directory(runs);
    // Also when it was there before: who made it may have been killed before this.
    os::sync_directory(runs.parent_path());
  }
}

bool is_run_id(std::string_view name) {
  return !name.empty() && name.size() <= kMaxRunId && name.front() != '.' && name.front() != '-' &&
         is_plain(name);
}

std::string make_run_id() {
  auto time = format_time(os::wall_time_ns());
  std::erase_if(time, [](char c) { return c == '-' || c == ':' || c == 'Z'; });
  std::replace(time.begin(), time.end(), 'T', '-');
  return time.substr(0, time.find('.')) + "-" + os::random_name(4);
}

std::string file_name_of(const std::string& instance_id) {
  if (is_plain(instance_id) && instance_id.size() <= kMaxFileName) {
    return instance_id;
  }
  auto name = instance_id.substr(0, kMaxFileName - 20);
  std::replace_if(
      name.begin(),
      name.end(),
      [](char c) {
        return !is_plain({&c, 1});
      },
      '_');
  const auto digest = codec::sha256(codec::as_bytes(instance_id));
  return name + "-" + to_hex(std::span(digest).first(6));
}

}  // namespace mlops::pipeline
