#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "os/beneath.h"
#include "os/lock.h"

namespace mlops::pipeline {

/// A new file that grows and can be read meanwhile. One thread at a time.
class GrowingFile {
 public:
  /// Error{conflict} when it is there already.
  GrowingFile(const std::filesystem::path& directory, const std::string& name);
  /// Durable: on disk when it returns.
  void append(std::string_view bytes, os::Durability durability);
  /// All of it is on disk when it returns, and its name.
  void sync();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  os::Fd fd_;
  bool is_name_durable_ = false;
};

/// What a run did, one JSON object a line: <state>/runs/<run-id>/run.jsonl, an intent before its
/// action. Beside it: logs/<instance>.log, params/, and the lock that is held while this lives: by
/// it others tell a run that is at work from one that died.
class RunRecord {
 public:
  static constexpr const char* kLockName = "lock";

  /// Makes the run's directory. Error{usage} for an id that is no plain name or that exists.
  RunRecord(const std::filesystem::path& runs, const std::string& run_id);

  const std::filesystem::path& directory() const { return directory_; }
  /// Adds the time and writes. Durable: this line and all before it are on disk when it returns.
  void append(std::string_view event, nlohmann::json fields, os::Durability durability);
  /// All lines are on disk when it returns. Does nothing when they are.
  void sync();

 private:
  std::filesystem::path directory_;
  os::FileLock lock_;
  GrowingFile log_;
  bool is_synced_ = true;
  bool is_name_durable_ = false;
};

/// Whether a name can be a run's: 1 to 64 letters, digits and "-_.,=@", with no '.' or '-' in
/// front.
bool is_run_id(std::string_view name);

/// "20261122-201408-k3f9": sorts by time, to the second.
std::string make_run_id();

/// A file name for an instance: itself where that is one, else shortened and made unique.
std::string file_name_of(const std::string& instance_id);

}  // namespace mlops::pipeline
