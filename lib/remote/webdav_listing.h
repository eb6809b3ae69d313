#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::remote {

/// The body of a PROPFIND that asks for what a listing needs.
std::string_view webdav_question();

/// A resource that an answer to it names.
struct WebDavResource {
  std::string path;  ///< decoded, absolute, with the slash at its end that the server gave it
  bool is_collection = false;
  std::optional<std::uint64_t> size;
};
/// A multistatus of RFC 4918. Resources without a 2xx are left out. Error{corrupt} for what is
/// none, and for more than a million resources. `remote` is for messages.
std::vector<WebDavResource> parse_multistatus(std::string_view xml, const std::string& remote);

/// A member of a collection.
struct WebDavMember {
  std::string name;  ///< without slashes
  bool is_collection = false;
  std::uint64_t size = 0;
};
/// The members of the collection `path` ("/dav/team/"), sorted by name, from a listing of depth 1.
/// Error{corrupt} when the collection itself is not in it, for what does not lie directly in it,
/// for a name that comes twice, and for a file without a size.
std::vector<WebDavMember> members_of(const std::vector<WebDavResource>& resources,
                                     std::string_view path,
                                     const std::string& remote);

}  // namespace mlops::remote
