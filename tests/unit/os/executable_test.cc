#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "os/process.h"
#include "support/temp_dir.h"

namespace fs = std::filesystem;
using mlops::os::find_executable;

namespace {

void make_tool(const fs::path& path) {
  mlops::test::write_file(path, "#!/bin/sh\n");
  ::chmod(path.c_str(), 0755);
}

}  // namespace

TEST_CASE("the first executable file on the path wins") {
  const mlops::test::TempDir temp;
  make_tool(temp / "two/tool");
  make_tool(temp / "three/tool");
  mlops::test::write_file(temp / "one/tool", "not executable");
  fs::create_directories(temp / "zero/tool");
  const std::string path = (temp / "zero").string() + ":" + (temp / "one").string() + ":" +
                           (temp / "two").string() + ":" + (temp / "three").string();
  CHECK(find_executable("tool", path) == temp / "two/tool");
  CHECK_FALSE(find_executable("other", path).has_value());
  CHECK_FALSE(find_executable("", path).has_value());
  CHECK_FALSE(find_executable("tool", "").has_value());
}

TEST_CASE("nothing that was planted in the current directory is run") {
  const mlops::test::TempDir temp;
  make_tool(temp / "git");
  make_tool(temp / "bin/git");
  const fs::path before = fs::current_path();
  fs::current_path(temp.path());
  const char* const path =
      GENERATE("", ":", ".", "::", "bin", "./bin", "..:bin:.", ":/nonexistent:");
  INFO(path);
  CHECK_FALSE(find_executable("git", path).has_value());
  CHECK(find_executable("git", std::string(path) + ":" + (temp / "bin").string()) ==
        temp / "bin/git");
  fs::current_path(before);
}

TEST_CASE("a name with a slash is not looked up") {
  const mlops::test::TempDir temp;
  make_tool(temp / "tool");
  CHECK(find_executable((temp / "tool").string(), "/nonexistent") == temp / "tool");
  CHECK_FALSE(find_executable((temp / "absent").string(), temp.path().string()).has_value());
  CHECK_FALSE(find_executable(temp.path().string(), "/").has_value());
  CHECK_FALSE(find_executable("bin/sh", "/").has_value());
}
