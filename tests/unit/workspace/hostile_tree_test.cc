/// Trees that only an attacker writes: nothing of them may reach the disk.

#include <catch2/catch.hpp>

#include "base/text.h"
#include "workspace/restore.h"
#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

using Catch::Matchers::Contains;

struct Hostile : Fixture {
  std::unique_ptr<store::Writer> writer = space().store().begin_write();

  RawEntry file(const std::string& name, std::string_view content = "evil") {
    return raw_file(*writer, name, content);
  }
  /// A good file beside, so that a tree refused late would show.
  store::Entry top_with(std::vector<RawEntry> entries) {
    const store::Entry top = put_raw_directory(*writer, entries);
    writer->commit(top);
    return top;
  }
  RestoreResult put(const store::Entry& top, const RestoreOptions& options = {}) {
    return restore(space(), "d", top, options, progress, cancel);
  }
  std::string refusal(const store::Entry& top) {
    const Error error = error_of([&] { put(top); });
    CHECK_FALSE(exists("d"));
    return full_text(error);
  }
};

TEST_CASE("names that leave the directory, or are git's or ours, are refused at parse",
          "[case-01][case-02][case-03][case-04][case-05]") {
  Hostile h;
  const std::string nul = std::string("a") + '\0' + "b";
  for (const std::string& name : {std::string("../x"),
                                  std::string("a/../../x"),
                                  std::string("a/./b"),
                                  std::string("/abs"),
                                  std::string("//x"),
                                  std::string("\\..\\.git"),
                                  std::string(""),
                                  std::string("."),
                                  std::string(".."),
                                  std::string("a/"),
                                  nul,
                                  std::string(".git"),
                                  std::string(".GIT"),
                                  std::string(".gIt"),
                                  std::string(".mlops"),
                                  std::string(".MLOPS"),
                                  std::string("git~1"),
                                  std::string(".GIT "),
                                  std::string(".git."),
                                  std::string(".git::$INDEX_ALLOCATION"),
                                  std::string(".g\u200cit"),
                                  std::string(256, 'n')}) {
    CAPTURE(name);
    const store::Entry top = h.top_with({h.file(name)});
    CHECK(error_of([&] { h.put(top); }).kind() == ErrorKind::corrupt);
    CHECK_FALSE(h.exists("d"));
    CHECK_FALSE(h.exists("x"));
  }
}

TEST_CASE("drive letters, backslashes and reserved names of Windows are plain names here",
          "[case-02][case-06][case-13][case-15]") {
  Hostile h;
  const std::vector<std::string> names = {"%252e%252e%252f",
                                          "%2e%2e",
                                          "C:\\x",
                                          "C:x",
                                          "CON",
                                          "NUL.txt",
                                          "\\\\?\\x",
                                          "\\\\host\\s",
                                          "a:b",
                                          "back\\slash",
                                          "dot.",
                                          "space "};
  std::vector<RawEntry> entries;
  for (const std::string& name : names) {
    entries.push_back(h.file(name, "v:" + name));
  }
  CHECK(h.put(h.top_with(entries)).written_files == names.size());
  for (const std::string& name : names) {
    CHECK(mlops::test::read_file(h / "d" / name) == "v:" + name);
  }
}

TEST_CASE("files that steer git are no data unless allowed", "[case-07]") {
  Hostile h;
  for (const std::string name :
       {".gitattributes", ".gitmodules", ".gitignore", ".lfsconfig", ".GitAttributes"}) {
    CAPTURE(name);
    const store::Entry inner = put_raw_directory(*h.writer, {h.file(name)});
    const store::Entry top = h.top_with({raw_directory("in", inner), h.file("ok")});
    CHECK_THAT(h.refusal(top), Contains("'d/in/" + name + "'"));
  }
  const store::Entry top = h.top_with({h.file(".gitattributes")});
  CHECK(h.put(top, {Clobber::refuse, GitFiles::allow}).written_files == 1);

  h.repo.write("data/.gitattributes", "* filter=x");
  CHECK_THAT(full_text(error_of([&] { h.add({"data"}); })), Contains("'data/.gitattributes'"));
}

TEST_CASE("a directory that is a link in the work tree stops the checkout", "[case-08]") {
  Hostile h;
  const store::Entry hooks = put_raw_directory(*h.writer, {h.file("pre-commit", "#!/bin/sh\n")});
  fs::remove_all(h / ".git/hooks/pre-commit");
  SECTION("above the data set") {
    fs::create_directory_symlink(".git/hooks", h / "hookdir");
    const store::Entry top = h.top_with({h.file("pre-commit")});
    const RestoreResult result =
        restore(h.space(), "hookdir/d", top, Clobber::rescue, h.progress, h.cancel);
    CHECK(result.kept == std::vector<std::string>{"hookdir"});
    CHECK(fs::read_symlink(h / "hookdir") == ".git/hooks");
  }
  SECTION("inside it") {
    const store::Entry top = h.top_with({h.file("a"), raw_directory("hookdir", hooks)});
    fs::create_directory(h / "d");
    fs::create_directory_symlink("../.git/hooks", h / "d/hookdir");
    CHECK(h.put(top).kept == std::vector<std::string>{"d/hookdir"});
    CHECK(fs::read_symlink(h / "d/hookdir") == "../.git/hooks");
    CHECK_FALSE(h.exists("d/a"));
    const RestoreResult forced = h.put(top, Clobber::rescue);
    CHECK(forced.rescued == std::vector<std::string>{"d/hookdir"});
    CHECK(fs::read_symlink(fs::path(forced.rescue_directory) / "d/hookdir") == "../.git/hooks");
    CHECK(h.exists("d/hookdir/pre-commit"));
  }
  SECTION("the data set itself") {
    const store::Entry top = h.top_with({h.file("pre-commit")});
    fs::create_directory_symlink(".git/hooks", h / "d");
    CHECK(h.put(top).kept == std::vector<std::string>{"d"});
  }
  CHECK_FALSE(h.exists(".git/hooks/pre-commit"));
}

TEST_CASE("repeated, unsorted and lying entries are refused at parse", "[case-09]") {
  Hostile h;
  const RawEntry inner = raw_directory("a", put_raw_directory(*h.writer, {h.file("b")}));
  RawEntry link = h.file("a", "/tmp");
  link.kind = store::EntryKind::symlink;
  CHECK_THAT(h.refusal(h.top_with({link, inner})), Contains("twice"));
  CHECK_THAT(h.refusal(h.top_with({h.file("b"), h.file("a")})), Contains("not sorted"));
  CHECK_THAT(h.refusal(h.top_with({h.file("a"), h.file("a")})), Contains("twice"));
  RawEntry lying = inner;
  lying.size += 1;
  CHECK_THAT(h.refusal(h.top_with({lying})), Contains("its parent says"));
  lying = inner;
  lying.files = 1U << 20U;
  CHECK_THAT(h.refusal(h.top_with({lying})), Contains("its parent says"));
}

TEST_CASE("names that a folding file system takes for one are refused", "[case-10]") {
  Hostile h;
  const store::Entry top = h.top_with({h.file("A"), h.file("a")});
  h.folding = std::make_shared<AsciiFolding>();
  h.writer.reset();
  h.reopen();
  const std::string text = h.refusal(top);
  CHECK_THAT(text, Contains("'d/A'"));
  CHECK_THAT(text, Contains("'a'"));
  h.folding.reset();
  h.reopen();
  CHECK(h.put(top).written_files == 2);
}

TEST_CASE("the probe of the file system leaves nothing behind", "[case-10]") {
  Hostile h;
  DiskNameFolding folding;
  fs::create_directory(h / "p");
  const bool folds = folding.folds(h.space().tree(), "p");
  CHECK(folding.find_clash(h.space().tree(), "p", {"A", "a"}).has_value() == folds);
  CHECK_FALSE(folding.find_clash(h.space().tree(), "p", {"a", "b", "\xff", "-rf"}));
  CHECK(fs::is_empty(h / "p"));
}

TEST_CASE("a tree that shares its directories cannot claim memory without end") {
  Hostile h;
  store::Entry level = put_raw_directory(*h.writer, {});
  for (int depth = 0; depth < 60; ++depth) {
    level = put_raw_directory(*h.writer, {raw_directory("a", level), raw_directory("b", level)});
  }
  h.writer->commit(level);
  CHECK(error_of([&] { h.put(level); }).kind() == ErrorKind::config);
}

TEST_CASE("names of any bytes come back exactly", "[case-14][case-16]") {
  Fixture f;
  const std::vector<std::string> names = {
      "-rf", "$(x)", "~", "a\nb", "cr\r", "\xff\xfe", std::string(255, 'n'), " lead", "tab\t", "*"};
  for (const std::string& name : names) {
    f.repo.write("d/" + name, "v:" + name);
  }
  f.add({"d"});
  fs::remove_all(f / "d");
  CHECK(f.checkout().total.written_files == names.size());
  for (const std::string& name : names) {
    CHECK(mlops::test::read_file(f / "d" / name) == "v:" + name);
  }
  CHECK(f.state_of("d") == DataState::unchanged);
  for (const std::string& name : names) {
    if (name.size() < 240) {
      CAPTURE(name);
      fs::rename(f / "d" / name, f / name);
      f.add({name});
      CHECK(f.space().repository().is_ignored(name));
      CHECK_FALSE(f.space().repository().is_ignored(name + ".mlops"));
    }
  }
}

TEST_CASE("deep trees meet a limit, not the stack", "[case-16]") {
  Hostile h;
  store::Entry level = put_raw_directory(*h.writer, {h.file("leaf")});
  for (int depth = 0; depth < 5000; ++depth) {
    level = put_raw_directory(*h.writer, {raw_directory("d", level)});
  }
  h.writer->commit(level);
  CHECK_THAT(h.refusal(level), Contains("longer than 4095 bytes"));
  std::string path = "s";
  for (int depth = 0; depth < 100; ++depth) {
    path += "/" + std::string(60, 'p');
  }
  h.space().tree().make_directories(path);
  h.writer.reset();
  CHECK_THAT(full_text(error_of([&] { h.add({"s"}); })), Contains("longer than 4095 bytes"));
}

}  // namespace
}  // namespace mlops::workspace::test
