#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace mlops::runs {

/// A file of a run that may still grow, from its beginning.
class Tail {
 public:
  explicit Tail(std::filesystem::path path) : path_(std::move(path)) {}
  /// What is new since the last call, at most 1 MiB; empty when there is nothing (yet).
  std::string read();

 private:
  std::filesystem::path path_;
  std::uint64_t offset_ = 0;
};

/// The whole lines at the front of `pending`, which keeps the rest; with `at_end` the rest, too.
enum class AtEnd { no, yes };
std::string take_lines(std::string& pending, AtEnd at_end);

/// Each line as a terminal may get it, ended by '\n'; `prefix` in front.
std::string escape_lines(std::string_view lines, std::string_view prefix = {});

/// How long whoever follows a run sleeps between two looks.
void wait_a_little();

}  // namespace mlops::runs
