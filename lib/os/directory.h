#pragma once

#include <string>
#include <vector>

#include <sys/stat.h>

#include "os/fd.h"
#include "os/file.h"

/// What file.h and beneath.h share; for the sources of this room.
namespace mlops::os {

FileStat to_file_stat(const struct ::stat& info);

/// Names in an open directory, without "." and "..", sorted by bytes. Takes the descriptor.
std::vector<std::string> list_open_directory(Fd directory, const fs::path& name_for_errors);

/// The target of the link `leaf` in `directory`, however long.
std::string read_link_at(int directory, const char* leaf, const fs::path& name_for_errors);

/// renameat2 with RENAME_NOREPLACE, also where the file system does not have it (there: no
/// directories). -1 and errno.
int rename_no_replace_at(int from_directory,
                         const char* from,
                         int to_directory,
                         const char* to) noexcept;

/// 0666 or 0777 or whatever the caller wants, less what the umask of this process takes away.
std::uint32_t without_umask(std::uint32_t mode);

}  // namespace mlops::os
