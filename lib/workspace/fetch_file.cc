#include "workspace/fetch_file.h"

#include "os/file.h"

namespace mlops::workspace {

std::optional<std::filesystem::path> fetch_file(const Workspace& workspace,
                                                const Revision& version,
                                                std::string_view path,
                                                const std::filesystem::path& target,
                                                const CancelToken& cancel) {
  using Origin = Revision::Origin;
  const Revision::Located located = version.locate(path);
  if (located.origin == Origin::absent) {
    return std::nullopt;
  }
  if (located.origin == Origin::work_tree) {
    return workspace.top() / path;
  }
  os::TempFile copy(target.parent_path());
  version.read(path, [&](std::span<const std::uint8_t> bytes) {
    cancel.check();
    copy.write(bytes);
  });
  copy.publish(target, os::Durability::relaxed, os::TempFile::Replace::no);
  return target;
}

}  // namespace mlops::workspace
