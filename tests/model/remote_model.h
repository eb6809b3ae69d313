#pragma once

#include <cstdint>
#include <optional>
#include <string>

/// The protocol of remotes (mlops-remote(7)) as states and steps, small enough that every order of
/// them can be looked at: two pushers that both need chunk A, which pack p0 has already, and one
/// chunk each of their own; gc; and the erasure of A. Anybody may stop for ever between two steps;
/// gc may fence any open session at any time.
namespace mlops::model {

/// What keeps data. A search without one of them must find how data is lost.
enum class Rule : std::uint8_t {
  revalidate,            ///< before it publishes, a push looks again for what it reuses
  unique_names,          ///< a pack that is uploaded again gets another name
  gc_compares,           ///< gc's head is a compare-and-swap
  push_compares,         ///< a push's head is a compare-and-swap
  delete_only_listed,    ///< gc deletes what a head lists as trash, not what no head lists
  fencing_counts,        ///< a push whose session was closed by somebody else starts anew
  erased_stays_erased,   ///< before it publishes, a push looks for tombstones
  erasure_sees_trash,    ///< erasure deletes what gc has listed and not deleted yet
  erasure_fences,        ///< erasure closes all open sessions
  outcome_is_looked_up,  ///< who is not told whether his head was stored looks
};

struct Setup {
  int attempts = 2;  ///< of each pusher
  int gc_rounds = 2;
  enum class Erasure { no, yes } erasure = Erasure::yes;
  /// `unknown`: a push may not be told whether its head was stored, be it or not.
  enum class Outcomes { told, unknown } outcomes = Outcomes::told;
  std::optional<Rule> without{};
};

struct Outcome {
  std::uint64_t states = 0;  ///< looked at
  std::string violation;     ///< empty: none
  int steps = 0;             ///< from the first state to the violation, at least
  /// An upload that was under way when A was erased landed after the erasure had ended: why erasure
  /// needs a second sweep.
  bool saw_late_upload = false;
};

/// Every state that can be reached, breadth first; ends at the first violation: a chunk of a
/// published root that no live pack holds, a push that says it is done and is not, an erased chunk
/// in a live pack, or an erased chunk that is stored and that nobody will delete.
Outcome explore(const Setup& setup);

}  // namespace mlops::model
