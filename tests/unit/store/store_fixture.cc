#include "unit/store/store_fixture.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>

#include <catch2/catch.hpp>

#include "store/chunker.h"
#include "store/pack_format.h"

namespace mlops::store::test {

Bytes noise(std::size_t size, std::uint64_t seed) {
  Bytes bytes(size);
  std::uint64_t state = seed * 0x9E3779B97F4A7C15U + 1;
  // Pointers, not iterators: this fills megabytes in builds without optimisation.
  const std::uint8_t* const end = bytes.data() + size;
  for (std::uint8_t* byte = bytes.data(); byte != end; ++byte) {
    state ^= state << 13U;
    state ^= state >> 7U;
    state ^= state << 17U;
    *byte = static_cast<std::uint8_t>((state * 0x2545F4914F6CDD1DU) >> 56U);
  }
  return bytes;
}

Bytes table_text(std::size_t size, std::uint64_t seed) {
  const Bytes digits = noise(size / 8 + 16, seed);
  std::string text = "id,name,value\n";
  for (std::size_t row = 0; text.size() < size; ++row) {
    text += std::to_string(row) + ",user-" + std::to_string(digits[row % digits.size()]) + "," +
            std::to_string(digits[(row * 7) % digits.size()] * 4) + "\n";
  }
  text.resize(size);
  return bytes_of(text);
}

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

std::function<std::size_t(std::span<std::uint8_t>)> source_of(std::span<const std::uint8_t> bytes) {
  return [bytes, at = std::size_t{0}](std::span<std::uint8_t> buffer) mutable {
    const std::size_t count = std::min(buffer.size(), bytes.size() - at);
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), count, buffer.begin());
    at += count;
    return count;
  };
}

Bytes read_all(const Store& store, const Entry& file) {
  Bytes all;
  store.read_file(file, [&](std::span<const std::uint8_t> piece) {
    all.insert(all.end(), piece.begin(), piece.end());
  });
  return all;
}

Entry named(Entry entry, std::string name, EntryKind kind) {
  entry.name = std::move(name);
  entry.kind = kind;
  return entry;
}

Entry directory_of(Writer& writer, std::vector<Entry> entries, const std::string& name) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return a.name < b.name;
  });
  Entry entry;
  entry.name = name;
  entry.kind = EntryKind::directory;
  entry.files = 0;
  for (const Entry& child : entries) {
    entry.size += child.size;
    entry.files += child.files;
  }
  entry.id = writer.put_node({std::move(entries)}, {"data", name});
  return entry;
}

Entry put_a_pack(Writer& writer) {
  Bytes chunk = noise(ChunkerProfile::kMax, 1);
  Entry last;
  last.size = chunk.size();
  for (std::size_t i = 0; i <= kTargetPackBytes / chunk.size(); ++i) {
    chunk[0] = static_cast<std::uint8_t>(i);
    last.id = writer.put(ObjectType::chunk, chunk, {"data", "", PlacementHint::Compress::no});
  }
  return last;
}

namespace {

/// Made once a seed: this is slow in builds without optimisation.
const Sample& sample_content(std::uint64_t seed) {
  static std::map<std::uint64_t, Sample> made;
  const auto [place, is_new] = made.try_emplace(seed);
  Sample& sample = place->second;
  if (is_new) {
    sample.small = table_text(3000, seed);
    sample.large = table_text(300'000, seed + 100);
    const Bytes middle = noise(150'000, seed);
    sample.large.insert(sample.large.end(), middle.begin(), middle.end());
  }
  return sample;
}

}  // namespace

Sample put_sample(Writer& writer, std::uint64_t seed) {
  Sample sample = sample_content(seed);
  const PlacementHint hint{"data", ""};
  const Entry small = writer.put_file(source_of(sample.small), hint);
  const Entry large = writer.put_file(source_of(sample.large), hint);
  Entry link;
  link.id = writer.put(ObjectType::chunk, bytes_of("small.csv"), hint);
  link.size = 9;
  const Entry below = directory_of(writer, {named(large, "large.bin")}, "below");
  sample.top = directory_of(writer,
                            {named(small, "small.csv"),
                             named(small, "run.sh", EntryKind::executable),
                             named(link, "link", EntryKind::symlink),
                             below});
  return sample;
}

Sample write_sample(Store& store, std::uint64_t seed) {
  auto writer = store.begin_write();
  Sample sample = put_sample(*writer, seed);
  sample.root = writer->commit(sample.top);
  return sample;
}

void check_sample(const Store& store, const Sample& sample) {
  const Root root = store.load_root(sample.root);
  REQUIRE(root.top == sample.top);
  const Node top = store.read_node(root.top.id);
  REQUIRE(top.entries.size() == 4);
  CHECK(top.entries[0].name == "below");
  const Node below = store.read_node(top.entries[0].id);
  REQUIRE(below.entries.size() == 1);
  CHECK(read_all(store, below.entries[0]) == sample.large);
  CHECK(read_all(store, top.entries[1]) == bytes_of("small.csv"));
  CHECK(top.entries[2].kind == EntryKind::executable);
  CHECK(read_all(store, top.entries[3]) == sample.small);
}

FsckReport fsck(const fs::path& store) {
  NoProgress progress;
  return Store::open(store)->fsck(progress, CancelToken());
}

std::vector<fs::path> files_below(const fs::path& directory) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

Bytes read_bytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  Bytes bytes(fs::file_size(path));
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  REQUIRE(file);
  return bytes;
}

void write_bytes(const fs::path& path, std::span<const std::uint8_t> bytes) {
  // Objects of a store are read-only; a test may replace them.
  fs::remove(path);
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  file.close();
  REQUIRE(file);
}

}  // namespace mlops::store::test
