#pragma once

#include <string>

#include "os/beneath.h"
#include "store/store.h"

namespace mlops::workspace {

/// Whether a file is what a power cut leaves of `wanted`, which was being written: cut short, and
/// in each sector of 512 bytes what is wanted, or zeros. `stat` is the file as the caller knows it:
/// of one that changed since, false. Any thread. Error{corrupt} when the store cannot say what is
/// wanted, Error{io}.
bool is_torn(const os::Beneath& tree,
             const std::string& path,
             const os::FileStat& stat,
             const store::Store& store,
             const store::Entry& wanted);

}  // namespace mlops::workspace
