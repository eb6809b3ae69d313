#include "workspace/restore.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "workspace/data_sets.h"
#include "workspace/restore_plan.h"
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
  SECTION("a device, or where none can be made, a socket") {
    const mode_t mode = ::geteuid() == 0 ? S_IFCHR : S_IFSOCK;
    REQUIRE(::mknod(place.c_str(), mode | S_IRUSR, ::geteuid() == 0 ? makedev(1, 5) : 0) == 0);
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

TEST_CASE("a directory that the user closed stays closed, also for --force", "[case-17]") {
  Checkout c;
  fs::create_directories(c / "d/sub");
  fs::permissions(c / "d/sub", fs::perms::owner_read | fs::perms::owner_exec);
  const Error error = error_of([&] {
    c.checkout({.paths = {},
                .revision = {},
                .restore = GENERATE(Clobber::refuse, Clobber::rescue),
                .lock_files = {}});
  });
  CHECK(error.kind() == ErrorKind::io);
  CHECK_THAT(error.message(), Contains("permission denied") && Contains("'d/sub'"));
  CHECK_THAT(error.hint(), Contains("chmod u+w -- d/sub"));
  CHECK_FALSE(c.exists("d/other"));
}

TEST_CASE("a file in the place of a directory is kept", "[case-17]") {
  Checkout c;
  c.repo.write("d", "mine");
  CHECK(c.checkout({.paths = {"d/sub"}, .revision = {}, .restore = {}, .lock_files = {}})
            .total.kept == std::vector<std::string>{"d"});
  CHECK(c.repo.read("d") == "mine");
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

TEST_CASE("a large file that lacks one chunk is named before anything is written") {
  Fixture f;
  std::string noise(300'000, '\0');
  std::uint32_t state = 1;
  for (char& byte : noise) {
    state = state * 1'664'525U + 1'013'904'223U;
    byte = static_cast<char>(state >> 24U);
  }
  f.repo.write("d/large", noise);
  f.add({"d"});
  std::vector<fs::path> packs;
  for (const auto& entry :
       fs::recursive_directory_iterator(f.space().store_directory() / "packs")) {
    if (entry.is_regular_file()) {
      packs.push_back(entry.path());
    }
  }
  settle();
  // The second version's chunk list is in another pack than most of its chunks.
  f.repo.write("d/large", noise + "more");
  f.repo.write("d/small", "small");
  f.add({"d"});
  for (const fs::path& pack : packs) {
    fs::remove(pack);
  }
  fs::remove_all(f / "d");
  f.reopen();
  const Error error = error_of([&] { f.checkout(); });
  CHECK(error.kind() == ErrorKind::corrupt);
  CHECK_THAT(full_text(error), Contains("d/large"));
  CHECK_FALSE(f.exists("d/small"));
}

TEST_CASE("what changes after it was judged is neither replaced nor removed",
          "[case-11][case-17]") {
  Checkout c;
  c.checkout();
  const store::Entry first = c.space().store().load_root(read_pointer(c.space(), "d")->root).top;
  c.repo.write("d/sub/file", "second version");
  c.repo.write("d/new", "of the second version");
  fs::remove(c / "d/other");
  c.reopen();
  c.add({"d"});
  const std::vector<RestoreTarget> targets = {{"d", first}};
  RestorePlan plan = plan_restore(c.space(), targets, {}, c.progress, c.cancel);
  REQUIRE(plan.obstacles.empty());
  REQUIRE(plan.writes.size() == 2);
  REQUIRE(plan.removals.size() == 1);
  const std::string changed = GENERATE("d/sub/file", "d/other", "d/new");
  CAPTURE(changed);
  c.repo.write(changed, "mine");
  const Error error = error_of([&] {
    apply_plan(c.space(), targets, std::move(plan), {}, {c.progress, c.cancel});
  });
  CHECK(error.kind() == ErrorKind::conflict);
  CHECK_THAT(full_text(error), Contains("changed underneath"));
  CHECK(c.repo.read(changed) == "mine");
}

TEST_CASE("what a killed checkout left is no data and goes away") {
  Checkout c;
  c.repo.write("d/.mlops-tmp-abcdefgh12345678", "half");
  c.checkout();
  CHECK_FALSE(c.exists("d/.mlops-tmp-abcdefgh12345678"));
  c.repo.write("d/.mlops-tmp-abcdefgh12345678", "half");
  CHECK(c.state_of("d") == DataState::unchanged);
}

/// Takes d/sub away, puts a link to `outside` in its place for a moment, and brings it back, until
/// told to stop.
class Swapper {
 public:
  Swapper(const fs::path& d, const fs::path& outside) : pool_(1) {
    pool_.submit([this, d, outside] {
      std::error_code code;
      fs::create_directory_symlink(outside, d / "link");
      while (!stop_) {
        const bool is_swapped =
            ::renameat2(AT_FDCWD, (d / "sub").c_str(), AT_FDCWD, (d / "link").c_str(), kExchange) ==
            0;
        swaps_ += is_swapped ? 1U : 0U;
        // Now and then the directory stays for a while, so that some checkouts get through whatever
        // the machine is doing: a race in which only one side ever runs is none.
        if (swaps_ % 16 == 0) {
          std::this_thread::sleep_for(std::chrono::milliseconds(25));
        }
      }
      fs::remove_all(d / "link", code);
    });
  }
  ~Swapper() {
    stop_ = true;
    pool_.wait();
  }
  std::uint64_t swaps() const { return swaps_; }

 private:
  static constexpr unsigned int kExchange = RENAME_EXCHANGE;
  std::atomic<bool> stop_{false};
  std::atomic<std::uint64_t> swaps_{0};
  os::ThreadPool pool_;
};

void remove_beneath(const os::Beneath& tree, std::string_view path) {
  try {
    tree.remove_file(path);
  } catch (const Error& error) {
    REQUIRE(error.kind() == ErrorKind::conflict);  // a link at this moment
  }
}

TEST_CASE("a directory swapped for a link during checkout leads nowhere", "[case-11]") {
  Checkout c;
  const fs::path outside = c.repo.directory() / "outside";
  fs::create_directories(outside);
  // The name that the checkout writes: it would be replaced or removed.
  mlops::test::write_file(outside / "file", "alive");
  fs::create_directories(c / "d/sub");
  const store::Entry top = c.space().store().load_root(read_pointer(c.space(), "d")->root).top;
  std::uint64_t refused = 0;
  std::uint64_t kept = 0;
  std::uint64_t written = 0;
  std::uint64_t swaps = 0;
  {
    const Swapper swapper(c / "d", outside);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    const auto is_enough = [&] { return refused > 0 && written > 0 && swapper.swaps() > 1000; };
    while (!is_enough() && std::chrono::steady_clock::now() < deadline) {
      try {
        const RestoreResult result = restore(c.space(), "d", top, {}, c.progress, c.cancel);
        ++(result.kept.empty() ? written : kept);
      } catch (const Error& error) {
        const auto kind = error.kind();
        CAPTURE(error.message());
        const bool is_expected =
            kind == ErrorKind::conflict || kind == ErrorKind::io || kind == ErrorKind::not_found;
        REQUIRE(is_expected);
        ++refused;
      }
      // So that the next one has something to write where the link comes and goes.
      remove_beneath(c.space().tree(), "d/sub/file");
    }
    swaps = swapper.swaps();
  }
  INFO("refused " << refused << ", kept " << kept << ", written " << written << ", swaps "
                  << swaps);
  // A race that nobody ran proves nothing.
  CHECK(swaps > 1000);
  CHECK(refused > 0);
  CHECK(written > 0);
  CHECK(mlops::test::read_file(outside / "file") == "alive");
  CHECK(std::distance(fs::directory_iterator(outside), fs::directory_iterator()) == 1);
}

}  // namespace
}  // namespace mlops::workspace::test
