#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "os/lock.h"
#include "pipeline/graph.h"
#include "pipeline/run.h"

namespace mlops::pipeline {

/// The values of a stage's secrets. They go to its process alone: never into a message, an argument
/// vector, a record, a key or the store.
struct SecretValues {
  std::map<std::string, std::string> variables;
  std::map<std::string, std::string> files;  ///< declared path → content
  std::vector<std::string> all() const;
};

/// A shell that reads this has them as variables.
std::string to_shell_script(const std::map<std::string, std::string>& variables);
/// Where that goes among the files of a stage's secrets.
inline constexpr const char* kSecretScript = "/.mlops-variables";

/// Reads them where `local` says. Error{config} that names the key and the place, not the value:
/// what is not there, is empty, or is too short to be kept out of logs. Relative files are those of
/// the work tree, '~/' the user's.
SecretValues read_secret_values(const Stage& stage,
                                const RunOptions& options,
                                const std::filesystem::path& top);

/// The files of a stage's secrets while it runs, in a directory that only the user may enter:
/// "/run/token" is <directory>/run/token. Removed on destruction; what a killed run left is removed
/// by the next one that has secrets.
class SecretFiles {
 public:
  SecretFiles(const std::filesystem::path& runtime_directory,
              const std::map<std::string, std::string>& files);
  SecretFiles(SecretFiles&&) = delete;
  ~SecretFiles();
  const std::filesystem::path& directory() const { return directory_; }

 private:
  std::filesystem::path directory_;
  std::optional<os::FileLock> alive_;
};

}  // namespace mlops::pipeline
