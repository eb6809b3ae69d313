#include "workspace/main_work_trees.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

#include "base/text.h"
#include "os/file.h"

namespace mlops::workspace {

namespace {

constexpr std::uint64_t kMaxNoteBytes = 1U << 20U;

fs::path note_in(const fs::path& common_dir) {
  return common_dir / "mlops" / "work-trees";
}

/// Nobody moved it, or gave it to another repository.
bool is_work_tree_of(const fs::path& top, const fs::path& common_dir) {
  constexpr std::string_view kPrefix = "gitdir: ";
  fs::path git_dir = top / ".git";
  const auto stat = os::lstat_file(git_dir);
  if (stat && stat->kind == os::FileKind::regular) {
    const auto text = os::read_file_if_exists(git_dir, kMaxNoteBytes);
    if (!text || !text->starts_with(kPrefix)) {
      return false;
    }
    git_dir =
        top / text->substr(kPrefix.size(), text->find_last_not_of("\r\n") + 1 - kPrefix.size());
  }
  std::error_code code;
  return stat && fs::equivalent(git_dir, common_dir, code);
}

}  // namespace

std::vector<fs::path> list_main_work_trees(const fs::path& common_dir) {
  std::vector<fs::path> tops;
  const std::string note = os::read_file_if_exists(note_in(common_dir), kMaxNoteBytes).value_or("");
  for (const std::string_view path : split(note, '\0')) {
    if (path.starts_with('/') && is_work_tree_of(path, common_dir)) {
      tops.emplace_back(path);
    }
  }
  return tops;
}

void note_main_work_tree(const fs::path& common_dir, const fs::path& top) {
  if (common_dir == top / ".git") {
    return;
  }
  std::vector<fs::path> tops = list_main_work_trees(common_dir);
  if (std::find(tops.begin(), tops.end(), top) != tops.end()) {
    return;
  }
  tops.push_back(top);
  std::string note;
  for (const fs::path& path : tops) {
    note.append(path.native()).append(1, '\0');
  }
  os::write_file_atomic(note_in(common_dir), note, os::Durability::durable);
}

}  // namespace mlops::workspace
