#include "workspace/restore.h"

#include <atomic>

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

using Catch::Matchers::Contains;

/// d/sub/file added, then taken away.
struct Checkout : Fixture {
  Checkout() {
    repo.write("d/sub/file", "known");
    repo.write("d/other", "o");
    add({"d"});
    fs::remove_all(*this / "d");
    reopen();
  }
};

TEST_CASE("what stands in the way is kept, listed and nothing is changed", "[case-17]") {
  Checkout c;
  const fs::path place = c / "d/sub/file";
  fs::create_directories(place.parent_path());
  std::string kept = "d/sub/file";
  SECTION("a modified file") {
    c.repo.write("d/sub/file", "mine!");
  }
  SECTION("a directory with files") {
    c.repo.write("d/sub/file/inner", "mine");
    kept = "d/sub/file/inner";
  }
  SECTION("a named pipe") {
    REQUIRE(mkfifo(place.c_str(), 0600) == 0);
  }
  SECTION("a link") {
    fs::create_symlink("/etc/passwd", place);
  }
  const auto type = fs::symlink_status(place).type();
  const CheckoutResult result = c.checkout();
  CHECK(result.total.kept == std::vector<std::string>{kept});
  CHECK(result.total.kept_reasons.size() == 1);
  CHECK(fs::symlink_status(place).type() == type);
  CHECK_FALSE(c.exists("d/other"));
  const CheckoutResult forced =
      c.checkout({.paths = {}, .revision = {}, .restore = Clobber::rescue, .lock_files = {}});
  CHECK(forced.total.rescued == std::vector<std::string>{kept});
  CHECK(fs::symlink_status(fs::path(forced.total.rescue_directory) / kept).type() !=
        fs::file_type::not_found);
  CHECK(c.repo.read("d/sub/file") == "known");
  CHECK(c.state_of("d") == DataState::unchanged);
}

TEST_CASE("a read-only directory and a file in the place of one are kept", "[case-17]") {
  Checkout c;
  SECTION("read-only") {
    fs::create_directories(c / "d/sub");
    fs::permissions(c / "d/sub", fs::perms::owner_read | fs::perms::owner_exec);
    CHECK(c.checkout().total.kept == std::vector<std::string>{"d/sub"});
  }
  SECTION("a file above") {
    c.repo.write("d", "mine");
    CHECK(c.checkout({.paths = {"d/sub"}, .revision = {}, .restore = {}, .lock_files = {}})
              .total.kept == std::vector<std::string>{"d"});
    CHECK(c.repo.read("d") == "mine");
  }
  CHECK_FALSE(c.exists("d/other"));
}

TEST_CASE("a file becomes a directory and back between versions") {
  Fixture f;
  f.repo.write("d/x", "file");
  f.add({"d"});
  f.repo.commit("v1");
  fs::remove(f / "d/x");
  f.repo.write("d/x/y", "below");
  f.reopen();
  f.add({"d"});
  f.repo.commit("v2");
  f.reopen();
  f.checkout({.paths = {}, .revision = "HEAD~1", .restore = {}, .lock_files = {}});
  CHECK(f.repo.read("d/x") == "file");
  f.checkout();
  CHECK(f.repo.read("d/x/y") == "below");
}

TEST_CASE("missing content is named before anything is written") {
  Fixture f;
  f.repo.write("d/gone", "lost");
  f.repo.write("d/here", "kept");
  const auto hasher = store::make_hash_only_writer();
  auto writer = f.space().store().begin_write();
  RawEntry gone = raw_file(*hasher, "gone", "never stored");
  const store::Entry top = put_raw_directory(*writer, {gone, raw_file(*writer, "here", "k")});
  writer->commit(top);
  writer.reset();
  const Error error = error_of([&] { restore(f.space(), "t", top, {}, f.progress, f.cancel); });
  CHECK(error.kind() == ErrorKind::corrupt);
  CHECK_THAT(full_text(error), Contains("'t/gone'"));
  CHECK_FALSE(f.exists("t"));
}

TEST_CASE("what a killed checkout left is no data and goes away") {
  Checkout c;
  c.repo.write("d/.mlops-tmp-abcdefgh12345678", "half");
  c.checkout();
  CHECK_FALSE(c.exists("d/.mlops-tmp-abcdefgh12345678"));
  c.repo.write("d/.mlops-tmp-abcdefgh12345678", "half");
  CHECK(c.state_of("d") == DataState::unchanged);
}

TEST_CASE("remove_known takes away what the store has and keeps the rest") {
  Checkout c;
  c.checkout();
  c.repo.write("d/mine", "m");
  CHECK(remove_known(c.space(), "d", {}, c.cancel) == std::vector<std::string>{"d/mine"});
  CHECK(c.exists("d/other"));
  fs::remove(c / "d/mine");
  CHECK(remove_known(c.space(), "d", {}, c.cancel).empty());
  CHECK_FALSE(c.exists("d"));
}

TEST_CASE("a directory swapped for a link during checkout leads nowhere", "[case-11]") {
  Checkout c;
  const fs::path outside = c.repo.directory() / "outside";
  fs::create_directories(outside);
  mlops::test::write_file(outside / "canary", "alive");
  fs::create_directories(c / "d");
  std::atomic<bool> stop{false};
  os::ThreadPool swapper(1);
  swapper.submit([&] {
    std::error_code code;
    while (!stop) {
      fs::create_directory_symlink(outside, c / "d/link", code);
      fs::rename(c / "d/sub", c / "d/was", code);
      fs::rename(c / "d/link", c / "d/sub", code);
      fs::remove(c / "d/sub", code);
      fs::rename(c / "d/was", c / "d/sub", code);
    }
  });
  int refused = 0;
  for (int i = 0; i < 300; ++i) {
    try {
      c.checkout({.paths = {}, .revision = {}, .restore = Clobber::rescue, .lock_files = {}});
      std::error_code code;
      fs::remove(c / "d/sub/file", code);
    } catch (const Error& error) {
      const auto kind = error.kind();
      CAPTURE(error.message());
      const bool is_expected =
          kind == ErrorKind::conflict || kind == ErrorKind::io || kind == ErrorKind::not_found;
      REQUIRE(is_expected);
      ++refused;
    }
  }
  stop = true;
  swapper.wait();
  CHECK(mlops::test::read_file(outside / "canary") == "alive");
  CHECK(std::distance(fs::directory_iterator(outside), fs::directory_iterator()) == 1);
  INFO(refused << " checkouts saw the change underneath");
  CHECK(refused >= 0);
}

}  // namespace
}  // namespace mlops::workspace::test
