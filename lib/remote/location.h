#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "remote/transport.h"

namespace mlops::remote {

/// What a remote's URL says.
struct Location {
  enum class Kind {
    directory,
    ssh,        ///< a directory of another machine
    s3,         ///< objects of a bucket
    webdav,     ///< files of an HTTP server
    not_built,  ///< gs, az: kinds that this version refuses
  } kind = Kind::directory;
  std::string scheme{};               ///< empty: a plain path
  std::filesystem::path directory{};  ///< absolute
  // Of ssh; empty where the URL says nothing.
  std::string user{};
  std::string host{};
  std::string port{};
  // Of s3.
  std::string bucket{};
  std::string prefix{};  ///< without slashes at its ends; of webdav, too
  // Of webdav.
  std::string origin{};  ///< "https://host:port"
};

/// `file:///path`, or a path, which is relative to `base`; `ssh://[user@]host[:port]/path`;
/// `s3://bucket[/prefix]`; `https://host[:port]/path`, of this machine itself also http://.
/// Error{config} for everything that is neither that nor a kind of remote to come. No text of a URL
/// that may hold a password is in a message.
Location parse_location(std::string_view url, const std::filesystem::path& base);

/// What opening a remote takes from the process that opens it.
struct Surroundings {
  std::vector<std::string> environment;  ///< "NAME=value", of programs that are started
  std::string search_path;               ///< where these are
  std::filesystem::path directory;
  const CancelToken* cancel = nullptr;  ///< of what is waited for; outlives the transport
};

/// What the settings of a remote say besides its URL.
struct RemoteOptions {
  std::string endpoint;  ///< of S3; empty: AWS's
  std::string region;    ///< of S3; empty: the account's
};

/// The argument vector that starts `mlops serve` at a location of the kind ssh: ssh, which asks
/// nothing and gives up on a host that does not answer.
std::vector<std::string> ssh_command(const std::filesystem::path& ssh, const Location& location);

/// Error{config} for a kind that is not built, for one whose program is not installed and for one
/// that has no credentials, Error{io} for a directory that is not there. A host is asked at the
/// first request only.
std::unique_ptr<Transport> open_transport(const Location& location,
                                          const RemoteOptions& options,
                                          const Surroundings& surroundings);

}  // namespace mlops::remote
