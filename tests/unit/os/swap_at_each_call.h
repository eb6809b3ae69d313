#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "os/fault.h"
#include "support/temp_dir.h"

namespace mlops::os {

/// Everything below a directory: files with their content, directories with a '/'.
inline std::map<std::string, std::string> contents_of(const std::filesystem::path& directory) {
  std::map<std::string, std::string> contents;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    const auto name = entry.path().lexically_relative(directory).string();
    contents[name] = entry.is_regular_file() ? test::read_file(entry.path()) : "/";
  }
  return contents;
}

/// Another process that swaps `directory` for a link to `outside`, at the worst moment, whichever
/// that is: `act` is done once for each call of the os room that it makes, and the swap happens
/// right before that call. `prepare` makes everything as it was and returns what `act` takes.
/// Nothing outside may change; that `act` gives up with an error is fine. Returns the number of
/// swaps.
template <typename Prepare, typename Act>
std::size_t swap_at_each_call(const std::filesystem::path& directory,
                              const std::filesystem::path& outside,
                              Prepare prepare,
                              Act act) {
  namespace fs = std::filesystem;
  const fs::path real = directory.string() + ".real";
  REQUIRE_FALSE(fs::is_empty(outside));
  for (std::size_t swap_at = 1;; ++swap_at) {
    const auto before = contents_of(outside);
    auto prepared = prepare();
    REQUIRE(fs::is_directory(fs::symlink_status(directory)));
    std::size_t calls = 0;
    bool is_swapped = false;
    std::string at;
    fault::watch([&](const fault::Call& call) {
      if (++calls == swap_at) {
        fs::rename(directory, real);
        fs::create_directory_symlink(outside, directory);
        is_swapped = true;
        at = call.name + " " + call.path + " " + call.to;
      }
    });
    try {
      act(std::move(prepared));
    } catch (const Error& error) {
      CAPTURE(error.message());
      CHECK(error.kind() != ErrorKind::internal);
    }
    fault::arm("off");
    INFO("swapped before call " << swap_at << ": " << at);
    CHECK(contents_of(outside) == before);
    if (!is_swapped) {
      return swap_at - 1;
    }
    fs::remove(directory);
    fs::rename(real, directory);
  }
}

}  // namespace mlops::os
