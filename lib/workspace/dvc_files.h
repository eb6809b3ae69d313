#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/foreign.h"

namespace mlops::workspace {

/// The files of DVC 2 and 3, in git, in its cache and beside it. All are untrusted; keys that mean
/// nothing here are left alone: the files are another tool's. Error{config} names `label`, and line
/// or key.

/// What a `.dvc` file or dvc.lock says of one file or directory.
struct DvcOut {
  std::string path;  ///< from the work tree's top
  store::ForeignId id;
  std::uint64_t files = 1;
  std::uint64_t bytes = 0;  ///< 0 where DVC did not note it
};

inline constexpr std::string_view kDvcSuffix = ".dvc";
inline constexpr std::string_view kDvcLock = "dvc.lock";
/// What the names of files end with in which DVC names versions.
inline constexpr std::array<std::string_view, 2> kDvcNames{kDvcSuffix, kDvcLock};
inline constexpr std::string_view kDvcPipeline = "dvc.yaml";
inline constexpr std::uint64_t kMaxDvcFileBytes = 1U << 20U;
inline constexpr std::uint64_t kMaxDvcLockBytes = 16U << 20U;
inline constexpr std::uint64_t kMaxDvcListingBytes = 256U << 20U;
inline constexpr std::uint64_t kMaxDvcConfigBytes = 1U << 20U;

/// 32 hex digits.
bool is_dvc_md5(std::string_view text);
/// `file` is the path of a `.dvc` file: "a/b.csv.dvc", but not a directory's name, ".dvc".
bool is_dvc_file(std::string_view file);
bool is_dvc_lock(std::string_view file);

/// The outs of a `.dvc` file at `file` that DVC's cache may have. An out without an MD5 (a version
/// in a cloud) is an error.
std::vector<DvcOut> parse_dvc_file(std::string_view text,
                                   std::string_view file,
                                   const std::string& label);
/// The same of the dvc.lock at `file`; `pipeline` is the dvc.yaml beside it, which says where the
/// stages stand.
std::vector<DvcOut> parse_dvc_lock(std::string_view text,
                                   const std::optional<std::string>& pipeline,
                                   std::string_view file,
                                   const std::string& label);

/// The outs of either, whose paths are then as they stand there: for whoever wants the ids alone.
std::vector<DvcOut> list_dvc_ids(std::string_view text,
                                 std::string_view file,
                                 const std::string& label);

/// A file of a directory, as DVC's cache lists them.
struct DvcListedFile {
  std::string path;  ///< from the directory
  std::string md5;
};
/// Sorted by path. Paths that lead out of the directory, go into .git, come twice, or go through
/// another are errors. Takes the memory of its result and little more.
std::vector<DvcListedFile> parse_dvc_listing(std::string_view text, const std::string& label);

/// cache.dir of DVC's config or config.local, as it stands there; nothing when it is not set.
std::optional<std::string> find_dvc_cache_dir(std::string_view text, const std::string& label);

}  // namespace mlops::workspace
