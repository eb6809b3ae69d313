#include <cstddef>
#include <cstdint>

#include "fuzz/harness.h"
#include "git/untrusted.h"

namespace {

using namespace mlops;
using namespace mlops::git;

void check_entries(const std::vector<TreeEntry>& entries) {
  for (const TreeEntry& entry : entries) {
    fuzz::require(is_oid(entry.oid) && !entry.path.empty());
    is_clean_path(entry.path);
  }
}

}  // namespace

/// The bytes as each thing that git may print, and as names from the command line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::as_text(data, size);
  fuzz::expect_only({ErrorKind::corrupt}, [&] { check_entries(parse_tree_list(text)); });
  fuzz::expect_only({ErrorKind::corrupt}, [&] { check_entries(parse_index_list(text)); });
  fuzz::expect_only({ErrorKind::corrupt}, [&] {
    for (const UnmergedPath& path : parse_unmerged_list(text)) {
      fuzz::require(path.base || path.ours || path.theirs);
    }
  });
  fuzz::expect_only({ErrorKind::corrupt}, [&] {
    const auto commit = parse_commit(Oid(40, 'a'), text);
    fuzz::require(commit.subject.find('\n') == std::string::npos);
    for (const Oid& parent : commit.parents) {
      fuzz::require(is_oid(parent));
    }
  });
  fuzz::expect_only({ErrorKind::corrupt}, [&] {
    std::string joined;
    for (const std::string& part : split_nul(text)) {
      joined += part + '\0';
    }
    fuzz::require(joined == text);
  });
  fuzz::expect_only({ErrorKind::usage}, [&] { check_revision(text); });
  fuzz::expect_only({ErrorKind::usage}, [&] { check_oid(text, false); });
  if (const auto header = parse_object_header(text)) {
    fuzz::require(text.ends_with(std::to_string(header->size)) || text.find(" 0") != text.npos);
  }
  return 0;
}
