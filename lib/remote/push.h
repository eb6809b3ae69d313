#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "os/lock.h"
#include "os/pool.h"
#include "remote/chain.h"
#include "store/store.h"

namespace mlops::remote {

/// A version that is to be on the remote, and the path of its data set, for people.
struct WantedRoot {
  store::ObjectId id;
  std::string data_set;
};

struct PushRequest {
  std::vector<WantedRoot> roots;
  enum class Mode { dry_run, push } mode = Mode::push;
  Rollback rollback = Rollback::refuse;
  os::ThreadPool* pool = nullptr;      ///< uploads as many packs at once as it has threads
  const os::Waiter* waiter = nullptr;  ///< for whoever cleans the local store
};
struct PushReport {
  std::vector<WantedRoot> published;  ///< in a dry run: would be
  std::uint64_t present = 0;          ///< versions that the remote had already
  std::uint64_t objects = 0;          ///< that it lacked
  std::uint64_t object_bytes = 0;     ///< before compression
  std::uint64_t packs = 0;            ///< uploaded
  std::uint64_t bytes = 0;            ///< of packs and their index
};

/// Brings versions to a remote (mlops-remote(7), "Push"): opens a session, uploads what no live
/// pack has, looks again at all it relies on, publishes by compare-and-swap. Makes the remote if
/// there is none. Where it ends early, nothing is published, and the next push begins anew.
/// A version of which a part is here is published where the remote has the rest. Error{corrupt} for
/// one that lacks more, Error{conflict} for a remote that went
/// back, or a session that others closed again and again; others as the transport's.
PushReport push(Chain& chain,
                store::Store& store,
                const PushRequest& request,
                Progress& progress,
                const CancelToken& cancel);

}  // namespace mlops::remote
