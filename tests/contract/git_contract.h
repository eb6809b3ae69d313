#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "git/repository.h"
#include "support/git_repo.h"

namespace mlops::test {

constexpr std::string_view kSearchPath = "/usr/local/bin:/usr/bin:/bin";

inline git::OpenOptions options_for(const GitRepo& repo, git::Backend backend) {
  git::OpenOptions options;
  options.backend = backend;
  options.search_path = kSearchPath;
  options.environment = repo.env();
  return options;
}

/// Opens, and fails the test when nothing is there.
inline std::unique_ptr<git::Repository> open_at(const std::filesystem::path& directory,
                                                const git::OpenOptions& options) {
  auto opened = git::open_repository(directory, options);
  REQUIRE(opened != nullptr);
  return opened;
}

inline std::unique_ptr<git::Repository> open_repo(const GitRepo& repo, git::Backend backend) {
  return open_at(repo.path(), options_for(repo, backend));
}

inline git::Backend every_backend() {
  return GENERATE(git::Backend::libgit2, git::Backend::plumbing);
}

inline std::vector<std::string> paths_of(const std::vector<git::TreeEntry>& entries) {
  std::vector<std::string> paths;
  for (const auto& entry : entries) {
    paths.push_back(entry.path);
  }
  return paths;
}

template <typename Action>
std::string error_kind(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return std::string(to_string(error.kind()));
  }
  return "nothing";
}

}  // namespace mlops::test
