#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "os/beneath.h"

namespace mlops::pipeline {

struct WalkedFile {
  std::string path;
  os::FileStat stat;
};

/// Every file and link below `directory` ("" for the whole tree), sorted by path; `.git` and
/// `.mlops` are left out at every depth, links are not followed. `enter` may keep the walk out of
/// a directory. Linear in the entries met; empty when `directory` does not exist.
std::vector<WalkedFile> walk_files(const os::Beneath& tree,
                                   std::string_view directory,
                                   const std::function<bool(const std::string&)>& enter,
                                   const CancelToken& cancel);

}  // namespace mlops::pipeline
