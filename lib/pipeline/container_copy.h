#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "pipeline/container_engine.h"

namespace mlops::pipeline {

/// Files on their way into a container that was not started yet, and out of one that has ended, for
/// engines that do not see the files of this machine. Any thread.
class ContainerCopy {
 public:
  /// `engine` outlives this. Cancelled, a copy ends as Error{interrupted}.
  ContainerCopy(const ContainerEngine& engine, std::string container, const CancelToken& cancel);

  /// Makes directories, absolute ones, with those above that are missing. Error{io}.
  void make_directories(const std::vector<std::filesystem::path>& directories) const;
  /// What lies in a directory here, into one that is there. Error{io}.
  void put(const std::filesystem::path& from, const std::filesystem::path& to) const;
  /// A file or a directory, to where nothing lies. False when the container has none; Error{io}.
  bool get(const std::filesystem::path& from, const std::filesystem::path& to) const;
  /// Absolute paths that are new or were changed since the image. Error{io}.
  std::vector<std::string> list_changed() const;

 private:
  EngineAnswer call(std::vector<std::string> arguments, std::string input = {}) const;

  const ContainerEngine& engine_;
  std::string container_;
  const CancelToken& cancel_;
};

/// A tar archive (ustar; pax where a path is long) of directories alone, relative to the root, as
/// `cp -` takes it. Those above them are not in it: whoever unpacks it keeps theirs as they are.
std::string tar_of_directories(const std::vector<std::filesystem::path>& directories,
                               std::uint32_t owner,
                               std::uint32_t group);

/// Of `changed`, what a stage wrote in its `tree`: nothing that only holds another one.
std::vector<std::string> find_written(const std::vector<std::string>& changed,
                                      const std::filesystem::path& tree);

}  // namespace mlops::pipeline
