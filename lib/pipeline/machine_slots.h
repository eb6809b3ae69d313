#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/error.h"
#include "base/progress.h"
#include "os/lock.h"

namespace mlops::pipeline {

/// What one or more stages use of a machine.
struct Claim {
  std::uint64_t cpu = 0;
  std::uint64_t memory = 0;       ///< bytes
  std::vector<std::string> gpus;  ///< names of devices
};

/// What all runs on this machine may use together, as one of them sees it.
struct MachineLimits {
  std::uint64_t cpu = 0;
  std::uint64_t memory = 0;
  std::vector<std::string> gpus;  ///< names of devices, in the order in which they are given out
};

/// What of the limits is free beside `used`, of which the devices are sorted; nothing when that is
/// not enough. Who wants more than there is gets all there is, but for devices.
std::optional<Claim> claim_beside(const Claim& used,
                                  std::uint64_t cpu,
                                  std::uint64_t memory,
                                  std::uint64_t gpus,
                                  const MachineLimits& limits);

/// The slots of this machine, shared by all runs on it, whoever started them: each run keeps its
/// claim in a file of its user's directory within a common one, beside a lock that ends with its
/// process. So a killed run claims nothing, and the next run of its user removes its files. What
/// other users wrote is bounded, and what cannot be read claims nothing. A run that a stage of
/// another run started does not wait for that one. One thread.
class MachineSlots {
 public:
  /// `common`: of open_common_directory. Error{io} when it cannot be used.
  explicit MachineSlots(const std::filesystem::path& common);
  ~MachineSlots();
  MachineSlots(const MachineSlots&) = delete;
  MachineSlots& operator=(const MachineSlots&) = delete;

  /// Claims this much more, with `gpus` devices chosen among the free ones; nothing while others
  /// have it. Who is alone gets what it wants, within the limits. Error{interrupted}; Error{io}
  /// when somebody keeps all others from looking.
  std::optional<Claim> try_take(std::uint64_t cpu,
                                std::uint64_t memory,
                                std::uint64_t gpus,
                                const MachineLimits& limits,
                                const CancelToken& cancel);
  void give_back(const Claim& claim);

 private:
  Claim claims_of_others() const;
  void add_claims_of(const std::string& user, Claim& sum) const;
  bool is_at_work(const std::filesystem::path& directory, const std::string& run) const;
  void publish() const;

  std::filesystem::path common_;
  std::filesystem::path directory_;  ///< this user's
  std::string name_;
  std::vector<std::int64_t> ancestors_;
  std::optional<os::FileLock> alive_;
  Claim own_;
};

/// To the user, where there is no place to meet.
void warn_of_being_alone(Progress& progress, const Error& why);

}  // namespace mlops::pipeline
