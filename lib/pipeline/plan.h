#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pipeline/cache_entry.h"
#include "pipeline/environments.h"
#include "pipeline/inputs.h"
#include "pipeline/instance_memory.h"
#include "pipeline/key.h"
#include "pipeline/run.h"
#include "pipeline/run_context.h"

namespace mlops::pipeline {

/// What is to be done about an instance. Undecided while its inputs cannot be told.
struct Plan {
  enum class Step { undecided, missing_deps, hit, run } step = Step::undecided;
  Inputs inputs;
  EnvironmentIdentity environment;
  KeyParts parts;
  store::ObjectId key;
  std::optional<CacheEntry> cached;          ///< for a hit
  std::vector<std::size_t> outs_to_restore;  ///< of a hit
  bool is_entry_lost = false;                ///< there is an entry, but not all that it names
  bool lacks_ignore_file = false;            ///< of a hit: a data out lies beside no .gitignore
  std::string reason;
  std::vector<KeyDifference> differences;  ///< from the last run of the instance in this work tree
};

/// The reason of a plan under --no-cache.
inline constexpr std::string_view kNoCache = "--no-cache";

/// The outs of a hit, for those that read them: in the work tree, or else in the store.
void add_made_outs(const Plan& plan, MadeOuts& made);

/// False for stages that always run: `cache = false`, or neither deps nor params.
bool is_cacheable(const Stage& stage);

/// The parts of the last key of each instance of this work tree, as add_substituted gives them, to
/// explain the next one.
class KeyMemory {
 public:
  explicit KeyMemory(const RunContext& context) : memory_(context, "last-keys") {}
  std::optional<KeyParts> find(const Instance& instance) const { return memory_.find(instance); }
  void remember(const Instance& instance, const KeyParts& parts) const;

 private:
  InstanceMemory memory_;
};

/// Plans instances on the main thread; changes nothing.
class Planner {
 public:
  explicit Planner(const RunContext& context);
  Plan plan(const Instance& instance, const MadeOuts& made);
  InputReader& inputs() { return inputs_; }
  StageEnvironment& environment_of(const Instance& instance) { return environments_.of(instance); }
  /// What the instance runs in; empty while that cannot be told without asking tools.
  EnvironmentIdentity identify(const Instance& instance) {
    return environments_.identify(instance);
  }
  const KeyMemory& memory() const { return memory_; }

 private:
  void look_up(const Instance& instance, Plan& plan);
  bool find_restorable(const Instance& instance, Plan& plan, CacheEntry& entry);
  void explain(const Instance& instance, Plan& plan);

  const RunContext& context_;
  InputReader inputs_;
  Environments environments_;
  KeyMemory memory_;
};

}  // namespace mlops::pipeline
