#include <catch2/catch.hpp>

#include "base/error.h"
#include "store/tree.h"
#include "unit/store/store_fixture.h"

using namespace mlops;
using namespace mlops::store;

namespace {

bool is_refused(std::string_view name) {
  return !name_problem(name).empty();
}

/// A node with this one name, whoever wrote it.
std::vector<std::uint8_t> hostile_node(std::string_view name) {
  Node node;
  Entry entry;
  entry.name = std::string(name.size(), 'x');
  if (name.empty()) {
    entry.name = "x";
  }
  node.entries.push_back(entry);
  auto bytes = encode_node(node);
  // version, level, count, kind, then length and name
  constexpr std::size_t kName = 5;
  if (name.empty()) {
    bytes[kName - 1] = 0;
    bytes.erase(bytes.begin() + kName);
  }
  std::copy(name.begin(), name.end(), bytes.begin() + kName);
  return bytes;
}

}  // namespace

TEST_CASE("parents, the directory itself and nothing are no names", "[case-01][case-03]") {
  for (const std::string_view name : {"", ".", ".."}) {
    CAPTURE(name);
    CHECK(is_refused(name));
  }
  CHECK_FALSE(is_refused("..."));
  CHECK_FALSE(is_refused("..x"));
}

TEST_CASE("a name is one component", "[case-01][case-02][case-03]") {
  using namespace std::literals;
  for (const std::string_view name :
       {"../x"sv, "a/../../x"sv, "a/./b"sv, "/etc"sv, "//x"sv, "a/"sv, "a\0b"sv, "\0"sv}) {
    CAPTURE(name);
    CHECK(is_refused(name));
  }
}

TEST_CASE("names of git and mlops in any case", "[case-04]") {
  for (const std::string_view name :
       {".git", ".GIT", ".Git", ".gIt", ".mlops", ".MLOPS", ".MlOps", ".mlop\xC5\xBF"}) {
    CAPTURE(name);
    CHECK(is_refused(name));
  }
  for (const std::string_view name :
       {"git", ".gitx", ".github", "x.git", "mlops", ".mlopsignore", "train.csv.mlops", ".g"}) {
    CAPTURE(name);
    CHECK_FALSE(is_refused(name));
  }
}

TEST_CASE("names that some file system opens as .git or .mlops", "[case-05]") {
  for (const std::string_view name : {"git~1",
                                      "GIT~1",
                                      ".GIT ",
                                      ".git.",
                                      ".git. .",
                                      ".git::$INDEX_ALLOCATION",
                                      ".git:stream",
                                      ".g\xE2\x80\x8Cit",
                                      ".git\xEF\xBB\xBF",
                                      "\xE2\x80\xAE.git",
                                      ".G\xE2\x81\xAAiT. ",
                                      "mlops~1",
                                      ".mlops ",
                                      ".ml\xE2\x80\x8Dops",
                                      "a\\.git",
                                      ".git\\config"}) {
    CAPTURE(name);
    CHECK(is_refused(name));
  }
  for (const std::string_view name : {"git~2", ".git x", ".g\xC3\xAFt", ".git\xC2\xA0"}) {
    CAPTURE(name);
    CHECK_FALSE(is_refused(name));
  }
}

TEST_CASE("backslashes, bad UTF-8 and shell characters are kept", "[case-06][case-13][case-16]") {
  for (const std::string_view name : {"a\\b",
                                      "\\\\host\\s",
                                      "C:x",
                                      "CON",
                                      "NUL.txt",
                                      "a ",
                                      "a.",
                                      "a:b",
                                      "\xFF\xFE",
                                      "a\nb",
                                      "-rf",
                                      "$(x)",
                                      "~",
                                      "\xC3",
                                      "\xE2\x80"}) {
    CAPTURE(name);
    CHECK_FALSE(is_refused(name));
  }
}

TEST_CASE("a name ending in CR stays as it is", "[case-14]") {
  Node node;
  Entry entry;
  entry.name = "data\r";
  node.entries.push_back(entry);
  const auto bytes = encode_node(node);
  CHECK(decode_node(bytes, {}).entries[0].name == "data\r");
}

TEST_CASE("percent signs are letters", "[case-15]") {
  CHECK_FALSE(is_refused("%2e%2e"));
  CHECK_FALSE(is_refused("%252e%252e%252f"));
}

TEST_CASE("names up to 255 bytes", "[case-16]") {
  CHECK_FALSE(is_refused(std::string(255, 'x')));
  CHECK(is_refused(std::string(256, 'x')));
}

TEST_CASE("names that git obeys are known", "[case-07]") {
  for (const std::string_view name : {".gitattributes",
                                      ".GITMODULES",
                                      ".gitignore ",
                                      ".lfsconfig",
                                      "gitatt~1",
                                      "gitmod~1",
                                      ".git\xE2\x80\x8Cignore"}) {
    CAPTURE(name);
    CHECK(is_git_settings_name(name));
    CHECK_FALSE(is_refused(name));
  }
  CHECK_FALSE(is_git_settings_name(".gitkeep"));
  CHECK_FALSE(is_git_settings_name("gitignore"));
}

TEST_CASE("a node with a hostile name is refused as a whole",
          "[case-01][case-02][case-03][case-04][case-05]") {
  using namespace std::literals;
  CHECK(decode_node(hostile_node("fine"), {}).entries[0].name == "fine");
  for (const std::string_view name : {""sv,
                                      "."sv,
                                      ".."sv,
                                      "a/b"sv,
                                      "/"sv,
                                      "a\0b"sv,
                                      ".git"sv,
                                      ".MLOPS"sv,
                                      "git~1"sv,
                                      ".git::$INDEX_ALLOCATION"sv,
                                      ".g\xE2\x80\x8Cit"sv}) {
    CAPTURE(name);
    CHECK_THROWS_AS(decode_node(hostile_node(name), {}), Error);
    Node node;
    Entry entry;
    entry.name = std::string(name);
    node.entries.push_back(entry);
    CHECK_THROWS_AS(encode_node(node), Error);
  }
}
