#include <atomic>
#include <chrono>
#include <thread>

#include <fcntl.h>

#include <catch2/catch.hpp>
#include <stdio.h>

#include "base/error.h"
#include "os/beneath.h"
#include "support/temp_dir.h"

namespace mlops::os {

namespace {

/// Swaps a directory and a link to the outside, atomically, until told to stop.
class Swapper {
 public:
  Swapper(fs::path a, fs::path b)
      : thread_([this, a = std::move(a), b = std::move(b)] {
          while (!stop_) {
            ::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE);
            ++swaps_;
          }
        }) {}
  ~Swapper() {
    stop_ = true;
    thread_.join();
  }
  std::uint64_t swaps() const { return swaps_; }

 private:
  std::atomic<bool> stop_{false};
  std::atomic<std::uint64_t> swaps_{0};
  std::thread thread_;
};

}  // namespace

TEST_CASE("a directory that turns into a link all the time leads nowhere", "[case-11]") {
  const auto resolve = GENERATE(Beneath::Resolve::automatic, Beneath::Resolve::component_wise);
  const test::TempDir temp;
  const fs::path inside = temp / "inside";
  const fs::path outside = temp / "outside";
  test::write_file(outside / "sub/canary", "untouched");
  fs::create_directories(inside / "d/sub");
  fs::create_symlink(outside, inside / "other");
  const Beneath directory = Beneath::open(inside, resolve);
  std::size_t done = 0;
  std::size_t refused = 0;
  std::size_t undone = 0;
  std::uint64_t swaps = 0;
  {
    const Swapper swapper(inside / "d", inside / "other");
    // Until both ends of the race were seen often, on a slow machine too.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    const auto is_enough = [&] { return done > 200 && refused > 200 && swapper.swaps() > 1000; };
    while (!is_enough() && std::chrono::steady_clock::now() < deadline) {
      std::string temp_name;
      try {
        auto [name, fd] = directory.create_temp_beside("d/sub/file");
        temp_name = name;
        directory.rename(name, "d/sub/canary");
        ++done;
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::conflict && error.kind() != ErrorKind::not_found) {
          FAIL(error.message());
        }
        ++(temp_name.empty() ? refused : undone);
      }
    }
    swaps = swapper.swaps();
  }
  INFO("done " << done << ", refused " << refused << ", undone " << undone << ", swaps " << swaps);
  // A race that nobody ran proves nothing.
  CHECK(swaps > 1000);
  CHECK(done > 0);
  CHECK(refused > 0);
  CHECK(test::read_file(outside / "sub/canary") == "untouched");
  CHECK(std::distance(fs::directory_iterator(outside / "sub"), fs::directory_iterator()) == 1);
  CHECK(std::distance(fs::directory_iterator(outside), fs::directory_iterator()) == 1);
}

}  // namespace mlops::os
