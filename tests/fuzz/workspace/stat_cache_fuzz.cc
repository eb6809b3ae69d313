#include <cstddef>
#include <cstdint>
#include <vector>

#include "codec/bytes.h"
#include "codec/crc32c.h"
#include "fuzz/harness.h"
#include "workspace/stat_cache.h"

namespace {

using namespace mlops;
using namespace mlops::workspace;

os::FileStat old_stat() {
  os::FileStat stat;
  stat.kind = os::FileKind::regular;
  stat.mode = 0644;
  stat.size = 3;
  stat.mtime_ns = 1;
  stat.ctime_ns = 1;
  return stat;
}

/// Everything of it that was saved is there to be asked for; returns how many directories.
std::size_t walk(const StatCache& cache, std::string_view path) {
  const auto saved = cache.saved_within(path);
  if (!saved) {
    return 0;
  }
  for (std::size_t i = 0; i < saved->files(); ++i) {
    fuzz::require(saved->file_path(i).starts_with("m/"));
    saved->file(i, old_stat());
  }
  for (std::size_t i = 0; i < saved->directories(); ++i) {
    fuzz::require(cache.find_directory(saved->directory_path(i)) == saved->directory(i));
  }
  return saved->directories();
}

/// Whatever the file holds: what is put is found, also after the cache is written and read again.
void check(const std::filesystem::path& file, std::string_view bytes) {
  fuzz::Scratch::write(file, bytes);
  const auto stat = old_stat();
  store::ObjectId id;
  id.bytes[0] = 7;
  {
    StatCache cache(file);
    cache.find("a", stat);
    cache.find("m/x", stat);
    cache.find("", stat);
    walk(cache, "m");
    cache.forget("a");
    fuzz::require(!cache.find("a", stat) && !cache.find("a/b", stat));
    cache.put("m/n", stat, id, std::nullopt);
    fuzz::require(!cache.find_directory("m"));
    CachedDirectory directory;
    directory.stat = stat;
    directory.stat.kind = os::FileKind::directory;
    directory.entry.kind = store::EntryKind::directory;
    cache.put_directory("m", directory);
    cache.save();
  }
  const StatCache again(file);
  const auto found = again.find("m/n", stat);
  fuzz::require(found && found->id == id && !again.find("a/b", stat));
  fuzz::require(again.find_directory("m") && walk(again, "m") > 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Scratch kScratch;
  const auto file = kScratch.path() / "stat-cache";
  check(file, fuzz::as_text(data, size));
  std::vector<std::uint8_t> summed(data, data + size);
  if (size >= 4) {
    fuzz::put_u32(summed, size - 4, codec::crc32c(std::span(summed).first(size - 4)));
    check(file, codec::as_text(summed));
  }
  return 0;
}
