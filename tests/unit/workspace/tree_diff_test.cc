#include "workspace/tree_diff.h"

#include <map>

#include <catch2/catch.hpp>

#include "trees.h"
#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

using Catch::Matchers::Contains;

struct DiffTrees : Trees {
  std::vector<std::string> diff_entries(const store::Entry& before, const store::Entry& after) {
    std::vector<std::string> lines;
    for (const FileChange& change : diff_trees("d", before, after, level_reader(), cancel)) {
      lines.push_back(std::string(to_string(change.change)) + " " +
                      (change.old_path.empty() ? "" : change.old_path + " ") + change.path);
    }
    return lines;
  }
  std::vector<std::string> diff(const std::map<std::string, std::string>& before,
                                const std::map<std::string, std::string>& after) {
    return diff_entries(tree(before), tree(after));
  }
};

using Lines = std::vector<std::string>;

TEST_CASE("files of two trees that differ are listed by path") {
  DiffTrees trees;
  CHECK(trees.diff({{"a", "1"}, {"b/c", "2"}, {"b/d", "3"}},
                   {{"a", "1!"}, {"b/c", "2"}, {"e", "4"}}) ==
        Lines{"changed d/a", "removed d/b/d", "added d/e"});
  CHECK(trees.diff({{"a", "1"}}, {{"a", "1"}}).empty());
  CHECK(trees.diff({}, {{"a/b/c", "1"}}) == Lines{"added d/a/b/c"});
}

TEST_CASE("what has equal ids is never read") {
  DiffTrees trees;
  const auto before = trees.tree({{"same/x/1", "1"}, {"same/x/2", "2"}, {"other/3", "3"}});
  const auto after = trees.tree({{"same/x/1", "1"}, {"same/x/2", "2"}, {"other/3", "4"}});
  CHECK(trees.diff_entries(before, after) == Lines{"changed d/other/3"});
  CHECK(trees.reads == 4);  // both tops, both "other"
  trees.reads = 0;
  CHECK(trees.diff_entries(before, before).empty());
  CHECK(trees.reads == 0);
}

TEST_CASE("a file in the place of a directory, and the other way round") {
  DiffTrees trees;
  CHECK(trees.diff({{"a", "1"}}, {{"a/b", "2"}}) == Lines{"removed d/a", "added d/a/b"});
  CHECK(trees.diff({{"a/b", "2"}}, {{"a", "1"}}) == Lines{"added d/a", "removed d/a/b"});
  CHECK(trees.diff({{"a", "1"}}, {{"a", "->1"}}) == Lines{"changed d/a"});
  CHECK(trees.diff({{"a", "1"}}, {{"a", "#!1"}}) == Lines{"changed d/a"});
}

TEST_CASE("a rename is the same content elsewhere, the same name first, each file once") {
  DiffTrees trees;
  CHECK(trees.diff({{"a", "1"}, {"b", "2"}}, {{"x/a", "1"}, {"c", "2"}}) ==
        Lines{"renamed d/b d/c", "renamed d/a d/x/a"});
  // "k" fits both; the one that keeps its name wins, the other is new.
  CHECK(trees.diff({{"k", "1"}}, {{"a", "1"}, {"z/k", "1"}}) ==
        Lines{"added d/a", "renamed d/k d/z/k"});
  CHECK(trees.diff({{"a", "1"}, {"b", "1"}}, {{"c", "1"}}) ==
        Lines{"removed d/b", "renamed d/a d/c"});
  CHECK(trees.diff({{"a", "1"}}, {{"b", "#!1"}}) == Lines{"renamed d/a d/b"});
  CHECK(trees.diff({{"a", "1"}}, {{"b", "->1"}}) == Lines{"removed d/a", "added d/b"});
  CHECK(trees.diff({{"a", "1"}}, {{"a", "2"}, {"b", "1"}}) == Lines{"changed d/a", "added d/b"});
}

TEST_CASE("a tree that claims more than any disk holds is refused") {
  const DiffTrees trees;
  store::Entry before;
  before.kind = store::EntryKind::directory;
  store::Entry after = before;
  after.id.bytes.fill(1);
  // Each directory holds one that never ends.
  const LevelReader endless = [&](const store::ObjectId& id) {
    store::Node node;
    node.entries.push_back(id == before.id ? before : after);
    node.entries.back().name = "directory";
    return NodeLevel(std::move(node));
  };
  const Error error = error_of([&] { diff_trees("top", before, after, endless, trees.cancel); });
  CHECK(error.kind() == ErrorKind::config);
  CHECK_THAT(error.message(), Contains("longer than 4095 bytes"));
}

}  // namespace
}  // namespace mlops::workspace::test
