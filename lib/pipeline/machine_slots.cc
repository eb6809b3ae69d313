#include "pipeline/machine_slots.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/cancel.h"
#include "base/error.h"
#include "base/text.h"
#include "codec/bytes.h"
#include "os/file.h"
#include "os/machine.h"
#include "os/random.h"

namespace mlops::pipeline {

namespace {

constexpr std::size_t kMaxClaimBytes = 1U << 16U;
/// Of users, and of runs of one of them.
constexpr std::size_t kMaxNames = 4096;
constexpr std::string_view kLockEnding = ".lock";
constexpr std::string_view kClaimEnding = ".json";
constexpr std::uint32_t kForAllToRead = 0644;

/// One run at a time looks at the claims and adds to its own. Held for microseconds: who holds it
/// for seconds was stopped, or means harm.
os::FileLock lock_ledger(const std::filesystem::path& common, const CancelToken& cancel) {
  constexpr std::chrono::milliseconds kPatience{10'000};
  const auto file = common / "ledger";
  auto lock = os::FileLock::try_acquire_for(
      kPatience, file, os::LockMode::exclusive, os::LockFile::common, cancel);
  if (!lock) {
    throw Error(
        ErrorKind::io,
        fmt::format(
            "{} is locked all the time{}", quote(file.string()), os::describe_lock_holders(file)));
  }
  return std::move(*lock);
}

nlohmann::json to_json(const Claim& claim) {
  return {{"pid", os::process_id()},
          {"cpu", claim.cpu},
          {"memory", claim.memory},
          {"gpus", claim.gpus}};
}

/// Empty when it may not be read.
std::string read_text(const std::filesystem::path& file) {
  try {
    const auto fd = os::open_regular(file);
    std::vector<std::uint8_t> bytes(kMaxClaimBytes);
    bytes.resize(fd ? os::read_full(*fd, bytes, file) : 0);
    return std::string(codec::as_text(bytes));
  } catch (const Error&) {
    return "";
  }
}

/// Likewise.
std::vector<std::string> list_names(const std::filesystem::path& directory) {
  try {
    auto names = os::list_directory(directory);
    names.resize(std::min(names.size(), kMaxNames));
    return names;
  } catch (const Error&) {
    return {};
  }
}

/// Of another run; a damaged file claims nothing, for its run is ending or never wrote one.
std::optional<std::pair<std::int64_t, Claim>> read_claim(const std::filesystem::path& file) {
  const auto json = nlohmann::json::parse(read_text(file), nullptr, false);
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

/// Whatever somebody wrote: more than everything is everything.
std::uint64_t sum_of(std::uint64_t a, std::uint64_t b) {
  return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

void add(Claim& sum, const Claim& more) {
  sum.cpu = sum_of(sum.cpu, more.cpu);
  sum.memory = sum_of(sum.memory, more.memory);
  sum.gpus.insert(sum.gpus.end(), more.gpus.begin(), more.gpus.end());
  std::sort(sum.gpus.begin(), sum.gpus.end());
}

bool fits(std::uint64_t used, std::uint64_t wanted, std::uint64_t limit) {
  return wanted == 0 || (used <= limit && wanted <= limit - used);
}

}  // namespace

std::optional<Claim> claim_beside(const Claim& used,
                                  std::uint64_t cpu,
                                  std::uint64_t memory,
                                  std::uint64_t gpus,
                                  const MachineLimits& limits) {
  Claim claim{std::min(cpu, limits.cpu), std::min(memory, limits.memory), {}};
  if (!fits(used.cpu, claim.cpu, limits.cpu) || !fits(used.memory, claim.memory, limits.memory)) {
    return std::nullopt;
  }
  for (const auto& gpu : limits.gpus) {
    if (claim.gpus.size() < gpus && !std::binary_search(used.gpus.begin(), used.gpus.end(), gpu)) {
      claim.gpus.push_back(gpu);
    }
  }
  return claim.gpus.size() < gpus ? std::nullopt : std::optional(std::move(claim));
}

MachineSlots::MachineSlots(const std::filesystem::path& common)
    : common_(common),
      directory_(common / std::to_string(os::current_user())),
      name_(fmt::format("{}-{}", os::process_id(), os::random_name(8))),
      ancestors_(os::list_ancestors()) {
  os::make_readable_directory(directory_);
  const CancelToken never;
  const auto ledger = lock_ledger(common_, never);
  alive_ = os::FileLock::try_acquire(directory_ / (name_ + std::string(kLockEnding)),
                                     os::LockMode::exclusive,
                                     os::LockFile::common);
}

MachineSlots::~MachineSlots() {
  try {
    os::remove_file(directory_ / (name_ + std::string(kClaimEnding)));
    os::remove_file(directory_ / (name_ + std::string(kLockEnding)));
  } catch (const Error&) {
    // The lock ends with this process: the next run removes both.
    alive_.reset();
  }
}

/// Files of a run of this user that is dead go.
bool MachineSlots::is_at_work(const std::filesystem::path& directory,
                              const std::string& run) const {
  const auto lock = directory / (run + std::string(kLockEnding));
  if (directory != directory_) {
    return os::is_held(lock).value_or(false);
  }
  const auto dead = os::FileLock::try_acquire(lock, os::LockMode::exclusive, os::LockFile::common);
  if (dead) {
    os::remove_file(directory / (run + std::string(kClaimEnding)));
    os::remove_file(lock);
  }
  return !dead;
}

void MachineSlots::add_claims_of(const std::string& user, Claim& sum) const {
  const auto directory = common_ / user;
  const auto stat = os::lstat_file(directory);
  if (!stat || stat->kind != os::FileKind::directory || std::to_string(stat->owner) != user) {
    return;  // nobody claims anything for another one
  }
  for (const auto& file : list_names(directory)) {
    if (!file.ends_with(kLockEnding)) {
      continue;
    }
    const auto run = file.substr(0, file.size() - kLockEnding.size());
    if ((directory == directory_ && run == name_) || !is_at_work(directory, run)) {
      continue;
    }
    const auto claim = read_claim(directory / (run + std::string(kClaimEnding)));
    const bool is_ours =
        claim && std::find(ancestors_.begin(), ancestors_.end(), claim->first) != ancestors_.end();
    if (claim && !is_ours) {
      add(sum, claim->second);
    }
  }
}

Claim MachineSlots::claims_of_others() const {
  Claim sum;
  for (const auto& user : list_names(common_)) {
    add_claims_of(user, sum);
  }
  return sum;
}

std::optional<Claim> MachineSlots::try_take(std::uint64_t cpu,
                                            std::uint64_t memory,
                                            std::uint64_t gpus,
                                            const MachineLimits& limits,
                                            const CancelToken& cancel) {
  const auto ledger = lock_ledger(common_, cancel);
  auto used = claims_of_others();
  add(used, own_);
  auto claim = claim_beside(used, cpu, memory, gpus, limits);
  if (claim) {
    add(own_, *claim);
    publish();
  }
  return claim;
}

/// Nobody has to wait for that: a claim that becomes smaller is never wrong.
void MachineSlots::give_back(const Claim& claim) {
  own_.cpu -= claim.cpu;
  own_.memory -= claim.memory;
  std::erase_if(own_.gpus, [&](const std::string& gpu) {
    return std::find(claim.gpus.begin(), claim.gpus.end(), gpu) != claim.gpus.end();
  });
  publish();
}

void MachineSlots::publish() const {
  os::TempFile file(directory_);
  file.write(codec::as_bytes(to_json(own_).dump()));
  file.publish_with_exact_mode(directory_ / (name_ + std::string(kClaimEnding)),
                               os::Durability::relaxed,
                               os::TempFile::Replace::yes,
                               kForAllToRead);
}

void warn_of_being_alone(Progress& progress, const Error& why) {
  progress.warn(
      fmt::format("other runs on this machine do not see what this one uses: {}", why.message()));
}

}  // namespace mlops::pipeline
