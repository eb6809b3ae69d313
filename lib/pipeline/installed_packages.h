#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/cancel.h"

namespace mlops::pipeline {

/// The Python packages below a prefix (lib/python3.*/site-packages/*.dist-info): name of the
/// directory → digest of its RECORD, which has the digest of every file that was installed. What
/// names the place or the tool of installation is left out: scripts hold the interpreter's absolute
/// path, direct_url.json the path of a local wheel. `skip_installer`: packages that this tool
/// recorded elsewhere ("conda").
std::map<std::string, std::string> digest_python_packages(const std::filesystem::path& prefix,
                                                          const std::string& skip_installer,
                                                          const CancelToken& cancel);

/// The lines of a RECORD that say what is installed, sorted.
std::vector<std::string> installed_files(std::string_view record);

}  // namespace mlops::pipeline
