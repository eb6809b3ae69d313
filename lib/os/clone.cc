#include "os/clone.h"

#include <array>

#include "os/file.h"
#include "os/sys.h"

namespace mlops::os {

bool can_clone_files(const std::filesystem::path& directory) {
  constexpr std::size_t kBlock = 4096;
  TempFile source(directory, "tmp-clone-");
  TempFile target(directory, "tmp-clone-");
  const std::array<std::uint8_t, kBlock> block{};
  source.write(block);
  return sys::clone_file(target.fd().get(), source.fd().get()) == 0;
}

}  // namespace mlops::os
