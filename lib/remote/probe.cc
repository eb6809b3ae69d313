#include "remote/probe.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"
#include "os/clock.h"
#include "os/random.h"
#include "remote/protocol.h"

namespace mlops::remote {

namespace {

constexpr std::size_t kRaces = 200;
constexpr std::size_t kRunners = 4;  ///< in each race
constexpr std::int64_t kMaxClockSkew = 300;

class Prober {
 public:
  Prober(Transport& transport, Progress& progress, const CancelToken& cancel)
      : transport_(transport), progress_(progress), cancel_(cancel) {
    std::array<std::uint8_t, 16> name{};
    os::random_bytes(name);
    prefix_ = "probe/" + to_hex(name) + "/";
    content_.resize(100'000);
    os::random_bytes(content_);
  }

  std::vector<ProbeResult> run() {
    check("write", [&] {
      transport_.put(prefix_ + "a", content_);
      return std::string();
    });
    check("read", [&] { return read_back(); });
    check("list", [&] { return list(); });
    check("delete", [&] { return remove(); });
    check("clock", [&] { return ask_clock(); });
    check("compare-and-swap", [&] { return race(); });
    return std::move(results_);
  }

 private:
  /// `test` returns what is wrong.
  void check(const std::string& what, const std::function<std::string()>& test) {
    cancel_.check();
    ProbeResult result{what, ProbeResult::State::works, {}};
    try {
      result.detail = test();
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) {
        throw;
      }
      result.detail = error.message();
    }
    if (!result.detail.empty()) {
      // Nothing depends on a clock, and only who cleans a remote deletes.
      const bool is_needed = what != "clock" && what != "delete";
      result.state = is_needed ? ProbeResult::State::fails : ProbeResult::State::unsure;
    }
    results_.push_back(std::move(result));
  }

  std::string read_back() {
    if (transport_.get(prefix_ + "a", content_.size()) != content_) {
      return "what was written is not what is read";
    }
    const auto part = transport_.get_range(prefix_ + "a", 1000, 5000);
    if (!part || !std::equal(part->begin(), part->end(), content_.begin() + 1000) ||
        part->size() != 5000) {
      return "a part of an object is not what was asked for";
    }
    return transport_.get(prefix_ + "absent", 1) ? "an object that was never written is read" : "";
  }

  std::string list() {
    transport_.put(prefix_ + "b", {});
    const std::vector<Transport::Object> all{{prefix_ + "a", content_.size()}, {prefix_ + "b", 0}};
    if (transport_.list(prefix_, "", 10) != all) {
      return "objects that were written are not listed";
    }
    return transport_.list(prefix_, prefix_ + "a", 10) == std::vector(1, all[1])
               ? ""
               : "a listing does not start where it should";
  }

  std::string remove() {
    const bool was_there = transport_.remove(prefix_ + "a") && transport_.remove(prefix_ + "b");
    if (!was_there || transport_.size(prefix_ + "a")) {
      return "an object that was deleted is still there";
    }
    can_delete_ = true;
    return "";
  }

  std::string ask_clock() {
    constexpr std::int64_t kNsPerSecond = 1'000'000'000;
    const std::int64_t skew = transport_.clock() - os::wall_time_ns() / kNsPerSecond;
    return skew > kMaxClockSkew || skew < -kMaxClockSkew
               ? fmt::format("{} seconds {} of this machine's",
                             skew < 0 ? -skew : skew,
                             skew < 0 ? "behind" : "ahead")
               : "";
  }

  std::string race() {
    progress_.begin("racing for names", kRaces, 0);
    std::vector<std::atomic<std::size_t>> winners(kRaces);
    std::vector<std::atomic<std::size_t>> winner(kRaces);
    os::ThreadPool pool(kRunners);
    pool.for_each(kRaces * kRunners, [&](std::size_t i) {
      const std::size_t number = i / kRunners;
      if (cancel_.is_cancelled()) {
        return;
      }
      const auto runner = static_cast<std::uint8_t>(i % kRunners);
      if (transport_.put_if_absent(name_of(number), std::array{runner}) == Transport::Put::stored) {
        ++winners[number];
        winner[number] = runner;
      }
      progress_.advance(runner == 0 ? 1 : 0, 0);
    });
    cancel_.check();
    std::size_t bad = 0;
    for (std::size_t number = 0; number < kRaces; ++number) {
      const auto found = transport_.get(name_of(number), 1);
      const bool is_good =
          winners[number] == 1 && found && found->size() == 1 && found->front() == winner[number];
      bad += is_good ? 0U : 1U;
      if (can_delete_) {
        transport_.remove(name_of(number));
      }
    }
    progress_.end();
    return bad == 0 ? "" : fmt::format("{} of {} races had not exactly one winner", bad, kRaces);
  }

  std::string name_of(std::size_t race) const { return fmt::format("{}r{}", prefix_, race); }

  Transport& transport_;
  Progress& progress_;
  const CancelToken& cancel_;
  std::string prefix_;
  Bytes content_;
  bool can_delete_ = false;
  std::vector<ProbeResult> results_;
};

}  // namespace

std::vector<ProbeResult> probe(Transport& transport,
                               Progress& progress,
                               const CancelToken& cancel) {
  // A place that nothing reaches has no abilities to list.
  transport.get(kFormatKey, kMaxFormatBytes);
  return Prober(transport, progress, cancel).run();
}

bool is_usable(const std::vector<ProbeResult>& results) {
  return std::none_of(results.begin(), results.end(), [](const ProbeResult& result) {
    return result.state == ProbeResult::State::fails;
  });
}

}  // namespace mlops::remote
