#include "pipeline/installed_packages.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "os/file.h"
#include "pipeline/record_hash.h"

namespace mlops::pipeline {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxRecordBytes = 64ULL << 20U;
constexpr std::uint64_t kMaxInstallerBytes = 4096;
constexpr std::string_view kInfo = ".dist-info";

std::vector<std::string> names_in(const fs::path& directory) {
  const auto stat = os::lstat_file(directory);
  return stat && stat->kind == os::FileKind::directory ? os::list_directory(directory)
                                                       : std::vector<std::string>{};
}

bool tells_of_place(std::string_view line) {
  constexpr std::array<std::string_view, 5> kNames{".dist-info/INSTALLER,",
                                                   ".dist-info/REQUESTED,",
                                                   ".dist-info/RECORD,",
                                                   ".dist-info/direct_url.json,",
                                                   "__pycache__/"};
  return line.starts_with("../") || line.starts_with("\"../") || line.starts_with('/') ||
         std::any_of(kNames.begin(), kNames.end(), [&](std::string_view name) {
           return line.find(name) != std::string_view::npos;
         });
}

}  // namespace

std::vector<std::string> installed_files(std::string_view record) {
  std::vector<std::string> lines;
  for (const auto part : split(record, '\n')) {
    const auto line = trim(part);
    if (!line.empty() && !tells_of_place(line)) {
      lines.emplace_back(line);
    }
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::map<std::string, std::string> digest_python_packages(const fs::path& prefix,
                                                          const std::string& skip_installer,
                                                          const CancelToken& cancel) {
  std::map<std::string, std::string> packages;
  for (const auto& version : names_in(prefix / "lib")) {
    if (!version.starts_with("python3.")) {
      continue;
    }
    const auto site = prefix / "lib" / version / "site-packages";
    for (const auto& name : names_in(site)) {
      cancel.check();
      if (!name.ends_with(kInfo)) {
        continue;
      }
      const auto installer =
          os::read_file_if_exists(site / name / "INSTALLER", kMaxInstallerBytes).value_or("");
      if (!skip_installer.empty() && trim(installer) == skip_installer) {
        continue;
      }
      RecordHash hash;
      const auto record = os::read_file_if_exists(site / name / "RECORD", kMaxRecordBytes);
      // Debian's packages have none; the directory's name still says which version it is.
      for (const auto& line : installed_files(record.value_or(""))) {
        hash.add(line);
      }
      packages[name] = hash.hex();
    }
  }
  return packages;
}

}  // namespace mlops::pipeline
