#include "pipeline/machine_slots.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/cancel.h"
#include "base/error.h"
#include "base/progress.h"
#include "os/file.h"
#include "os/machine.h"
#include "os/random.h"

namespace mlops::pipeline {

namespace {

constexpr std::uint64_t kMaxClaimBytes = 1U << 20U;
constexpr std::string_view kLockEnding = ".lock";
constexpr std::string_view kClaimEnding = ".json";

/// One run at a time looks at the claims and changes its own. Held for microseconds.
os::FileLock lock_ledger(const std::filesystem::path& directory, const CancelToken& cancel) {
  NoProgress progress;
  return os::FileLock::acquire(
      directory / "ledger", os::LockMode::exclusive, {progress, cancel}, "waiting for slots");
}

/// For what has to be done after Ctrl-C too.
os::FileLock lock_ledger(const std::filesystem::path& directory) {
  const CancelToken never;
  return lock_ledger(directory, never);
}

nlohmann::json to_json(const Claim& claim) {
  return {{"pid", os::process_id()},
          {"cpu", claim.cpu},
          {"memory", claim.memory},
          {"gpus", claim.gpus}};
}

/// Of another run; a damaged file claims nothing, for its run is ending or never wrote one.
std::optional<std::pair<std::int64_t, Claim>> read_claim(const std::filesystem::path& file) {
  const auto text = os::read_file_if_exists(file, kMaxClaimBytes);
  const auto json = nlohmann::json::parse(text.value_or(""), nullptr, false);
  if (!json.is_object()) {
    return std::nullopt;
  }
  try {
    return std::pair{json.at("pid").get<std::int64_t>(),
                     Claim{json.at("cpu").get<std::uint64_t>(),
                           json.at("memory").get<std::uint64_t>(),
                           json.at("gpus").get<std::vector<std::string>>()}};
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

void add(Claim& sum, const Claim& more) {
  sum.cpu += more.cpu;
  sum.memory += more.memory;
  sum.gpus.insert(sum.gpus.end(), more.gpus.begin(), more.gpus.end());
  std::sort(sum.gpus.begin(), sum.gpus.end());
}

bool fits(std::uint64_t used, std::uint64_t wanted, std::uint64_t limit) {
  return wanted == 0 || (used <= limit && wanted <= limit - used);
}

}  // namespace

MachineSlots::MachineSlots(const std::filesystem::path& runtime_directory)
    : directory_(runtime_directory / "slots"),
      name_(fmt::format("{}-{}", os::process_id(), os::random_name(8))),
      ancestors_(os::list_ancestors()) {
  os::make_private_directory(directory_);
  const auto ledger = lock_ledger(directory_);
  alive_ = os::FileLock::try_acquire(directory_ / (name_ + std::string(kLockEnding)),
                                     os::LockMode::exclusive);
}

MachineSlots::~MachineSlots() {
  try {
    const auto ledger = lock_ledger(directory_);
    os::remove_file(directory_ / (name_ + std::string(kClaimEnding)));
    os::remove_file(directory_ / (name_ + std::string(kLockEnding)));
  } catch (const Error&) {
    // The lock ends with this process: the next run removes both.
    alive_.reset();
  }
}

Claim MachineSlots::claims_of_others() const {
  Claim sum;
  for (const auto& file : os::list_directory(directory_)) {
    if (!file.ends_with(kLockEnding)) {
      continue;
    }
    const auto name = file.substr(0, file.size() - kLockEnding.size());
    if (name == name_) {
      continue;
    }
    const auto claim_file = directory_ / (name + std::string(kClaimEnding));
    if (const auto dead = os::FileLock::try_acquire(directory_ / file, os::LockMode::exclusive)) {
      os::remove_file(claim_file);
      os::remove_file(directory_ / file);
      continue;
    }
    const auto claim = read_claim(claim_file);
    const bool is_ours =
        claim && std::find(ancestors_.begin(), ancestors_.end(), claim->first) != ancestors_.end();
    if (claim && !is_ours) {
      add(sum, claim->second);
    }
  }
  return sum;
}

std::optional<Claim> MachineSlots::try_take(std::uint64_t cpu,
                                            std::uint64_t memory,
                                            std::uint64_t gpus,
                                            const MachineLimits& limits,
                                            const CancelToken& cancel) {
  const auto ledger = lock_ledger(directory_, cancel);
  auto used = claims_of_others();
  add(used, own_);
  Claim claim{std::min(cpu, limits.cpu), std::min(memory, limits.memory), {}};
  if (!fits(used.cpu, claim.cpu, limits.cpu) || !fits(used.memory, claim.memory, limits.memory)) {
    return std::nullopt;
  }
  for (const auto& gpu : limits.gpus) {
    if (claim.gpus.size() < gpus && !std::binary_search(used.gpus.begin(), used.gpus.end(), gpu)) {
      claim.gpus.push_back(gpu);
    }
  }
  if (claim.gpus.size() < gpus) {
    return std::nullopt;
  }
  add(own_, claim);
  publish();
  return claim;
}

void MachineSlots::give_back(const Claim& claim) {
  const auto ledger = lock_ledger(directory_);
  own_.cpu -= claim.cpu;
  own_.memory -= claim.memory;
  std::erase_if(own_.gpus, [&](const std::string& gpu) {
    return std::find(claim.gpus.begin(), claim.gpus.end(), gpu) != claim.gpus.end();
  });
  publish();
}

void MachineSlots::publish() const {
  os::write_file_atomic(directory_ / (name_ + std::string(kClaimEnding)),
                        to_json(own_).dump(),
                        os::Durability::relaxed,
                        0600);
}

}  // namespace mlops::pipeline
