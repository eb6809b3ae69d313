#include <catch2/catch.hpp>

#include "workspace/lfs_attributes.h"
#include "workspace/lfs_pointer.h"

using namespace mlops::workspace;

namespace {
const std::string kOid(64, 'a');
const std::string kVersion = "version https://git-lfs.github.com/spec/v1\n";
}  // namespace

TEST_CASE("a pointer of git-lfs has version, oid and size, in this order") {
  const auto pointer = parse_lfs_pointer(kVersion + "oid sha256:" + kOid + "\nsize 12\n");
  REQUIRE(pointer);
  CHECK(mlops::store::format_foreign(pointer->id) == "sha256:" + kOid);
  CHECK(pointer->bytes == 12);
  CHECK_FALSE(pointer->has_extensions);
  CHECK(parse_lfs_pointer("version https://hawser.github.com/spec/v1\noid sha256:" + kOid +
                          "\nsize 0\n"));
  const auto changed = parse_lfs_pointer(kVersion + "ext-0-x sha256:" + kOid +
                                         "\noid sha256:" + kOid + "\nsize 12\n");
  REQUIRE(changed);
  CHECK(changed->has_extensions);
}

TEST_CASE("what only looks like a pointer of git-lfs is a file", "[case-23]") {
  const std::string good = kVersion + "oid sha256:" + kOid + "\nsize 12\n";
  for (const std::string& text :
       {std::string(),
        std::string("version 1\n"),
        kVersion,
        kVersion + "oid sha256:" + kOid + "\n",
        kVersion + "size 12\noid sha256:" + kOid + "\n",
        kVersion + "oid sha1:" + kOid + "\nsize 12\n",
        kVersion + "oid sha256:" + kOid + ".exec\nsize 12\n",
        kVersion + "oid sha256:" + std::string(64, 'g') + "\nsize 12\n",
        kVersion + "oid sha256:../../" + kOid.substr(6) + "\nsize 12\n",
        kVersion + "oid sha256:" + kOid + "\nsize -1\n",
        kVersion + "oid sha256:" + kOid + "\nsize 99999999999999999999\n",
        kVersion + "oid sha256:" + kOid + "\nsize 12\nz 1\n",
        kVersion + "oid sha256:" + kOid + "\noid sha256:" + kOid + "\nsize 1\n",
        "version x\n" + good,
        kVersion + good,
        good + std::string(kMaxLfsPointerBytes, '\n')}) {
    CAPTURE(text);
    CHECK_FALSE(parse_lfs_pointer(text));
  }
}

TEST_CASE("what git lfs track wrote goes, and only that") {
  CHECK(without_lfs_attributes("*.bin filter=lfs diff=lfs merge=lfs -text\n").empty());
  CHECK(without_lfs_attributes("*.sh text\n*.bin filter=lfs diff=lfs merge=lfs -text\n* -text\n") ==
        "*.sh text\n* -text\n");
  CHECK(without_lfs_attributes("\"a b\" filter=lfs -text lockable\n# *.x filter=lfs\nlast text") ==
        "\"a b\" lockable\n# *.x filter=lfs\nlast text");
  CHECK(without_lfs_attributes("*.x filter=lfsx\n") == "*.x filter=lfsx\n");
  CHECK(has_lfs_attributes("a text\n\tb\tfilter=lfs\r\n"));
  CHECK_FALSE(has_lfs_attributes("filter=lfs text\n#a filter=lfs\n"));
}

TEST_CASE("where git-lfs keeps some files, pointers and ignore files stay out of it") {
  const std::string once = with_pointers_outside_lfs("data/** filter=lfs");
  CHECK(once ==
        "data/** filter=lfs\n*.mlops !filter !diff merge=mlops !text\n"
        ".gitignore !filter !diff !merge !text\n");
  CHECK(with_pointers_outside_lfs(once) == once);
  CHECK(without_lfs_attributes(once).empty());
}
