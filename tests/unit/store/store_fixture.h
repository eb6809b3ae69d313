#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"
#include "support/temp_dir.h"

/// Content and access that the store's tests share.
namespace mlops::store::test {

using Bytes = std::vector<std::uint8_t>;

/// The same noise for the same seed, on every machine.
Bytes noise(std::size_t size, std::uint64_t seed);
/// Lines of a table: compresses well.
Bytes table_text(std::size_t size, std::uint64_t seed);
Bytes bytes_of(std::string_view text);

/// A put_file source over bytes in memory.
std::function<std::size_t(std::span<std::uint8_t>)> source_of(std::span<const std::uint8_t> bytes);

Bytes read_all(const Store& store, const Entry& file);
Entry named(Entry entry, std::string name, EntryKind kind = EntryKind::file);
Entry directory_of(Writer& writer, std::vector<Entry> entries, const std::string& name = {});

/// Chunks that fill a pack and begin the next one; the entry of the last.
Entry put_a_pack(Writer& writer);

/// One data set of a small, a large and an executable file, a link and a directory, committed.
struct Sample {
  Bytes small;
  Bytes large;
  Entry top;
  ObjectId root;
};
/// Not committed: without a root.
Sample put_sample(Writer& writer, std::uint64_t seed = 1);
Sample write_sample(Store& store, std::uint64_t seed = 1);
/// Reads everything of the sample and compares.
void check_sample(const Store& store, const Sample& sample);

/// As another process would check it.
FsckReport fsck(const fs::path& store);

std::vector<fs::path> files_below(const fs::path& directory);
Bytes read_bytes(const fs::path& path);
void write_bytes(const fs::path& path, std::span<const std::uint8_t> bytes);

}  // namespace mlops::store::test
