#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "remote/cache.h"
#include "remote/protocol.h"
#include "remote/state.h"
#include "remote/transport.h"

namespace mlops::remote {

/// Whether a remote that went back behind what this clone has seen is believed.
enum class Rollback { refuse, accept };

/// The heads of one remote (mlops-remote(7), "Heads"): finds the newest, and adds the next by
/// compare-and-swap. One thread.
class Chain {
 public:
  /// `place` is the remote's URL. The transport outlives this.
  Chain(Transport& transport, Cache cache, std::string place);

  /// Reads the newest head: two requests when nothing is new. Nothing when there is no remote yet.
  /// Error{conflict} when the remote went back or is another than before, Error{network} for a
  /// listing that lacks what was seen, Error{corrupt}, Error{config} for a newer format.
  bool open(Rollback rollback = Rollback::refuse);
  /// Makes the remote, unless another clone was faster, and reads its newest head.
  void create();
  /// Reads the heads after the one that is known: one request when there is none.
  void follow();

  /// Of the head that was read last.
  const Head& head() const { return head_; }
  const State& state() const { return *state_; }
  const Format& format() const { return format_; }
  const std::string& place() const { return place_; }
  Transport& transport() const { return transport_; }
  const Cache& cache() const { return cache_; }

  struct Change {
    std::vector<Record> records{};
    std::optional<OpenSession> opens{};
    std::vector<SessionId> closes{};
  };
  /// Adds the head that follows the known one. False when somebody else was faster: the newest head
  /// is then read, and nothing of the change is done. An outcome that the transport does not know
  /// is looked up. Error{config} when this program may not write here.
  bool advance(const Change& change);

 private:
  struct Position {
    std::uint64_t number = 0;  ///< 0: before the first
    Digest hash{};
  };
  bool open_newest(Rollback rollback);
  bool try_read_format();
  bool find_format();
  std::uint64_t find_newest(std::uint64_t known);
  bool try_read(std::uint64_t number);
  void check_link(const Head& head, const Digest& hash, const Position& before) const;
  void check_remembered(const Head& head, const Position& before);
  void take(Head head, const Digest& hash);
  void take_new(Head head, const Digest& hash, std::span<const Record> added);
  Bytes load_state(const StateRef& ref) const;
  std::vector<Record> decode(const StateRef& ref) const;
  void add_state(std::vector<StateRef>& states, std::span<const Record> records);
  bool put_head(const Head& head, const Bytes& bytes);
  std::string describe(std::string_view key) const;
  void save_seen() const;

  Transport& transport_;
  Cache cache_;
  std::string place_;
  Format format_;
  Position position_;
  Head head_;
  std::shared_ptr<const State> state_ = std::make_shared<State>();
};

/// What this clone saw of a remote when it last asked it. Nothing when it never did, or its cache
/// does not have all of it.
std::optional<State> last_seen_state(const Cache& cache, const std::string& place);

}  // namespace mlops::remote
