#include "workspace/experiment_files.h"

#include <filesystem>

#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "support/temp_dir.h"

namespace mlops::workspace {

namespace {

using Paths = std::vector<std::string>;

struct Tree {
  mlops::test::TempDir temp;
  IgnoredNeeds needs;
  CancelToken cancel;

  void write(std::string_view path, std::string_view text = "x") const {
    mlops::test::write_file(temp / path, text);
  }
  void write_large(std::string_view path) const {
    write(path);
    std::filesystem::resize_file(temp / path, kMaxOtherBytes);
  }
  void declare(const std::string& declared) {
    needs.is_declared = [declared](const std::string& path) { return is_within(path, declared); };
    needs.has_declared = [declared](const std::string& path) {
      return is_within(path, declared) || is_within(declared, path);
    };
  }
  IgnoredChoice choose(const Paths& ignored) const {
    return choose_ignored(os::Beneath::open(temp.path()), ignored, needs, cancel);
  }

 private:
  static bool is_within(const std::string& path, const std::string& above) {
    return path == above || path.starts_with(above + "/");
  }
};

}  // namespace

TEST_CASE("what git ignores is brought, directories with what is in them") {
  Tree tree;
  tree.write("a.env");
  tree.write("cache/b/c.bin");
  tree.write("cache/.git/config");
  std::filesystem::create_directory(tree.temp / "empty");
  const auto choice = tree.choose({"a.env", "cache/", "cache/b/c.bin", "empty/", "gone.txt"});
  CHECK(choice.others == Paths{"a.env", "cache/", "cache/b/", "cache/b/c.bin", "empty/"});
  CHECK(choice.declared.empty());
  CHECK(choice.links.empty());
  CHECK(choice.left_out.empty());
}

TEST_CASE("data and outs are left to whoever has their versions") {
  Tree tree;
  tree.write("data/in.csv");
  tree.write("out/model.bin");
  tree.write("out/note.txt");
  tree.needs.versioned = {"data/in.csv", "out/model.bin"};
  const auto choice = tree.choose({"data/in.csv", "out/"});
  CHECK(choice.others == Paths{"out/", "out/note.txt"});
}

TEST_CASE("what nobody declares comes whole or not at all, what is declared always") {
  Tree tree;
  tree.write("big/a.txt");
  tree.write("big/dep/small.txt");
  tree.write_large("big/dep/large.bin");
  tree.write_large("big/z.bin");
  tree.write("small.txt");
  tree.declare("big/dep");
  const auto choice = tree.choose({"big/", "small.txt"});
  CHECK(choice.declared == Paths{"big/dep/", "big/dep/large.bin", "big/dep/small.txt"});
  CHECK(choice.left_out == Paths{"big"});
  CHECK(choice.others == Paths{"small.txt"});

  tree.needs.others = IgnoredNeeds::Others::none;
  const auto isolated = tree.choose({"big/", "small.txt"});
  CHECK(isolated.declared == choice.declared);
  CHECK(isolated.others.empty());
  CHECK(isolated.left_out.empty());
}

TEST_CASE("the bounds are of all of it together") {
  Tree tree;
  tree.write_large("a.bin");
  tree.write("b.txt");
  tree.write("empty.txt", "");
  const auto bytes = tree.choose({"a.bin", "b.txt", "empty.txt"});
  CHECK(bytes.others == Paths{"a.bin", "empty.txt"});
  CHECK(bytes.left_out == Paths{"b.txt"});

  for (std::size_t i = 0; i < kMaxOtherFiles; ++i) {
    tree.write("many/" + std::to_string(i), "");
  }
  const auto files = tree.choose({"empty.txt", "many/"});
  CHECK(files.others == Paths{"empty.txt"});
  CHECK(files.left_out == Paths{"many"});
  CHECK(tree.choose({"many/"}).left_out.empty());
}

TEST_CASE("packages are used where they are, unless something in them is declared or made") {
  Tree tree;
  tree.write(".venv/bin/python");
  tree.write("envs/py/bin/python");
  tree.write("envs/out.txt");
  tree.needs.in_use = {".venv/bin", "envs/py", "bin"};
  tree.needs.versioned = {"envs/out.txt"};
  const auto choice = tree.choose({".venv/", "envs/"});
  CHECK(choice.links == Paths{".venv", "envs/py"});
  CHECK(choice.others == Paths{"envs/"});
}

TEST_CASE("a program comes with what lies around it, or is used where it is") {
  Tree tree;
  tree.write("tool/make");
  tree.needs.programs = {"tool/make"};
  CHECK(tree.choose({"tool/"}).others == Paths{"tool/", "tool/make"});
  tree.write_large("tool/lib.so");
  const auto large = tree.choose({"tool/"});
  CHECK(large.links == Paths{"tool"});
  CHECK(large.left_out.empty());
}

TEST_CASE("a directory that cannot be listed is left out, unless it is declared") {
  if (::geteuid() == 0) {
    return;  // root lists everything
  }
  Tree tree;
  tree.write("closed/a.txt");
  std::filesystem::permissions(tree.temp / "closed", std::filesystem::perms::none);
  CHECK(tree.choose({"closed/"}).left_out == Paths{"closed"});
  tree.declare("closed");
  CHECK_THROWS_AS(tree.choose({"closed/"}), Error);
}

}  // namespace mlops::workspace
