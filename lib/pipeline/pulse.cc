#include "pipeline/pulse.h"

#include <algorithm>
#include <vector>

#include "os/clock.h"

namespace mlops::pipeline {

namespace {

using std::chrono::duration;
using std::chrono::nanoseconds;

constexpr nanoseconds kBetweenLooks = std::chrono::seconds(1);
/// So many times as long as a look takes there is none.
constexpr int kRest = 50;

}  // namespace

void StageGauge::set_process(std::int64_t id) {
  const std::lock_guard lock(mutex_);
  process_ = id;
}

std::int64_t StageGauge::process() const {
  const std::lock_guard lock(mutex_);
  return process_;
}

void StageGauge::set_line(std::string_view line) {
  const std::lock_guard lock(mutex_);
  line_ = line.substr(0, kLineBytes);
}

std::string StageGauge::line() const {
  const std::lock_guard lock(mutex_);
  return line_;
}

void UsageMeter::look(const Processes& processes, nanoseconds now) {
  std::erase_if(measured_, [&](const auto& one) {
    const auto found = processes.find(one.first);
    return found == processes.end() || found->second != one.second.process;
  });
  if (now < next_look_) {
    return;
  }
  std::vector<std::int64_t> ids;
  ids.reserve(processes.size());
  for (const auto& [instance, process] : processes) {
    ids.push_back(process);
  }
  const auto began = os::monotonic_time();
  const auto usages = os::measure_processes(ids);
  next_look_ = now + std::max(kBetweenLooks, (os::monotonic_time() - began) * kRest);
  std::size_t place = 0;
  for (const auto& [instance, process] : processes) {
    if (const auto& usage = usages[place++]; usage) {
      add(instance, process, *usage, now);
    }
  }
}

void UsageMeter::add(std::size_t instance,
                     std::int64_t process,
                     const os::ProcessUsage& usage,
                     nanoseconds now) {
  auto& measured = measured_[instance];
  const auto passed = now - measured.at;
  // A child that nobody waited for takes its time away with it.
  const auto used = std::max(usage.cpu - measured.cpu, std::chrono::milliseconds(0));
  if (measured.process != 0 && passed.count() > 0) {
    measured.usage.processors = duration<double>(used) / duration<double>(passed);
  }
  measured.usage.memory_bytes = usage.rss_bytes;
  measured.process = process;
  measured.cpu = usage.cpu;
  measured.at = now;
}

Usage UsageMeter::usage_of(std::size_t instance) const {
  const auto found = measured_.find(instance);
  return found == measured_.end() ? Usage() : found->second.usage;
}

}  // namespace mlops::pipeline
