#include "git/untrusted.h"

#include <catch2/catch.hpp>

#include "base/error.h"

using namespace mlops::git;  // NOLINT(google-build-using-namespace): the room under test

namespace {

const std::string kOid(40, 'a');

template <typename Action>
std::string kind_of_error(Action action) {
  try {
    action();
  } catch (const mlops::Error& error) {
    return std::string(mlops::to_string(error.kind()));
  }
  return "nothing";
}

}  // namespace

TEST_CASE("object ids are lower-case hex of the right length", "[git]") {
  CHECK(is_oid(kOid));
  CHECK(is_oid(std::string(64, '0')));
  CHECK_FALSE(is_oid(std::string(40, 'A')));
  CHECK_FALSE(is_oid(std::string(41, 'a')));
  CHECK_FALSE(is_oid(""));
  CHECK_FALSE(is_oid(std::string(39, 'a') + "\n"));
  CHECK_NOTHROW(check_oid(kOid, false));
  CHECK(kind_of_error([] { check_oid(kOid, true); }) == "usage");
}

TEST_CASE("clean paths", "[git]") {
  for (const auto* const good : {"a", "a/b", "...", "-a", "a b", ".git"}) {
    CHECK(is_clean_path(good));
  }
  for (const auto& bad : {std::string(),
                          std::string("/a"),
                          std::string("a/"),
                          std::string("a//b"),
                          std::string("."),
                          std::string("a/../b"),
                          std::string("a\0b", 3)}) {
    CHECK_FALSE(is_clean_path(bad));
  }
}

TEST_CASE("tree lists: records are read whole or refused", "[git]") {
  const std::string record = "100755 blob " + kOid + "\ta\tb\n" + std::string(1, '\0');
  const auto entries = parse_tree_list(record + "160000 commit " + kOid + "\ts" + '\0');
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].path == "a\tb\n");
  CHECK(entries[0].kind == EntryKind::executable);
  CHECK(entries[1].kind == EntryKind::submodule);
  CHECK(parse_tree_list("").empty());
  for (std::size_t size = 1; size < record.size(); ++size) {
    INFO(size);
    CHECK(kind_of_error([&] { parse_tree_list(record.substr(0, size)); }) == "corrupt");
  }
  for (const std::string& bad : std::vector<std::string>{"1x blob " + kOid + "\ta",
                                                         "100644 blob short\ta",
                                                         "100644 blob " + kOid + "\t",
                                                         "99999999999999 blob " + kOid + "\ta",
                                                         "\t\t\t"}) {
    CHECK(kind_of_error([&] { parse_tree_list(bad + '\0'); }) == "corrupt");
  }
}

TEST_CASE("index lists", "[git]") {
  const auto entries = parse_index_list("120000 " + kOid + " 2\tx y" + '\0');
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].path == "x y");
  CHECK(entries[0].kind == EntryKind::symlink);
  CHECK(kind_of_error([] { parse_index_list("120000 " + kOid + "\tx" + '\0'); }) == "corrupt");
}

TEST_CASE("lists of unmerged paths", "[git]") {
  const std::string two = "100644 " + kOid + " 1\ta" + '\0' + "100644 " + kOid + " 3\ta" + '\0';
  const auto paths = parse_unmerged_list(two + "120000 " + kOid + " 2\tb c" + '\0');
  REQUIRE(paths.size() == 2);
  CHECK((paths[0].path == "a" && paths[0].base && !paths[0].ours && paths[0].theirs));
  CHECK((paths[1].path == "b c" && !paths[1].base && paths[1].ours && !paths[1].theirs));
  CHECK(paths[1].ours->kind == EntryKind::symlink);
  for (const std::string stage : {"0", "4", "", "12"}) {
    CHECK(kind_of_error([&] {
            parse_unmerged_list("100644 " + kOid + " " + stage + "\ta" + '\0');
          }) == "corrupt");
  }
}

TEST_CASE("commits: headers of any shape are read without trust", "[git]") {
  const auto info = parse_commit(
      kOid,
      "tree x\nparent " + kOid +
          "\nauthor A > B <a@b> 12 +0000\ncommitter C <c> -5 +0100\n"
          "gpgsig -----BEGIN\n parent nonsense\n -----END\n\n\n  subject  \n here\n\nbody");
  CHECK(info.parents == std::vector<Oid>{kOid});
  CHECK(info.author == "A > B <a@b>");
  CHECK(info.time == -5);
  CHECK(info.subject == "subject here");
  const auto odd = parse_commit(kOid, "author nobody\ncommitter <> 99999999999999999999 +0\n");
  CHECK(odd.author == "nobody");
  CHECK(odd.time == 0);
  CHECK(odd.subject.empty());
  CHECK(parse_commit(kOid, "").parents.empty());
  CHECK(kind_of_error([] { parse_commit(kOid, "parent ../x\n\n"); }) == "corrupt");
}

TEST_CASE("lists of paths", "[git]") {
  CHECK(split_nul(std::string("a\0b\n\0", 5)) == std::vector<std::string>{"a", "b\n"});
  CHECK(kind_of_error([] { split_nul("a"); }) == "corrupt");
}

TEST_CASE("headers of objects: a size that is none or too large is no header", "[git]") {
  const auto header = parse_object_header(kOid + " blob 12");
  REQUIRE(header);
  CHECK(header->type == "blob");
  CHECK(header->size == 12);
  for (const std::string& bad : {kOid + " missing",
                                 kOid + " blob ",
                                 kOid + " blob 12x",
                                 kOid + " blob -1",
                                 kOid + " blob 99999999999999999999",
                                 kOid + " blob 1 2",
                                 std::string("x blob 12"),
                                 std::string()}) {
    INFO(bad);
    CHECK_FALSE(parse_object_header(bad));
  }
}
