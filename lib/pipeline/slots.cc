#include "pipeline/slots.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "os/machine.h"
#include "os/memory.h"
#include "os/pool.h"

namespace mlops::pipeline {

Needs needs_of(const Stage& stage, std::uint32_t ooms) {
  const auto& resources = stage.resources;
  const double grown = static_cast<double>(resources.memory_bytes) *
                       std::pow(stage.retry.oom_memory_factor, static_cast<double>(ooms));
  constexpr double kMost = 9e18;
  return {resources.cpu, static_cast<std::uint64_t>(std::min(grown, kMost)), resources.gpu};
}

namespace {

/// What CUDA makes of the variable: names up to the first empty one or negative number.
std::vector<std::string> parse_visible_devices(std::string_view text) {
  std::vector<std::string> names;
  for (const auto word : split(text, ',')) {
    const auto name = trim(word);
    if (name.empty() || name.starts_with('-')) {
      break;
    }
    names.emplace_back(name);
  }
  return names;
}

std::vector<std::string> list_devices(std::uint64_t count,
                                      const std::map<std::string, std::string>& environment) {
  const auto chosen = environment.find(std::string(kDevicesVariable));
  std::vector<std::string> names;
  if (chosen != environment.end()) {
    names = parse_visible_devices(chosen->second);
    names.resize(std::min<std::size_t>(names.size(), count));
    return names;
  }
  for (std::uint64_t i = 0; i < count; ++i) {
    names.push_back(std::to_string(i));
  }
  return names;
}

}  // namespace

Slots::Slots(const Pool& pool,
             std::uint32_t jobs,
             const std::map<std::string, std::string>& environment)
    : pool_(pool) {
  const auto machine = std::max<std::uint64_t>(os::processor_count(), jobs);
  limits_.cpu = pool.cpu_slots > 0 ? pool.cpu_slots : machine;
  limits_.memory = pool.memory_slots > 0 ? pool.memory_slots : os::usable_memory();
  const auto devices = pool.gpu_slots ? *pool.gpu_slots : os::gpu_count();
  limits_.gpus = list_devices(devices, environment);
  is_chosen_ = limits_.gpus.size() < devices;
  jobs_ = jobs > 0 ? jobs : static_cast<std::uint32_t>(std::min<std::uint64_t>(limits_.cpu, 1'024));
}

void Slots::check(const Stage& stage) const {
  const auto& needs = stage.resources;
  if (pool_.cpu_slots > 0 && needs.cpu > pool_.cpu_slots) {
    throw Error(ErrorKind::config,
                fmt::format("{}.resources.cpu: needs {}, and the pool {} has {}",
                            config::to_string(stage.position),
                            needs.cpu,
                            quote(pool_.name),
                            pool_.cpu_slots),
                "ask for less, or choose another pool");
  }
  if (needs.gpu > limits_.gpus.size()) {
    throw Error(ErrorKind::config,
                fmt::format("{}.resources.gpu: needs {}, and {} {}",
                            config::to_string(stage.position),
                            needs.gpu,
                            whose_devices(),
                            limits_.gpus.size()),
                is_chosen_ ? "ask for less, or name more devices in it"
                           : "ask for less, or declare slots = { gpu = N } of the pool");
  }
  if (pool_.memory_slots > 0 && needs.memory_bytes > pool_.memory_slots) {
    throw Error(ErrorKind::config,
                fmt::format("{}.resources.memory: needs {}, and the pool {} has {}",
                            config::to_string(stage.position),
                            format_bytes(needs.memory_bytes),
                            quote(pool_.name),
                            format_bytes(pool_.memory_slots)),
                "ask for less, or choose another pool");
  }
}

std::string Slots::whose_devices() const {
  if (is_chosen_) {
    return fmt::format("{} names", kDevicesVariable);
  }
  return (pool_.gpu_slots ? "the pool " + quote(pool_.name) : "this machine") + " has";
}

bool Slots::has_more_memory(const Stage& stage, std::uint32_t ooms) const {
  const auto had = std::min(needs_of(stage, ooms - 1).memory, limits_.memory);
  return stage.retry.oom_memory_factor <= 1.0 || stage.resources.memory_bytes == 0 ||
         std::min(needs_of(stage, ooms).memory, limits_.memory) > had;
}

bool Slots::try_take(const Needs& needs) {
  const auto cpu = std::min(needs.cpu, limits_.cpu);
  const auto memory = std::min(needs.memory, limits_.memory);
  if (running_ >= jobs_ || used_.cpu + cpu > limits_.cpu ||
      used_.memory + memory > limits_.memory || used_.gpu + needs.gpu > limits_.gpus.size()) {
    return false;
  }
  ++running_;
  used_.cpu += cpu;
  used_.memory += memory;
  used_.gpu += needs.gpu;
  return true;
}

void Slots::give_back(const Needs& needs) {
  --running_;
  used_.cpu -= std::min(needs.cpu, limits_.cpu);
  used_.memory -= std::min(needs.memory, limits_.memory);
  used_.gpu -= needs.gpu;
}

}  // namespace mlops::pipeline
