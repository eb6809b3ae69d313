#include "remote/webdav_transport.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"
#include "os/pool.h"
#include "os/random.h"
#include "remote/http_object.h"
#include "remote/http_status.h"
#include "remote/uri.h"

namespace mlops::remote {

namespace {

constexpr std::uint64_t kMaxListingBytes = 256U << 20U;
/// Of the collection that wins a slot, and of what lies in it. No key ends so.
constexpr std::string_view kSlot = ".slot";
constexpr std::string_view kSlotObject = ".slot/object";

/// No key: others leave it alone.
std::string temporary_name() {
  std::array<std::uint8_t, 16> name{};
  os::random_bytes(name);
  return "mlops-tmp-" + to_hex(name);
}

std::string checked_key(std::string_view key) {
  if (!is_key(key)) {
    throw Error(ErrorKind::internal, quote(key) + " is no key of a remote");
  }
  return std::string(key);
}

}  // namespace

WebDavTransport::WebDavTransport(WebDavPlace place,
                                 const std::optional<WebDavLogin>& login,
                                 AskLogin ask,
                                 std::optional<Proxy> proxy,
                                 const CancelToken& cancel)
    : place_(std::move(place)),
      ask_(std::move(ask)),
      cancel_(cancel),
      client_(std::make_unique<HttpClient>(place_.origin, std::move(proxy), cancel)),
      authorization_(login ? authorization_of(*login) : std::string()),
      was_asked_(login.has_value()) {
  name_ = place_.origin.text() + url_path("");
}

std::string WebDavTransport::url_path(const std::string& path) const {
  const std::string top = place_.path.empty() ? "/" : "/" + place_.path + "/";
  return encode_uri(top + path, Slashes::keep);
}

std::string WebDavTransport::authorization() {
  const std::lock_guard lock(mutex_);
  return authorization_;
}

std::string WebDavTransport::authorize(const std::string& refused) {
  const std::lock_guard lock(mutex_);
  if (!was_asked_) {
    was_asked_ = true;
    const auto login = ask_ ? ask_() : std::nullopt;
    authorization_ = login ? authorization_of(*login) : std::string();
  }
  return authorization_ == refused ? std::string() : authorization_;
}

HttpResponse WebDavTransport::send(const Call& call, const std::string& authorization) {
  HttpRequest request{.method = call.method,
                      .target = url_path(call.path),
                      .headers = call.headers,
                      .body = call.body,
                      .max_body_bytes = call.max_body_bytes};
  if (!authorization.empty()) {
    request.headers.emplace_back("authorization", authorization);
  }
  return client_->send(request);
}

HttpResponse WebDavTransport::call_once(const Call& call) {
  try {
    const std::string first = authorization();
    HttpResponse response = send(call, first);
    if (response.status != kUnauthorized) {
      return response;
    }
    const std::string other = authorize(first);
    return other.empty() ? response : send(call, other);
  } catch (Error& error) {
    error.add_context("remote " + name_);
    throw;
  }
}

SettledAnswer WebDavTransport::call(const Call& call, const std::vector<int>& good) {
  SettledAnswer answer = send_until_settled([&] { return call_once(call); }, {}, cancel_);
  if (std::find(good.begin(), good.end(), answer.response.status) == good.end()) {
    fail(call, answer.response);
  }
  return answer;
}

void WebDavTransport::fail(const Call& call, const HttpResponse& response) {
  const int status = response.status;
  const std::string what = call.path.empty() ? "itself" : call.path;
  const auto refuse = [](const std::string& message, std::string hint) {
    throw Error(ErrorKind::config, message, std::move(hint));
  };
  if (status == kUnauthorized) {
    refuse(authorization().empty() ? name_ + " wants a login, and there is none for it"
                                   : name_ + " refuses this login",
           fmt::format("a line of ~/.netrc: machine {} login <user> password <password>",
                       place_.origin.host));
  }
  if (status == kForbidden) {
    refuse(fmt::format("{} refuses {} of {}", name_, call.method, what),
           "does this login have the right to read and write there?");
  }
  if (status >= 300 && status < 400) {
    refuse(fmt::format(
               "{} redirects to another place, which is not followed: status {}", name_, status),
           "a remote's URL is the place where the redirect ends");
  }
  if (status == kNotFound) {
    refuse(name_ + " is not there", "the directory has to exist on the server");
  }
  if (status == kTooLarge) {
    refuse(fmt::format("{} takes no file of {} bytes", name_, call.body.size()),
           "nginx: client_max_body_size 64m;");
  }
  if (status == kNoSpace) {
    throw Error(ErrorKind::io, name_ + " has no space left");
  }
  if (status == kNotAllowed || status == kNotImplemented) {
    refuse(fmt::format("{} does not do {}: status {}", name_, call.method, status),
           "is it WebDAV? nginx: dav_methods PUT DELETE MKCOL MOVE; dav_ext_methods PROPFIND;");
  }
  throw Error(
      is_passing(status) ? ErrorKind::network : ErrorKind::config,
      fmt::format("{} answers to {} of {} with status {}", name_, call.method, what, status),
      is_passing(status) ? "try again later" : "is it WebDAV?");
}

HttpResponse WebDavTransport::ask_place() {
  return call({.method = "PROPFIND",
               .headers = {{"depth", "0"}, {"content-type", "application/xml"}},
               .body = codec::as_bytes(webdav_question())},
              {kMultistatus})
      .response;
}

void WebDavTransport::confirm_place() {
  {
    const std::lock_guard lock(mutex_);
    if (is_confirmed_) {
      return;
    }
  }
  const auto resources = parse_multistatus(codec::as_text(ask_place().body), name_);
  if (resources.size() != 1 || !resources.front().is_collection) {
    throw Error(ErrorKind::config, name_ + " is no directory", "the URL of a directory there");
  }
  const std::lock_guard lock(mutex_);
  is_confirmed_ = true;
}

std::optional<HttpResponse> WebDavTransport::find(Call call,
                                                  std::string_view key,
                                                  const std::vector<int>& good) {
  const std::string name = checked_key(key);
  for (const std::string& path : {name, name + std::string(kSlotObject)}) {
    call.path = path;
    HttpResponse response = this->call(call, good).response;
    if (response.status != kNotFound) {
      return response;
    }
  }
  confirm_place();
  return std::nullopt;
}

std::optional<Bytes> WebDavTransport::get(std::string_view key, std::uint64_t max_bytes) {
  auto response =
      find({.method = "GET", .max_body_bytes = answer_bound(max_bytes)}, key, {kOk, kNotFound});
  return response ? std::optional(whole_object(std::move(*response), {key, name_}, max_bytes))
                  : std::nullopt;
}

std::optional<Bytes> WebDavTransport::get_range(std::string_view key,
                                                std::uint64_t offset,
                                                std::uint64_t length) {
  if (length == 0) {
    const auto whole = size(key);
    if (whole && *whole < offset) {
      fail_too_short({key, name_}, offset);
    }
    return whole ? std::optional(Bytes()) : std::nullopt;
  }
  const ObjectRange range(offset, length);
  auto response = find({.method = "GET",
                        .headers = {{"range", range.header()}},
                        .max_body_bytes = answer_bound(length)},
                       key,
                       {kPartial, kNotFound, kRangeNotSatisfiable});
  return response ? std::optional(range.part_of(std::move(*response), {key, name_})) : std::nullopt;
}

std::optional<std::uint64_t> WebDavTransport::size(std::string_view key) {
  const auto response = find({.method = "HEAD"}, key, {kOk, kNotFound});
  return response ? std::optional(size_of_object(*response, {key, name_})) : std::nullopt;
}

std::optional<std::uint64_t> WebDavTransport::size_at(const std::string& path) {
  const HttpResponse response = call({.method = "HEAD", .path = path}, {kOk, kNotFound}).response;
  return response.status == kOk ? std::optional(size_of_object(response, {path, name_}))
                                : std::nullopt;
}

void WebDavTransport::make_parents(std::string_view key) {
  confirm_place();
  for (auto slash = key.find('/'); slash != std::string_view::npos;
       slash = key.find('/', slash + 1)) {
    const std::string parent(key.substr(0, slash + 1));
    {
      const std::lock_guard lock(mutex_);
      if (made_.contains(parent)) {
        continue;
      }
    }
    // 405: it is there.
    call({.method = "MKCOL", .path = parent}, {kCreated, kNotAllowed});
    const std::lock_guard lock(mutex_);
    made_.insert(parent);
  }
}

void WebDavTransport::upload(const std::string& path, std::span<const std::uint8_t> bytes) {
  call({.method = "PUT", .path = path, .body = bytes}, {kOk, kCreated, kNoContent});
  // Nothing of WebDAV says what arrived but this.
  const auto arrived = size_at(path);
  if (arrived != bytes.size()) {
    throw Error(ErrorKind::network,
                fmt::format("{} took {} bytes, and has {} of them",
                            name_,
                            bytes.size(),
                            arrived ? std::to_string(*arrived) : std::string("none")));
  }
}

SettledAnswer WebDavTransport::move(const std::string& from,
                                    const std::string& to,
                                    char overwrite) {
  return call({.method = "MOVE",
               .path = from,
               .headers = {{"destination", place_.origin.text() + url_path(to)},
                           {"overwrite", std::string(1, overwrite)}}},
              {kCreated, kNoContent, kNotFound, kNotAllowed, kConflict, kPreconditionFailed});
}

void WebDavTransport::put(std::string_view key, std::span<const std::uint8_t> bytes) {
  const std::string name = checked_key(key);
  make_parents(key);
  const std::string temporary = temporary_name();
  upload(temporary, bytes);
  const SettledAnswer answer = move(temporary, name, 'T');
  if (answer.response.status == kCreated || answer.response.status == kNoContent) {
    return;
  }
  // The try whose answer did not come has moved it.
  const bool was_moved =
      answer.is_repeated && answer.response.status == kNotFound && size_at(name) == bytes.size();
  if (!was_moved) {
    fail({.method = "MOVE", .path = name, .body = bytes}, answer.response);
  }
}

Transport::Put WebDavTransport::move_to_slot(const std::string& from, std::string_view key) {
  const std::string slot = std::string(key) + std::string(kSlot) + "/";
  const SettledAnswer answer = move(from, slot, 'F');
  const int status = answer.response.status;
  if (status == kCreated || status == kNoContent) {
    return Put::stored;
  }
  // It may be ours: of the try whose answer did not come.
  if (answer.is_repeated) {
    return Put::unknown;
  }
  // Between the server's look and its rename there was another one.
  const bool is_taken = status == kPreconditionFailed ||
                        size_at(std::string(key) + std::string(kSlotObject)).has_value();
  if (!is_taken) {
    fail({.method = "MOVE", .path = slot}, answer.response);
  }
  return Put::exists;
}

Transport::Put WebDavTransport::put_if_absent(std::string_view key,
                                              std::span<const std::uint8_t> bytes) {
  const std::string name = checked_key(key);
  make_parents(key);
  if (size_at(name)) {
    return Put::exists;
  }
  const std::string temporary = temporary_name() + "/";
  call({.method = "MKCOL", .path = temporary}, {kCreated, kNotAllowed});
  upload(temporary + "object", bytes);
  Put put = Put::unknown;
  try {
    put = move_to_slot(temporary, key);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::network) {
      throw;
    }
  }
  // Only a move that is surely over: an empty collection must not win. Who may not delete leaves
  // it.
  if (put == Put::exists) {
    call({.method = "DELETE", .path = temporary},
         {kOk, kNoContent, kNotFound, kForbidden, kNotAllowed});
  }
  return put;
}

std::vector<WebDavMember> WebDavTransport::members(const std::string& directory) {
  const Call ask{.method = "PROPFIND",
                 .path = directory + "/",
                 .headers = {{"depth", "1"}, {"content-type", "application/xml"}},
                 .body = codec::as_bytes(webdav_question()),
                 .max_body_bytes = kMaxListingBytes};
  const HttpResponse response = call(ask, {kMultistatus, kNotFound}).response;
  if (response.status == kNotFound) {
    confirm_place();
    return {};
  }
  const std::string top = place_.path.empty() ? "/" : "/" + place_.path + "/";
  return members_of(parse_multistatus(codec::as_text(response.body), name_), top + ask.path, name_);
}

struct WebDavTransport::Listing {
  std::string start_after;
  std::size_t most = 0;
  std::vector<Object> objects{};
  std::vector<std::size_t> slots{};  ///< objects whose size is not known yet
};

void WebDavTransport::list_below(const std::string& directory, Listing& listing) {
  for (const WebDavMember& member : members(directory)) {
    const bool is_slot = member.is_collection && member.name.ends_with(kSlot);
    const std::string key =
        fmt::format("{}/{}",
                    directory,
                    member.name.substr(0, member.name.size() - (is_slot ? kSlot.size() : 0)));
    if (listing.objects.size() >= listing.most || !is_key(key)) {
      continue;
    }
    if (member.is_collection && !is_slot) {
      if (key >= listing.start_after || listing.start_after.starts_with(key + "/")) {
        list_below(key, listing);
      }
      continue;
    }
    // A name is shorter than the same with a suffix: the object of put came before.
    const bool is_known = !listing.objects.empty() && listing.objects.back().key == key;
    if (key <= listing.start_after || is_known) {
      continue;
    }
    if (is_slot) {
      listing.slots.push_back(listing.objects.size());
    }
    listing.objects.push_back({key, member.size});
  }
}

void WebDavTransport::find_sizes_of_slots(std::vector<Object>& objects,
                                          const std::vector<std::size_t>& slots) {
  constexpr std::size_t kAtOnce = 8;
  constexpr std::uint64_t kGone = UINT64_MAX;
  os::ThreadPool pool(std::min(kAtOnce, slots.size()));
  pool.for_each(slots.size(), [&](std::size_t i) {
    Object& object = objects[slots[i]];
    object.size = size_at(object.key + std::string(kSlotObject)).value_or(kGone);
  });
  std::erase_if(objects, [](const Object& object) { return object.size == kGone; });
}

std::vector<Transport::Object> WebDavTransport::list(std::string_view prefix,
                                                     std::string_view start_after,
                                                     std::size_t most) {
  Listing listing{.start_after = std::string(start_after), .most = most};
  list_below(checked_key(prefix.substr(0, prefix.size() - (prefix.ends_with('/') ? 1 : 0))),
             listing);
  if (!listing.slots.empty()) {
    find_sizes_of_slots(listing.objects, listing.slots);
  }
  // A directory and a slot of one name come in the order of these.
  std::sort(listing.objects.begin(), listing.objects.end(), [](const auto& a, const auto& b) {
    return a.key < b.key;
  });
  return std::move(listing.objects);
}

bool WebDavTransport::remove(std::string_view key) {
  const std::string name = checked_key(key);
  bool was_there = false;
  for (const std::string& path : {name, name + std::string(kSlot) + "/"}) {
    const auto answer = call({.method = "DELETE", .path = path}, {kOk, kNoContent, kNotFound});
    was_there = was_there || answer.response.status != kNotFound;
  }
  if (!was_there) {
    confirm_place();
  }
  return was_there;
}

std::int64_t WebDavTransport::clock() {
  return time_of(ask_place(), name_);
}

}  // namespace mlops::remote
