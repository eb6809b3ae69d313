#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/cancel.h"
#include "base/progress.h"
#include "os/beneath.h"
#include "store/store.h"

namespace mlops::workspace {

/// The file's own trouble while it is read, apart from trouble of the store that takes its bytes.
/// Caught in this room, never seen outside.
struct Unreadable {
  std::string problem;
};

struct StableRead {
  store::Entry entry;           ///< no name
  os::FileStat stat;            ///< equal before the first byte and after the last
  std::int64_t read_at_ns = 0;  ///< wall clock before the first byte
};

/// A regular file given to `writer` in one consistent state: when its stat changes while it is
/// read, it is read again, three times at most. `data_set` holds `path`: its objects lie together.
/// Throws Unreadable, or the writer's Error. Any thread.
StableRead read_stable(const os::Beneath& tree,
                       std::string_view data_set,
                       const std::string& path,
                       store::Writer& writer,
                       Progress& progress,
                       const CancelToken& cancel);

/// The target of a link as an entry, given to `writer`.
store::Entry read_link_entry(const os::Beneath& tree,
                             std::string_view data_set,
                             const std::string& path,
                             store::Writer& writer);

}  // namespace mlops::workspace
