#include "workspace/dvc_files.h"

#include <catch2/catch.hpp>

#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

using Catch::Matchers::Contains;

const std::string kDvcMd5(32, 'a');

std::vector<DvcOut> read_outs(const std::string& text, std::string_view file = "data/x.dvc") {
  return parse_dvc_file(text, file, std::string(file));
}

std::string message_of(const std::string& text) {
  return full_text(error_of([&] { read_outs(text); }));
}

TEST_CASE("a .dvc file names its outs from the top of the work tree") {
  const auto outs = read_outs("outs:\n- md5: " + kDvcMd5 +
                              ".dir\n  size: 7\n  nfiles: 2\n  hash: md5\n  path: x\n"
                              "- md5: " +
                              kDvcMd5 +
                              "\n  path: ../run\n  isexec: true\n"
                              "- path: metrics.json\n  cache: false\n"
                              "desc: kept\nmeta: {any: [thing]}\n");
  REQUIRE(outs.size() == 2);
  CHECK(outs[0].path == "data/x");
  CHECK(store::format_foreign(outs[0].id) == "md5:" + kDvcMd5 + ".dir");
  CHECK(outs[0].files == 2);
  CHECK(outs[0].bytes == 7);
  CHECK(outs[1].path == "run");
  CHECK(store::format_foreign(outs[1].id) == "md5-dos2unix:" + kDvcMd5 + ".exec");
  CHECK(read_outs("wdir: ..\nouts:\n- md5: " + kDvcMd5 + "\n  path: y\n").front().path == "y");
  CHECK(read_outs("deps: []\n").empty());
}

TEST_CASE("a .dvc file that leads elsewhere or lacks its MD5 is refused with the key",
          "[case-01]") {
  const auto out = [](const std::string& path) {
    return "outs:\n- md5: " + kDvcMd5 + "\n  path: " + path + "\n";
  };
  CHECK_THAT(message_of(out("../../x")), Contains("data/x.dvc: outs[0].path: '../../x' leads out"));
  CHECK_THAT(message_of(out("/x")), Contains("leads out of the work tree"));
  CHECK_THAT(message_of(out("../.git/config")), Contains("has '.git'"));
  CHECK_THAT(message_of(out("..")), Contains("is the top of the work tree"));
  CHECK_THAT(message_of("wdir: ../..\n" + out("x")), Contains("wdir"));
  CHECK_THAT(message_of("outs:\n- path: x\n"), Contains("outs[0].md5: is missing"));
  CHECK_THAT(message_of("outs:\n- md5: 7\n  path: x\n"), Contains("outs[0].md5: must be a text"));
  CHECK_THAT(message_of("outs:\n- md5: " + kDvcMd5 + "\n  path: x\n  size: -1\n"),
             Contains("size"));
  CHECK_THAT(message_of("outs:\n- md5: " + kDvcMd5 + "\n  path: x\n  hash: etag\n"),
             Contains("'etag'"));
  CHECK_THAT(message_of("outs: {}\n"), Contains("outs: must be a list"));
  CHECK_THAT(message_of("outs: [x]\n"), Contains("outs[0]: must be a table"));
  CHECK_THAT(message_of("outs:\n- a\n b: [\n"), Contains("data/x.dvc:"));
  CHECK_THAT(message_of(std::string(kMaxDvcFileBytes + 1, '#')), Contains("larger than"));
}

TEST_CASE("dvc.lock's outs stand where dvc.yaml puts their stages") {
  const std::string lock =
      "schema: '2.0'\nstages:\n  fit@us:\n    cmd: x\n    outs:\n    - path: m\n      md5: " +
      kDvcMd5 + "\n      hash: md5\n  plain:\n    outs:\n    - path: n\n      md5: " + kDvcMd5 +
      "\n";
  const auto paths = [&](const std::optional<std::string>& pipeline) {
    std::vector<std::string> found;
    for (const DvcOut& out : parse_dvc_lock(lock, pipeline, "p/dvc.lock", "p/dvc.lock")) {
      found.push_back(out.path);
    }
    return found;
  };
  CHECK(paths(std::nullopt) == std::vector<std::string>{"p/m", "p/n"});
  CHECK(paths("stages:\n  fit:\n    foreach: [us]\n    do: {wdir: ../q}\n") ==
        std::vector<std::string>{"q/m", "p/n"});
  CHECK(paths("stages:\n  plain: {wdir: r}\n") == std::vector<std::string>{"p/m", "p/r/n"});
  CHECK_THROWS_AS(paths("stages:\n  plain: {wdir: ../..}\n"), Error);
  CHECK_THROWS_AS(paths("stages:\n  plain: {wdir: \"${x}\"}\n"), Error);
  // Before schema 2.0 the stages stand at the top.
  const auto old =
      parse_dvc_lock("fit:\n  outs:\n  - path: m\n    md5: " + kDvcMd5 + "\n", {}, "dvc.lock", "l");
  REQUIRE(old.size() == 1);
  CHECK(old[0].path == "m");
  CHECK(list_dvc_ids(lock, "p/dvc.lock", "l").size() == 2);
  CHECK(parse_dvc_lock("schema: '2.0'\n", {}, "dvc.lock", "l").empty());
}

TEST_CASE("a listing is sorted, and nothing in it leaves the directory", "[case-01][case-09]") {
  const auto file = [](const std::string& path) {
    return R"({"md5": ")" + kDvcMd5 + R"(", "relpath": ")" + path + R"("})";
  };
  const auto list = [&](const std::string& text) { return parse_dvc_listing(text, "l"); };
  const auto files = list("[" + file("b/c") + "," + file("a") + "," + file("b.d") + "]");
  REQUIRE(files.size() == 3);
  CHECK(files[0].path == "a");
  CHECK(files[1].path == "b.d");
  CHECK(files[2].path == "b/c");
  CHECK(list("[]").empty());
  CHECK(list(R"([{"md5": ")" + kDvcMd5 + R"(", "x": [{"relpath": "y"}, 1], "relpath": "a"}])")
            .front()
            .path == "a");
  for (const std::string& bad : {"[" + file("../x") + "]",
                                 "[" + file("") + "]",
                                 "[" + file("a//b") + "]",
                                 "[" + file("a/.GIT/x") + "]",
                                 "[" + file("a") + "," + file("a") + "]",
                                 "[" + file("a") + "," + file("a.b") + "," + file("a/b") + "]",
                                 std::string("{}"),
                                 std::string("[7]"),
                                 std::string(R"([{"relpath": "a"}])"),
                                 R"([{"relpath": "a", "relpath": "b", "md5": ")" + kDvcMd5 + "\"}]",
                                 R"([{"relpath": {"a": "b"}, "md5": ")" + kDvcMd5 + "\"}]",
                                 R"([{"relpath": 7, "md5": ")" + kDvcMd5 + "\"}]",
                                 "[[" + file("a") + "]]",
                                 "[" + file("a") + "] x",
                                 std::string("7"),
                                 std::string(40, '['),
                                 std::string(R"([{"relpath": "a", "md5": "x"}])"),
                                 std::string("[")}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(list(bad), Error);
  }
}

TEST_CASE("DVC's config says where the cache is") {
  const auto find = [](const std::string& text) { return find_dvc_cache_dir(text, ".dvc/config"); };
  CHECK_FALSE(find(""));
  CHECK_FALSE(find("[core]\n    dir = x\n"));
  CHECK_FALSE(find("[cache]\ntype = reflink\n"));
  CHECK(find("[core]\n  autostage = true\n[cache]\n    dir = /big/cache\n['remote \"r\"']\n url = "
             "x\n") == "/big/cache");
  CHECK(find("[cache]\ndir = \"../a b\" # shared\n") == "../a b");
  CHECK(find("[cache]\ndir=../c # shared\n") == "../c");
}

}  // namespace
}  // namespace mlops::workspace::test
