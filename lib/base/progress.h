#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mlops {

/// Where long work says how far it is. Library code calls it; cmd/ui draws it. Implementations are
/// thread-safe and cheap: callers may report every file or chunk.
class Progress {
 public:
  virtual ~Progress() = default;
  /// Starts a phase, e.g. "hashing". Totals of 0 mean unknown.
  virtual void begin(std::string_view phase,
                     std::uint64_t total_items,
                     std::uint64_t total_bytes) = 0;
  /// Starts a phase of which nothing is heard until its end, the work of another program that takes
  /// a while: people are told at once, without a terminal too.
  virtual void begin_wait(std::string_view phase) { begin(phase, 0, 0); }
  virtual void advance(std::uint64_t items, std::uint64_t bytes) = 0;
  virtual void end() = 0;
  /// Something that the user should know although the work goes on. Raw text, one line.
  virtual void warn(std::string_view message) = 0;
};

/// Swallows progress; keeps nothing. For tests and quiet callers.
class NoProgress final : public Progress {
 public:
  void begin(std::string_view, std::uint64_t, std::uint64_t) override {}
  void advance(std::uint64_t, std::uint64_t) override {}
  void end() override {}
  void warn(std::string_view) override {}
};

}  // namespace mlops
