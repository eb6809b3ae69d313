// What a WebDAV server lists, and what a netrc file says. The first byte says what the rest is.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "fuzz/harness.h"
#include "remote/location.h"
#include "remote/uri.h"
#include "remote/webdav_listing.h"
#include "remote/webdav_login.h"
#include "remote/xml.h"

namespace mlops {
namespace {

void read_document(std::string_view text) {
  remote::XmlReader reader(text, "x");
  std::size_t depth = 0;
  std::size_t bytes = 0;
  for (;;) {
    switch (reader.next()) {
      case remote::XmlReader::Event::open:
        fuzz::require(++depth <= 32 && reader.name().size() <= text.size());
        break;
      case remote::XmlReader::Event::close:
        fuzz::require(depth-- > 0);
        break;
      case remote::XmlReader::Event::text:
        bytes += reader.text().size();
        fuzz::require(bytes <= text.size() && depth > 0);
        break;
      case remote::XmlReader::Event::end:
        fuzz::require(depth == 0);
        return;
    }
  }
}

void read_listing(std::string_view text) {
  const auto resources = remote::parse_multistatus(text, "https://h/dav/");
  fuzz::require(resources.size() <= text.size());
  for (const auto& resource : resources) {
    fuzz::require(resource.path.starts_with('/') && resource.path.size() <= text.size());
  }
  const auto members = remote::members_of(resources, "/dav/", "https://h/dav/");
  fuzz::require(members.size() < resources.size());
  for (const auto& member : members) {
    fuzz::require(!member.name.empty() && member.name.find('/') == std::string::npos);
  }
}

void read_netrc(std::string_view text) {
  if (const auto login = remote::find_in_netrc(text, "h", "n")) {
    fuzz::require(login->user.size() + login->password.size() <= text.size());
  }
}

void read_location(std::string_view text) {
  const remote::Location location = remote::parse_location("https://" + std::string(text), "/base");
  const std::string path = remote::encode_uri(location.prefix, remote::Slashes::keep);
  const remote::Location again = remote::parse_location(location.origin + "/" + path, "/base");
  fuzz::require(again.prefix == location.prefix && again.origin == location.origin);
}

}  // namespace
}  // namespace mlops

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view text = mlops::fuzz::as_text(data + 1, size - 1);
  mlops::fuzz::expect_only({mlops::ErrorKind::corrupt, mlops::ErrorKind::config}, [&] {
    switch (data[0] % 4) {
      case 0:
        return mlops::read_document(text);
      case 1:
        return mlops::read_listing(text);
      case 2:
        return mlops::read_netrc(text);
      default:
        return mlops::read_location(text);
    }
  });
  return 0;
}
