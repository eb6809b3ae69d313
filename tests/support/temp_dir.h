#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace mlops::test {

/// A new empty directory, removed with its content on destruction, also where the test took away
/// permissions. Its path has no symbolic link in it. Throws std::runtime_error.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// Writes a file, and the directories above it that are missing. Throws std::runtime_error.
void write_file(const std::filesystem::path& path, std::string_view content);
/// The whole file. Throws std::runtime_error.
std::string read_file(const std::filesystem::path& path);

}  // namespace mlops::test
