#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/repository.h"

namespace mlops::git {

/// What both implementations make of bytes that they did not choose: names from the command line,
/// and objects from a repository.

constexpr std::size_t kMaxTreeEntries = 5'000'000;
constexpr std::uint64_t kMaxListBytes = 1ULL << 30U;
constexpr std::uint64_t kMaxCommitBytes = 16ULL << 20U;

/// Error{usage} as Repository::find_commit says.
void check_revision(std::string_view revision);
[[noreturn]] void fail_ambiguous(std::string_view revision);
/// Lower-case hex of 40 or 64 digits.
bool is_oid(std::string_view text);
/// Error{usage} unless `oid` is hex of the length that this repository uses.
void check_oid(std::string_view oid, bool sha256);
/// "a/b": relative, no empty, "." or ".." component, no NUL.
bool is_clean_path(std::string_view path);

EntryKind kind_of_mode(std::uint32_t mode);
/// The records of `git ls-tree -z`: "<mode> <type> <oid>\t<path>\0". Error{corrupt} otherwise.
std::vector<TreeEntry> parse_tree_list(std::string_view text);
/// The records of `git ls-files -s -z`: "<mode> <oid> <stage>\t<path>\0".
std::vector<TreeEntry> parse_index_list(std::string_view text);
/// The records of `git ls-files -u -z`, which are the same with stages 1 to 3.
std::vector<UnmergedPath> parse_unmerged_list(std::string_view text);
/// A commit object's raw text.
CommitInfo parse_commit(const Oid& oid, std::string_view raw);
struct ObjectHeader {
  std::string type;
  std::uint64_t size = 0;
};
/// A line of `git cat-file --batch`: "<oid> blob 12"; nothing for "<oid> missing" and all else.
std::optional<ObjectHeader> parse_object_header(std::string_view line);
/// Splits "a\0b\0" into a and b.
std::vector<std::string> split_nul(std::string_view text);

}  // namespace mlops::git
