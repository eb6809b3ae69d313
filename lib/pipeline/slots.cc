#include "pipeline/slots.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "os/pool.h"

namespace mlops::pipeline {

Slots::Slots(const Pool& pool, std::uint32_t jobs) : pool_(pool) {
  const auto machine = std::max<std::uint64_t>(os::processor_count(), jobs);
  cpu_ = pool.cpu_slots > 0 ? pool.cpu_slots : machine;
  jobs_ = jobs > 0 ? jobs : static_cast<std::uint32_t>(std::min<std::uint64_t>(cpu_, 1'024));
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

std::uint64_t Slots::cpu_of(const Stage& stage) const {
  return std::min(stage.resources.cpu, cpu_);
}

bool Slots::try_take(const Stage& stage) {
  const bool has_memory =
      pool_.memory_slots == 0 || used_memory_ + stage.resources.memory_bytes <= pool_.memory_slots;
  if (running_ >= jobs_ || used_cpu_ + cpu_of(stage) > cpu_ || !has_memory) {
    return false;
  }
  ++running_;
  used_cpu_ += cpu_of(stage);
  used_memory_ += stage.resources.memory_bytes;
  return true;
}

void Slots::give_back(const Stage& stage) {
  --running_;
  used_cpu_ -= cpu_of(stage);
  used_memory_ -= stage.resources.memory_bytes;
}

}  // namespace mlops::pipeline
