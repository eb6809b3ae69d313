#include "workspace/tree_merge.h"

#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "trees.h"
#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

using Catch::Matchers::Contains;
using Files = std::map<std::string, std::string>;
using Lines = std::vector<std::string>;

std::optional<MergeSide> undecided(std::string_view) {
  return std::nullopt;
}

struct MergeTrees : Trees {
  MergedTree plan(const MergeInput& input, const MergeDecision& decide = undecided) {
    return merge_trees("d", input, reader(), decide, cancel);
  }
  /// The entry at the top, or the conflicts as "kind path".
  std::optional<store::Entry> merge_entries(const MergeInput& input,
                                            const MergeDecision& decide = undecided) {
    MergedTree merged = plan(input, decide);
    conflicts.clear();
    for (const MergeConflict& conflict : merged.conflicts) {
      conflicts.push_back(std::string(to_string(conflict.kind)) + " " + conflict.path);
    }
    if (!conflicts.empty()) {
      return std::nullopt;
    }
    return put_merged(std::move(merged),
                      [&](const MergedDirectory& directory) { return put(directory.node); });
  }
  std::optional<store::Entry> merge(const Files& base,
                                    const Files& ours,
                                    const Files& theirs,
                                    const MergeDecision& decide = undecided) {
    return merge_entries({tree(base), tree(ours), tree(theirs)}, decide);
  }
  Lines conflicts_of(const Files& base, const Files& ours, const Files& theirs) {
    merge(base, ours, theirs);
    return conflicts;
  }

  Lines conflicts;
};

TEST_CASE("two versions merge file by file") {
  struct Row {
    std::string what;
    Files base, ours, theirs, merged;
  };
  const auto row = GENERATE(values<Row>({
      {"nothing changed", {{"a", "1"}}, {{"a", "1"}}, {{"a", "1"}}, {{"a", "1"}}},
      {"each added one", {}, {{"a", "1"}}, {{"b", "2"}}, {{"a", "1"}, {"b", "2"}}},
      {"both added the same", {}, {{"x/a", "1"}}, {{"x/a", "1"}}, {{"x/a", "1"}}},
      {"both added the same beside others",
       {},
       {{"x/a", "1"}, {"x/o", "o"}},
       {{"x/a", "1"}, {"x/t", "t"}},
       {{"x/a", "1"}, {"x/o", "o"}, {"x/t", "t"}}},
      {"each changed another",
       {{"a", "1"}, {"b", "2"}},
       {{"a", "1!"}, {"b", "2"}},
       {{"a", "1"}, {"b", "2!"}},
       {{"a", "1!"}, {"b", "2!"}}},
      {"both changed alike",
       {{"a", "1"}, {"b", "2"}},
       {{"a", "3"}, {"b", "2"}},
       {{"a", "3"}},
       {{"a", "3"}}},
      {"deleted here, unchanged there",
       {{"a", "1"}, {"b", "2"}},
       {{"b", "2"}},
       {{"a", "1"}, {"b", "2"}, {"c", "3"}},
       {{"b", "2"}, {"c", "3"}}},
      {"a directory deleted here, one of its files there",
       {{"x/a", "1"}, {"x/b", "2"}, {"y", "3"}},
       {{"y", "3"}},
       {{"x/b", "2"}, {"y", "3"}},
       {{"y", "3"}}},
      {"a directory deleted here, a file added to it there",
       {{"x/a", "1"}, {"y", "3"}},
       {{"y", "3"}},
       {{"x/a", "1"}, {"x/n", "2"}, {"y", "3"}},
       {{"x/n", "2"}, {"y", "3"}}},
      {"directories emptied from two sides go one after the other",
       {{"x/y/a", "1"}, {"x/y/b", "2"}, {"z", "3"}},
       {{"z", "3"}},
       {{"x/y/a", "1"}, {"z", "3"}},
       {{"z", "3"}}},
      {"an empty directory that both keep stays",
       {{"x/a", "1"}, {"x/b", "2"}},
       {{"x/b", "2"}},
       {{"x/a", "1"}},
       {{"x/", ""}}},
      {"an empty directory that one side added",
       {{"a", "1"}},
       {{"a", "2"}, {"e/", ""}},
       {{"a", "1"}, {"b", "1"}},
       {{"a", "2"}, {"b", "1"}, {"e/", ""}}},
      {"a file became a directory here and was deleted there",
       {{"a", "1"}, {"b", "1"}},
       {{"a/x", "1"}, {"b", "1"}},
       {{"b", "1"}},
       {{"a/x", "1"}, {"b", "1"}}},
      {"a directory became a file here and was deleted there",
       {{"a/x", "1"}, {"b", "1"}},
       {{"a", "1"}, {"b", "1"}},
       {{"b", "1"}},
       {{"a", "1"}, {"b", "1"}}},
      {"both made a directory of a file",
       {{"a", "1"}},
       {{"a/x", "1"}},
       {{"a/y", "2"}},
       {{"a/x", "1"}, {"a/y", "2"}}},
      {"a file became a link here, another was added there",
       {{"a", "1"}},
       {{"a", "->1"}},
       {{"a", "1"}, {"b", "2"}},
       {{"a", "->1"}, {"b", "2"}}},
      {"executable here, other content there",
       {{"a", "1"}},
       {{"a", "#!1"}},
       {{"a", "2"}},
       {{"a", "#!2"}}},
  }));
  INFO(row.what);
  MergeTrees trees;
  const auto expected = trees.tree(row.merged);
  CHECK(trees.merge(row.base, row.ours, row.theirs) == expected);
  CHECK(trees.merge(row.base, row.theirs, row.ours) == expected);
}

TEST_CASE("what both cannot have is a conflict, and all of them are named") {
  MergeTrees trees;
  CHECK(trees.conflicts_of({{"a", "1"}}, {{"a", "2"}}, {{"a", "3"}}) == Lines{"both_changed d/a"});
  CHECK(trees.conflicts_of({}, {{"a", "2"}}, {{"a", "3"}}) == Lines{"both_added d/a"});
  CHECK(trees.conflicts_of({}, {{"a", "2"}}, {{"a", "#!2"}}) == Lines{"both_added d/a"});
  CHECK(trees.conflicts_of({{"a", "1"}}, {}, {{"a", "3"}}) == Lines{"deleted_by_us d/a"});
  CHECK(trees.conflicts_of({{"a", "1"}}, {{"a", "3"}}, {}) == Lines{"deleted_by_them d/a"});
  CHECK(trees.conflicts_of({}, {{"a", "1"}}, {{"a/b", "1"}}) == Lines{"file_and_directory d/a"});
  CHECK(trees.conflicts_of({{"a", "1"}}, {{"a", "2"}}, {{"a", "->2"}}) ==
        Lines{"both_changed d/a"});
  CHECK(trees.conflicts_of({{"x/a", "1"}, {"x/b", "1"}, {"c", "1"}},
                           {{"x/a", "2"}, {"x/b", "2"}, {"c", "2"}},
                           {{"x/a", "3"}, {"x/b", "1"}, {"z", "1"}}) ==
        Lines{"deleted_by_them d/c", "both_changed d/x/a"});
}

TEST_CASE("a decision settles what it covers and nothing else") {
  MergeTrees trees;
  const Files base{{"x/a", "1"}, {"y/a", "1"}, {"z", "1"}};
  const Files ours{{"x/a", "2"}, {"y/a", "2"}, {"z", "1"}, {"o", "1"}};
  const Files theirs{{"x/a", "3"}, {"z", "4"}};
  const MergeDecision theirs_in_x = [](std::string_view path) {
    return path == "d/x/a" ? std::optional(MergeSide::theirs) : std::nullopt;
  };
  CHECK_FALSE(trees.merge(base, ours, theirs, theirs_in_x));
  CHECK(trees.conflicts == Lines{"deleted_by_them d/y/a"});
  const auto all = [](MergeSide side) {
    return [side](std::string_view) { return std::optional(side); };
  };
  CHECK(trees.merge(base, ours, theirs, all(MergeSide::theirs)) ==
        trees.tree({{"x/a", "3"}, {"z", "4"}, {"o", "1"}}));
  CHECK(trees.merge(base, ours, theirs, all(MergeSide::ours)) ==
        trees.tree({{"x/a", "2"}, {"y/a", "2"}, {"z", "4"}, {"o", "1"}}));
}

TEST_CASE("data sets that are files, and those that one side does not have") {
  MergeTrees trees;
  const auto one = Trees::file("", "1");
  const auto two = Trees::file("", "2");
  const auto three = Trees::file("", "3");
  CHECK(trees.merge_entries({one, two, one}) == two);
  CHECK(trees.merge_entries({one, one, three}) == three);
  CHECK_FALSE(trees.merge_entries({one, two, three}));
  CHECK(trees.conflicts == Lines{"both_changed d"});
  CHECK_FALSE(trees.merge_entries({one, two, trees.tree({{"a", "1"}})}));
  CHECK(trees.conflicts == Lines{"file_and_directory d"});
  const auto first = trees.tree({{"a", "1"}});
  const auto second = trees.tree({{"b", "1"}});
  CHECK(trees.merge_entries({std::nullopt, first, second}) == trees.tree({{"a", "1"}, {"b", "1"}}));
  CHECK(trees.merge_entries({first, std::nullopt, first}) == std::nullopt);
  CHECK(trees.conflicts.empty());
}

TEST_CASE("what only one side changed is taken by its id, unread") {
  MergeTrees trees;
  const Files base{{"x/1", "1"}, {"x/2", "2"}, {"y/1", "1"}, {"z/1", "1"}};
  Files ours = base;
  ours["x/1"] = "ours";
  ours["x/new/deep/a"] = "new";
  Files theirs = base;
  theirs["y/1"] = "theirs";
  const MergeInput input{trees.tree(base), trees.tree(ours), trees.tree(theirs)};
  REQUIRE(trees.merge_entries(input));
  CHECK(trees.reads == 3);  // the tops
  theirs["x/2"] = "theirs";
  trees.reads = 0;
  REQUIRE(trees.merge_entries({input.base, input.ours, trees.tree(theirs)}));
  CHECK(trees.reads == 6);  // and x of each
}

/// Paths and contents by the rule itself, one path at a time; nothing for a conflict.
std::optional<Files> merge_flat(const Files& base, const Files& ours, const Files& theirs) {
  const auto at = [](const Files& files, const std::string& path) {
    const auto found = files.find(path);
    return found == files.end() ? std::string() : found->second;
  };
  Files merged;
  std::set<std::string> paths;
  for (const Files* files : {&base, &ours, &theirs}) {
    for (const auto& [path, content] : *files) {
      paths.insert(path);
    }
  }
  for (const std::string& path : paths) {
    const std::string b = at(base, path);
    const std::string o = at(ours, path);
    const std::string t = at(theirs, path);
    if (o != t && o != b && t != b) {
      return std::nullopt;
    }
    if (const std::string& content = o == b ? t : o; !content.empty()) {
      merged[path] = content;
    }
  }
  for (const auto& [path, content] : merged) {
    const auto below = merged.lower_bound(path + "/");
    if (below != merged.end() && below->first.starts_with(path + "/")) {
      return std::nullopt;
    }
  }
  return merged;
}

class RandomTrees {
 public:
  explicit RandomTrees(unsigned seed) : random_(seed) {}
  Files make() {
    Files files;
    const unsigned count = random_() % 6;
    for (unsigned i = 0; i < count; ++i) {
      std::string path = name();
      while (random_() % 2 == 0) {
        path += "/" + name();
      }
      add(files, path);
    }
    return files;
  }
  Files change(Files files) {
    for (unsigned i = random_() % 3; i > 0 && !files.empty(); --i) {
      files.erase(std::next(files.begin(), static_cast<std::ptrdiff_t>(random_() % files.size())));
    }
    for (auto& [path, content] : make()) {
      add(files, path);
    }
    return files;
  }

 private:
  std::string name() { return std::string(1, "abc"[random_() % 3]); }
  /// What stands in the way goes.
  void add(Files& files, const std::string& path) {
    std::erase_if(files, [&](const auto& each) {
      return is_below(each.first, path) || is_below(path, each.first);
    });
    files[path] = std::string(1, "xyz"[random_() % 3]);
  }
  static bool is_below(const std::string& path, const std::string& above) {
    return path.starts_with(above + "/");
  }
  std::mt19937 random_;
};

Files flatten(const Trees& trees, const store::Entry& top) {
  Files files;
  std::vector<std::pair<std::string, store::Entry>> open{{"", top}};
  while (!open.empty()) {
    const auto [prefix, directory] = open.back();
    open.pop_back();
    for (const store::Entry& entry : trees.nodes.at(directory.id).entries) {
      if (entry.kind == store::EntryKind::directory) {
        open.emplace_back(prefix + entry.name + "/", entry);
      } else {
        files[prefix + entry.name] = entry.id.hex();
      }
    }
  }
  return files;
}

TEST_CASE("random trees merge as their paths do one by one") {
  RandomTrees random(20261127);
  int clean = 0;
  int conflicting = 0;
  for (int round = 0; round < 4000; ++round) {
    MergeTrees trees;
    const Files base = random.make();
    const Files ours = random.change(base);
    const Files theirs = random.change(base);
    const MergeInput input{trees.tree(base), trees.tree(ours), trees.tree(theirs)};
    REQUIRE(trees.merge_entries({input.base, input.ours, input.base}) == input.ours);
    REQUIRE(trees.merge_entries({input.base, input.base, input.theirs}) == input.theirs);
    REQUIRE(trees.merge_entries({input.base, input.ours, input.ours}) == input.ours);
    const auto merged = trees.merge_entries(input);
    const auto flat = merge_flat(base, ours, theirs);
    const Lines conflicts = trees.conflicts;
    const auto mirrored = trees.merge_entries({input.base, input.theirs, input.ours});
    REQUIRE(mirrored == merged);
    REQUIRE(trees.conflicts.size() == conflicts.size());
    if (merged) {
      ++clean;
      REQUIRE(flat);
      REQUIRE(flatten(trees, *merged) == flatten(trees, trees.tree(*flat)));
    } else if (std::none_of(conflicts.begin(), conflicts.end(), [](const std::string& line) {
                 return line.starts_with("file_and_directory");
               })) {
      ++conflicting;
      REQUIRE_FALSE(flat);
    }
  }
  CHECK(clean > 500);
  CHECK(conflicting > 400);
}

TEST_CASE("directories that are split into runs merge as whole ones") {
  Fixture fixture;
  const auto writer = fixture.space().store().begin_write();
  const auto put = [&](const std::map<int, std::string>& files) {
    store::Node node;
    store::Entry top;
    top.kind = store::EntryKind::directory;
    top.files = 0;
    for (const auto& [number, content] : files) {
      node.entries.push_back(Trees::file("file-" + std::to_string(100'000 + number), content));
      top.size += content.size();
      ++top.files;
    }
    top.id = writer->put_node(node, {});
    return top;
  };
  std::map<int, std::string> base;
  for (int i = 0; i < 12'000; ++i) {
    base[i] = "content";
  }
  auto ours = base;
  auto theirs = base;
  auto expected = base;
  for (int i = 0; i < 12'000; i += 1000) {
    expected[i] = ours[i] = "ours";
    expected[i + 1] = theirs[i + 1] = "theirs";
    ours.erase(i + 2);
    expected.erase(i + 2);
    expected[100'000 + i] = theirs[100'000 + i] = "new";
  }
  const MergeInput input{put(base), put(ours), put(theirs)};
  writer->commit(put(expected));
  auto merged = merge_trees(
      "d",
      input,
      [&](const store::ObjectId& id) { return fixture.space().store().read_node(id); },
      undecided,
      fixture.cancel);
  CHECK(put_merged(std::move(merged), [&](const MergedDirectory& directory) {
          return writer->put_node(directory.node, {});
        }) == put(expected));
}

TEST_CASE("trees that lie or claim more than any disk holds are refused", "[case-16]") {
  MergeTrees trees;
  const auto base = trees.tree({{"a", "1"}});
  auto ours = trees.tree({{"a", "1"}, {"o", "1"}});
  const auto theirs = trees.tree({{"a", "1"}, {"t", "1"}});
  ours.files = 3;
  CHECK(error_of([&] { trees.merge_entries({base, ours, theirs}); }).kind() == ErrorKind::corrupt);

  // Each directory holds one that never ends, different on each side.
  const NodeReader endless = [&](const store::ObjectId& id) {
    store::Node node;
    store::Entry below;
    below.name = "directory";
    below.kind = store::EntryKind::directory;
    below.files = 0;
    below.id = id;
    node.entries.push_back(below);
    return node;
  };
  std::array<store::Entry, 3> tops;
  for (std::size_t i = 0; i < tops.size(); ++i) {
    tops[i].kind = store::EntryKind::directory;
    tops[i].files = 0;
    tops[i].id.bytes.fill(static_cast<std::uint8_t>(i));
  }
  const Error deep = error_of([&] {
    merge_trees("d", {tops[0], tops[1], tops[2]}, endless, undecided, trees.cancel);
  });
  CHECK(deep.kind() == ErrorKind::config);
  CHECK_THAT(deep.message(), Contains("longer than a disk could hold"));

  // Sizes that are sound on each side, and too much together.
  const auto huge = [&](const std::string& name) {
    store::Node node;
    node.entries.push_back(Trees::file(name, "1"));
    node.entries.back().size = std::uint64_t{1} << 62U;
    store::Entry top;
    top.kind = store::EntryKind::directory;
    top.size = node.entries.back().size;
    top.id = trees.put(node);
    return top;
  };
  const Error large = error_of([&] {
    trees.merge_entries({trees.tree({}), huge("a"), huge("b")});
  });
  CHECK(large.kind() == ErrorKind::config);
  CHECK_THAT(large.message(), Contains("more than a tree may"));
}

}  // namespace
}  // namespace mlops::workspace::test
