#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "os/lock.h"
#include "os/pool.h"
#include "remote/chain.h"
#include "store/store.h"

namespace mlops::remote {

/// A version that is to be in the store; or all its directories, and of its files those at or below
/// these paths, relative to its top.
struct FetchedRoot {
  store::ObjectId id;
  std::vector<std::string> paths{};  ///< empty: all of it
};

struct FetchRequest {
  std::vector<FetchedRoot> roots;
  enum class Mode { dry_run, fetch } mode = Mode::fetch;
  Rollback rollback = Rollback::refuse;
  os::ThreadPool* pool = nullptr;      ///< as many downloads at once as it has threads
  const os::Waiter* waiter = nullptr;  ///< for whoever cleans the local store
};
struct FetchReport {
  std::vector<store::ObjectId> fetched;  ///< in a dry run: would be
  std::uint64_t present = 0;             ///< versions that the store had already
  std::vector<store::ObjectId> absent;   ///< versions that neither has
  std::uint64_t objects = 0;             ///< files' chunks that the store lacked
  std::uint64_t object_bytes = 0;        ///< of these, before compression
  std::uint64_t packs = 0;               ///< taken as a whole
  std::uint64_t bytes = 0;               ///< read from packs
};

/// Brings versions from a remote into the store (mlops-remote(7), "Fetch"): only objects that it
/// lacks; whole packs where most of one is wanted, else ranges. Every object is held against its id
/// before it is stored, and a version is there when all of it is. Of a version of which a part is
/// here, and nothing was pushed, what the remote has from others. What was fetched before an error
/// stays, and is not fetched again. Error{corrupt} for a remote that is damaged.
FetchReport fetch(Chain& chain,
                  store::Store& store,
                  const FetchRequest& request,
                  Progress& progress,
                  const CancelToken& cancel);

}  // namespace mlops::remote
