#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/id.h"

namespace mlops::workspace {

/// `pipeline.lock` (mlops-lock(5)): what the last run of each instance used and made. It lives in
/// this room because the store's roots, `diff` and `checkout` read it without knowing pipelines.
struct LockedDep {
  std::string path;
  std::optional<store::ObjectId> root;  ///< data
  std::string git;                      ///< blob id of a tracked file; empty if data
  friend bool operator==(const LockedDep&, const LockedDep&) = default;
};
struct LockedOut {
  std::string path;
  store::ObjectId root;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  friend bool operator==(const LockedOut&, const LockedOut&) = default;
};
struct LockedInstance {
  std::string stage;
  std::map<std::string, std::string> matrix;  ///< name → value as TOML text
  std::vector<std::string> cmd;               ///< one element for a string command
  bool shell = false;                         ///< cmd is a string command
  std::map<std::string, std::string> params;  ///< dotted path → canonical JSON
  std::string environment;                    ///< "process:<digest>"
  std::string grade;                          ///< strong | pinned | observed | weak
  std::vector<LockedDep> deps;
  std::vector<LockedOut> outs;
  friend bool operator==(const LockedInstance&, const LockedInstance&) = default;
};
struct Lock {
  std::vector<LockedInstance> instances;  ///< sorted by stage, then matrix
};

/// The lock of pipeline.toml.
inline constexpr std::string_view kLockFile = "pipeline.lock";
inline constexpr std::string_view kLockSuffix = ".lock";
inline constexpr std::uint64_t kMaxLockBytes = 64ULL << 20U;

/// Error{config} with file and line. Git conflict markers are named as such.
Lock parse_lock(std::string_view text, const std::string& file);
/// Whether a text of that name claims to be a lock of ours: begins as format_lock writes it, or
/// names a root. Other programs have files of that name as well.
bool looks_like_lock(std::string_view text);
/// Sorted and line-oriented, so that two branches merge well.
std::string format_lock(const Lock& lock);

}  // namespace mlops::workspace
