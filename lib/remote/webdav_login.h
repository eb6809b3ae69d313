#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "remote/http.h"

namespace mlops::remote {

/// Who asks a WebDAV server. Never part of a message.
struct WebDavLogin {
  std::string user;
  std::string password;
  std::string token;  ///< instead of both
};
/// The value of the header Authorization: Basic, or Bearer.
std::string authorization_of(const WebDavLogin& login);

/// MLOPS_WEBDAV_USER and MLOPS_WEBDAV_PASSWORD, or MLOPS_WEBDAV_TOKEN, where MLOPS_WEBDAV_ORIGIN
/// says that they are for this origin; else what NETRC, or ~/.netrc, has for its host. A URL comes
/// with a git pull: nothing is sent to a place that the user did not name. `environment` is
/// "NAME=value". Error{config} for variables without an origin, for a netrc that others may read,
/// or that cannot be parsed; no message has a value of it.
std::optional<WebDavLogin> find_webdav_login(const Origin& origin,
                                             const std::vector<std::string>& environment);

/// What git's credential helpers have for an origin: `git credential fill`, which asks nobody.
/// Nothing when they have nothing.
std::optional<WebDavLogin> ask_git_for_login(const Origin& origin,
                                             const std::filesystem::path& git,
                                             std::vector<std::string> environment,
                                             const std::filesystem::path& directory,
                                             const CancelToken& cancel);

/// The first "machine" of that host. "default", which is for hosts that nobody named, and macros
/// are passed over. Error{config} with file and line.
std::optional<WebDavLogin> find_in_netrc(std::string_view text,
                                         std::string_view host,
                                         const std::string& file);

}  // namespace mlops::remote
