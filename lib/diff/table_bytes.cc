#include "diff/table_bytes.h"

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"
#include "codec/sha256.h"
#include "os/pool.h"

namespace mlops::diff {
namespace {

constexpr std::size_t kReadBlock = 1U << 20U;

os::FileStat look(const table::Source& source) {
  return os::stat_fd(os::open_read(source.path), source.path);
}

std::string sha256_of(const table::Source& source) {
  const os::Fd fd = os::open_read(source.path);
  codec::Sha256 digest;
  std::vector<std::uint8_t> block(kReadBlock);
  for (;;) {
    const std::size_t got = os::read_full(fd, block, source.path);
    digest.update(std::span(block).first(got));
    if (got < block.size()) {
      return to_hex(digest.finish());
    }
  }
}

}  // namespace

std::pair<std::string, std::string> digests_of(const CompareInput& input) {
  std::pair<std::string, std::string> digests;
  if (input.digests == Digests::no) {
    return digests;
  }
  const auto digest = [&](std::size_t side) {
    (side == 0 ? digests.first : digests.second) =
        sha256_of(side == 0 ? input.old_table : input.new_table);
  };
  if (input.threads == 1) {
    digest(0);
    digest(1);
  } else {
    os::ThreadPool(1).for_each(2, digest);
  }
  return digests;
}

UnchangedTables::UnchangedTables(const table::Source& old_table, const table::Source& new_table)
    : old_table_(old_table), new_table_(new_table), old_(look(old_table)), new_(look(new_table)) {}

void UnchangedTables::check() const {
  for (const auto& [source, before] :
       {std::pair{&old_table_, &old_}, std::pair{&new_table_, &new_}}) {
    if (look(*source) != *before) {
      throw Error(ErrorKind::config,
                  fmt::format("{} changed while it was read", quote(source->name)),
                  "compare again when nothing writes it");
    }
  }
}

}  // namespace mlops::diff
