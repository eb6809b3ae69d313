#include "workspace/disk_need.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/units.h"
#include "os/file.h"

namespace mlops::workspace {

void check_disk(const Workspace& workspace,
                std::uint64_t bytes,
                const std::string& what,
                const std::string& hint,
                const OnLargeNeed& on_large) {
  const fs::path store = workspace.store_directory();
  const DiskNeed need{
      bytes,
      os::free_disk_bytes(os::lstat_file(store) ? store : workspace.repository().common_dir())};
  if (need.bytes > need.free) {
    throw Error(ErrorKind::io,
                fmt::format("{} has {}, and the disk of the store has {} left",
                            what,
                            format_bytes(need.bytes),
                            format_bytes(need.free)),
                hint);
  }
  if (need.is_large() && on_large) {
    on_large(need);
  }
}

}  // namespace mlops::workspace
