#include "workspace/node_pair.h"

#include <map>
#include <set>
#include <string>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "store/content_writer.h"
#include "trees.h"

namespace mlops::workspace::test {
namespace {

/// Keeps every object of directories, and counts those that are read.
class Levels final : public store::ContentWriter {
 public:
  Levels() : ContentWriter(nullptr) {}
  store::ObjectId put(store::ObjectType type,
                      std::span<const std::uint8_t> bytes,
                      const store::PlacementHint& /*hint*/) override {
    const store::ObjectId id = store::compute_id(type, bytes);
    objects.try_emplace(id, bytes.begin(), bytes.end());
    return id;
  }
  store::ObjectId commit(const store::Entry& /*top*/, std::string_view /*data_set*/) override {
    return {};
  }
  store::WriteCounts counts() const override { return {}; }
  LevelReader reader() {
    return [this](const store::ObjectId& id) {
      ++reads;
      return NodeLevel(store::decode_any_node(objects.at(id), id));
    };
  }

  std::map<store::ObjectId, std::vector<std::uint8_t>> objects;
  std::size_t reads = 0;
};

using Files = std::map<std::string, std::string>;

Files many(std::size_t count) {
  Files files;
  for (std::size_t i = 0; i < count; ++i) {
    files.emplace(fmt::format("file-{:06}", i), fmt::format("content {}", i));
  }
  return files;
}

store::ObjectId put(Levels& levels, const Files& files) {
  store::Node node;
  for (const auto& [name, content] : files) {
    node.entries.push_back(Trees::file(name, content));
  }
  return levels.put_node(node, {"d", ""});
}

std::set<std::string> names_of(const store::Node& node) {
  std::set<std::string> names;
  for (const store::Entry& entry : node.entries) {
    names.insert(entry.name);
  }
  return names;
}

/// Of both sides, what the other does not have just so.
std::pair<std::set<std::string>, std::set<std::string>> differences(const NodePair& pair) {
  std::set<std::pair<std::string, store::ObjectId>> before;
  std::set<std::pair<std::string, store::ObjectId>> after;
  for (const store::Entry& entry : pair.before.entries) {
    before.emplace(entry.name, entry.id);
  }
  for (const store::Entry& entry : pair.after.entries) {
    after.emplace(entry.name, entry.id);
  }
  std::pair<std::set<std::string>, std::set<std::string>> lone;
  for (const auto& entry : before) {
    if (!after.contains(entry)) {
      lone.first.insert(entry.first);
    }
  }
  for (const auto& entry : after) {
    if (!before.contains(entry)) {
      lone.second.insert(entry.first);
    }
  }
  return lone;
}

}  // namespace

TEST_CASE("of two long directories the runs that differ are read, whatever their length") {
  Levels levels;
  const Files old_files = many(30'000);
  Files new_files = old_files;
  new_files["file-017000"] = "changed";
  new_files["file-025000a"] = "added";
  new_files.erase("file-000003");
  const auto before = put(levels, old_files);
  const auto after = put(levels, new_files);
  const NodePair pair = read_different(before, after, levels.reader());
  const auto [removed, added] = differences(pair);
  CHECK(removed == std::set<std::string>{"file-000003", "file-017000"});
  CHECK(added == std::set<std::string>{"file-017000", "file-025000a"});
  // Both tops, and on each side the run of each change.
  CHECK(levels.reads <= 2 + 2 * 3 + 2);
  CHECK(pair.before.entries.size() < 4 * store::kMaxRun);
}

TEST_CASE("a directory that grows, shrinks, comes or goes is compared as a whole") {
  Levels levels;
  const auto none = put(levels, {});
  const auto few = put(levels, many(4000));
  const auto more = put(levels, many(4200));
  for (const auto& [left, right] : {std::pair(few, more), std::pair(more, few)}) {
    const auto [removed, added] = differences(read_different(left, right, levels.reader()));
    CHECK(removed.size() + added.size() == 200);
  }
  CHECK(read_different(none, more, levels.reader()).after.entries.size() == 4200);
  CHECK(names_of(read_different(std::nullopt, more, levels.reader()).after).size() == 4200);
  CHECK(read_different(more, std::nullopt, levels.reader()).before.entries.size() == 4200);
  CHECK(read_different(std::nullopt, std::nullopt, levels.reader()).after.entries.empty());
}

TEST_CASE("a level that is not what the one above it says is refused", "[case-31]") {
  Levels levels;
  const auto top = put(levels, many(9000));
  const auto other = put(levels, {{"x", "1"}});
  auto branch = std::get<store::NodeBranch>(store::decode_any_node(levels.objects.at(top), top));
  REQUIRE(branch.children.size() > 2);
  const auto refuse = [&](const store::NodeBranch& lie) {
    const auto id = levels.put(store::ObjectType::node, store::encode_branch(lie), {"d", ""});
    try {
      read_different(id, other, levels.reader());
      FAIL("a lie was believed");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::corrupt);
    }
  };
  auto lie = branch;
  lie.children[1].size += 1;
  refuse(lie);
  lie = branch;
  lie.children[1].files += 1;
  refuse(lie);
  lie = branch;
  lie.children[1].first_name += "0";
  refuse(lie);
  lie = branch;
  lie.children[1].id = lie.children[0].id;
  refuse(lie);
  lie = branch;
  lie.level = 2;
  refuse(lie);
}

}  // namespace mlops::workspace::test
