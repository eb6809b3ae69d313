#include "remote/webdav_listing.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "remote/http_object.h"
#include "remote/uri.h"
#include "remote/xml.h"

namespace mlops::remote {

namespace {

constexpr std::size_t kMaxResources = 1'000'000;

/// "HTTP/1.1 200 OK"
bool is_success(std::string_view status) {
  const auto space = status.find(' ');
  return space != std::string_view::npos && status.substr(space + 1).starts_with('2');
}

/// The path of "https://host/a%20b" or of "/a%20b"; empty when it is neither.
std::string path_of_href(std::string_view href) {
  if (const auto colon = href.find("://");
      colon != std::string_view::npos && colon < href.find('/')) {
    href.remove_prefix(std::min(href.find('/', colon + 3), href.size()));
  }
  return href.starts_with('/') ? decode_uri(href).value_or("") : std::string();
}

/// What stands between the tags of one response.
class Multistatus {
 public:
  explicit Multistatus(XmlReader& reader) : reader_(reader) {}

  std::vector<WebDavResource> read() {
    for (;;) {
      switch (reader_.next()) {
        case XmlReader::Event::open:
          open();
          break;
        case XmlReader::Event::text:
          text_ += reader_.text();
          break;
        case XmlReader::Event::close:
          close();
          break;
        case XmlReader::Event::end:
          return std::move(resources_);
      }
    }
  }

 private:
  /// Elements of others count under a name that nothing here has.
  void open() {
    place_ += "/" + (reader_.name_space() == "DAV:" ? reader_.name() : "?" + reader_.name());
    text_.clear();
    if (!place_.starts_with("/multistatus")) {
      reader_.fail("is no listing");
    }
    if (place_ == "/multistatus/response") {
      resource_ = {};
      has_failed_ = false;
    } else if (place_ == "/multistatus/response/propstat") {
      properties_ = {};
      is_found_ = true;
    }
  }

  void close() {
    const std::string_view within = std::string_view(place_).substr(
        std::min(place_.size(), std::string_view("/multistatus").size()));
    if (within == "/response/href") {
      resource_.path = path_of_href(trim(text_));
    } else if (within == "/response/status") {
      has_failed_ = !is_success(trim(text_));
    } else if (within == "/response/propstat/status") {
      is_found_ = is_success(trim(text_));
    } else if (within == "/response/propstat/prop/resourcetype/collection") {
      properties_.is_collection = true;
    } else if (within == "/response/propstat/prop/getcontentlength") {
      properties_.size = parse_number(trim(text_));
    } else if (within == "/response/propstat" && is_found_) {
      resource_.is_collection = resource_.is_collection || properties_.is_collection;
      resource_.size = properties_.size ? properties_.size : resource_.size;
    } else if (within == "/response") {
      finish();
    }
    place_.resize(place_.rfind('/'));
    text_.clear();
  }

  void finish() {
    if (resource_.path.empty()) {
      reader_.fail("has a resource without a path");
    }
    if (resources_.size() == kMaxResources) {
      reader_.fail(fmt::format("has more than {} resources", kMaxResources));
    }
    if (!has_failed_) {
      resources_.push_back(std::move(resource_));
    }
  }

  XmlReader& reader_;
  std::string place_;
  std::string text_;
  WebDavResource resource_;
  WebDavResource properties_;
  bool has_failed_ = false;
  bool is_found_ = true;
  std::vector<WebDavResource> resources_;
};

}  // namespace

std::string_view webdav_question() {
  return "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
         "<propfind xmlns=\"DAV:\"><prop><resourcetype/><getcontentlength/></prop></propfind>";
}

std::vector<WebDavResource> parse_multistatus(std::string_view xml, const std::string& remote) {
  XmlReader reader(xml, "a listing of " + remote);
  return Multistatus(reader).read();
}

std::vector<WebDavMember> members_of(const std::vector<WebDavResource>& resources,
                                     std::string_view path,
                                     const std::string& remote) {
  const auto fail = [&](std::string_view problem) {
    throw Error(ErrorKind::corrupt, fmt::format("a listing of {} {}", remote, problem));
  };
  std::vector<WebDavMember> members;
  bool is_whole = false;
  for (const WebDavResource& resource : resources) {
    std::string_view rest = resource.path;
    // Some leave the last slash of the collection out.
    if (resource.path == path || resource.path + "/" == path) {
      is_whole = resource.is_collection;
      continue;
    }
    if (!rest.starts_with(path)) {
      fail("names " + quote(resource.path) + ", which does not lie there");
    }
    rest.remove_prefix(path.size());
    rest.remove_suffix(rest.ends_with('/') ? 1 : 0);
    if (rest.empty() || rest.find('/') != std::string_view::npos) {
      fail("names " + quote(resource.path) + ", which does not lie directly in it");
    }
    if (!resource.is_collection && !resource.size) {
      fail("names " + quote(resource.path) + " without a size");
    }
    members.push_back({std::string(rest), resource.is_collection, resource.size.value_or(0)});
  }
  if (!is_whole) {
    fail("lacks the directory itself");
  }
  const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
  std::sort(members.begin(), members.end(), by_name);
  const auto twice =
      std::adjacent_find(members.begin(), members.end(), [](const auto& a, const auto& b) {
        return a.name == b.name;
      });
  if (twice != members.end()) {
    fail("names " + quote(twice->name) + " twice");
  }
  return members;
}

}  // namespace mlops::remote
