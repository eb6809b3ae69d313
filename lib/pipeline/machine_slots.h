#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "os/lock.h"

namespace mlops::pipeline {

/// What one or more stages use of a machine.
struct Claim {
  std::uint64_t cpu = 0;
  std::uint64_t memory = 0;       ///< bytes
  std::vector<std::string> gpus;  ///< names of devices
};

/// What all runs of a user on this machine may use together, as one of them sees it.
struct MachineLimits {
  std::uint64_t cpu = 0;
  std::uint64_t memory = 0;
  std::vector<std::string> gpus;  ///< names of devices, in the order in which they are given out
};

/// The slots of this machine, shared by all runs on it: each run keeps its claim in a file of the
/// runtime directory, beside a lock that ends with its process. So a killed run claims nothing,
/// and whoever looks next removes its files. A run that a stage of another run started does not
/// wait for that one. One thread.
class MachineSlots {
 public:
  /// Error{io} when the directory cannot be used.
  explicit MachineSlots(const std::filesystem::path& runtime_directory);
  ~MachineSlots();
  MachineSlots(const MachineSlots&) = delete;
  MachineSlots& operator=(const MachineSlots&) = delete;

  /// Claims this much more, with `gpus` devices chosen among the free ones; nothing while others
  /// have it. Who is alone gets what it wants, within the limits. Error{interrupted}.
  std::optional<Claim> try_take(std::uint64_t cpu,
                                std::uint64_t memory,
                                std::uint64_t gpus,
                                const MachineLimits& limits,
                                const CancelToken& cancel);
  void give_back(const Claim& claim);

 private:
  Claim claims_of_others() const;
  void publish() const;

  std::filesystem::path directory_;
  std::string name_;
  std::vector<std::int64_t> ancestors_;
  std::optional<os::FileLock> alive_;
  Claim own_;
};

}  // namespace mlops::pipeline
