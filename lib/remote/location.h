#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "remote/transport.h"

namespace mlops::remote {

/// What a remote's URL says.
struct Location {
  enum class Kind {
    directory,
    not_built,  ///< ssh, s3, gs, az, http, https: kinds that this version refuses
  } kind = Kind::directory;
  std::string scheme;               ///< empty: a plain path
  std::filesystem::path directory;  ///< absolute
};

/// `file:///path`, or a path, which is relative to `base`. Error{config} for everything that is
/// neither that nor a kind of remote to come.
Location parse_location(std::string_view url, const std::filesystem::path& base);

/// Error{config} for a kind that is not built, Error{io} for a directory that is not there.
std::unique_ptr<Transport> open_transport(const Location& location);

}  // namespace mlops::remote
