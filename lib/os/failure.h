#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace mlops::os {

/// The system's words for an errno, in the style of our messages: "no such file or directory".
std::string describe_errno(int error_number);

/// Throws Error{kind}: "cannot <action> '<path>': <reason>".
[[noreturn]] void throw_errno(int error_number,
                              std::string_view action,
                              const std::filesystem::path& path,
                              ErrorKind kind = ErrorKind::io);

}  // namespace mlops::os
