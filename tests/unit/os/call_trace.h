#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "os/fault.h"

namespace mlops::os {

/// Records the system calls of `act` and answers what came before what. Power loss keeps of a file
/// and of a directory what was synced, and of what was not, any part.
class CallTrace {
 public:
  template <typename Act>
  static CallTrace of(Act act) {
    fault::arm("trace");
    try {
      act();
    } catch (...) {
      fault::arm("off");
      throw;
    }
    CallTrace trace;
    trace.calls_ = fault::trace();
    fault::arm("off");
    return trace;
  }

  const std::vector<fault::Call>& calls() const { return calls_; }

  /// Where the next call `name` on `path` from `from` on is; calls().size() when there is none.
  std::size_t find(std::string_view name,
                   const std::filesystem::path& path,
                   std::size_t from = 0) const {
    return find_if(from, [&](const fault::Call& call) {
      return call.name == name && call.path == path.string();
    });
  }

  /// All renames to names that begin with `prefix`.
  std::vector<std::size_t> renames_to(const std::string& prefix) const {
    std::vector<std::size_t> found;
    for (std::size_t at = 0; at < calls_.size(); ++at) {
      if (calls_[at].name == "renameat2" && calls_[at].to.starts_with(prefix)) {
        found.push_back(at);
      }
    }
    return found;
  }

  /// All writes to files whose names begin with `prefix`.
  std::vector<std::size_t> writes_to(const std::string& prefix) const {
    std::vector<std::size_t> found;
    for (std::size_t at = 0; at < calls_.size(); ++at) {
      if (calls_[at].name == "write" && calls_[at].path.starts_with(prefix)) {
        found.push_back(at);
      }
    }
    return found;
  }

  /// The rename at `at` shows a whole file and stays: all bytes, then their sync, then the rename,
  /// then the sync of the directory. Returns where it is durable.
  std::size_t check_published(std::size_t at) const {
    const fault::Call& rename = calls_.at(at);
    INFO("renamed from " << rename.path << " to " << rename.to);
    const std::size_t sync = find("fdatasync", rename.path);
    CHECK(sync < at);
    CHECK(find("write", rename.path) < sync);
    CHECK(find("write", rename.path, sync) == calls_.size());
    const std::size_t durable =
        find("fsync", std::filesystem::path(rename.to).parent_path(), at + 1);
    CHECK(durable < calls_.size());
    return durable;
  }

  /// All renames to `prefix`: each published well, none before `after`. Returns where the last of
  /// them is durable.
  std::size_t check_all_published(const std::string& prefix, std::size_t after = 0) const {
    INFO("below " << prefix);
    const auto renames = renames_to(prefix);
    REQUIRE_FALSE(renames.empty());
    CHECK(renames.front() >= after);
    std::size_t last = 0;
    for (const std::size_t at : renames) {
      last = std::max(last, check_published(at));
    }
    return last;
  }

 private:
  template <typename Matches>
  std::size_t find_if(std::size_t from, Matches matches) const {
    const auto begin = calls_.begin() + static_cast<std::ptrdiff_t>(std::min(from, calls_.size()));
    return static_cast<std::size_t>(std::find_if(begin, calls_.end(), matches) - calls_.begin());
  }

  std::vector<fault::Call> calls_;
};

}  // namespace mlops::os
