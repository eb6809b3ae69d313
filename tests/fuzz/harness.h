#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

/// What the harnesses share. None of it depends on asserts: a finding ends the process in every
/// build.
namespace mlops::fuzz {

inline void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Runs `work`. It may refuse its input with an Error of these kinds; all else is a finding.
template <typename Work>
void expect_only(std::initializer_list<ErrorKind> kinds, Work work) {
  try {
    work();
  } catch (const Error& error) {
    require(std::find(kinds.begin(), kinds.end(), error.kind()) != kinds.end());
  }
}

/// Sums over bytes keep a fuzzer from what lies behind them: the harnesses of binary formats look
/// at every input twice, as it is and with its sums made right.
inline std::uint32_t get_u32(std::span<const std::uint8_t> bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value |= static_cast<std::uint32_t>(bytes[at + i]) << (8 * i);
  }
  return value;
}
inline void put_u32(std::span<std::uint8_t> bytes, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) {
    bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
  }
}

/// A directory for parsers that take files, removed at the end of the process.
class Scratch {
 public:
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "mlops-fuzz-XXXXXX").string();
    require(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::filesystem::path& path() const { return path_; }
  static void write(const std::filesystem::path& path, std::string_view text) {
    std::filesystem::remove(path);  // what a store wrote is read-only
    std::ofstream(path, std::ios::binary) << text;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace mlops::fuzz
