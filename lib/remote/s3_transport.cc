#include "remote/s3_transport.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "codec/hmac.h"
#include "os/clock.h"
#include "remote/http_object.h"
#include "remote/http_status.h"
#include "remote/uri.h"

namespace mlops::remote {

namespace {

constexpr std::size_t kMostKeys = 1000;
constexpr std::uint64_t kMaxPageBytes = 8U << 20U;
constexpr std::string_view kUsualRegion = "us-east-1";

std::int64_t now() {
  constexpr std::int64_t kNsPerSecond = 1'000'000'000;
  return os::wall_time_ns() / kNsPerSecond;
}

/// The five entities of XML, and nothing else: keys are ASCII.
std::string decode_entities(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 5> kEntities{
      {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}}};
  std::string decoded;
  while (!text.empty()) {
    const auto found = std::find_if(kEntities.begin(), kEntities.end(), [&](const auto& entity) {
      return text.starts_with(entity.first);
    });
    decoded += found == kEntities.end() ? text.front() : found->second;
    text.remove_prefix(found == kEntities.end() ? 1 : found->first.size());
  }
  return decoded;
}

/// The next "<name>…</name>" of `xml`, which then begins behind it; nothing when there is none.
std::optional<std::string_view> take_element(std::string_view& xml, std::string_view name) {
  const std::string open = fmt::format("<{}>", name);
  const std::string close = fmt::format("</{}>", name);
  const auto begin = xml.find(open);
  if (begin == std::string_view::npos) {
    return std::nullopt;
  }
  const auto end = xml.find(close, begin);
  if (end == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view content = xml.substr(begin + open.size(), end - begin - open.size());
  xml.remove_prefix(end + close.size());
  return content;
}

std::string host_of(const S3Place& place, const std::string& region, bool is_path_style) {
  return is_path_style ? fmt::format("https://s3.{}.amazonaws.com", region)
                       : fmt::format("https://{}.s3.{}.amazonaws.com", place.bucket, region);
}

}  // namespace

std::string find_xml_text(std::string_view xml, std::string_view element) {
  const auto content = take_element(xml, element);
  return content ? decode_entities(*content) : std::string();
}

S3Page parse_s3_page(std::string_view xml, const std::string& name) {
  const auto fail = [&](std::string_view problem) {
    throw Error(ErrorKind::corrupt, fmt::format("{} answers with a listing {}", name, problem));
  };
  if (xml.find("<ListBucketResult") == std::string_view::npos ||
      xml.find("</ListBucketResult>") == std::string_view::npos) {
    fail("that is none");
  }
  S3Page page;
  const std::string truncated = find_xml_text(xml, "IsTruncated");
  if (truncated != "true" && truncated != "false") {
    fail("that does not say whether it is whole");
  }
  page.is_truncated = truncated == "true";
  while (const auto contents = take_element(xml, "Contents")) {
    const auto size = parse_number(find_xml_text(*contents, "Size"));
    Transport::Object object{find_xml_text(*contents, "Key"), size.value_or(0)};
    if (!size || object.key.empty()) {
      fail("with an object that has no key or no size");
    }
    page.objects.push_back(std::move(object));
  }
  return page;
}

S3Transport::S3Transport(const S3Place& place,
                         S3Account account,
                         std::optional<Proxy> proxy,
                         const CancelToken& cancel)
    : name_(
          fmt::format("s3://{}{}{}", place.bucket, place.prefix.empty() ? "" : "/", place.prefix)),
      place_(place),
      account_(std::move(account)),
      cancel_(cancel) {
  if (place_.region.empty()) {
    place_.region = account_.region.empty() ? kUsualRegion : std::string_view(account_.region);
  }
  // A certificate for *.s3… has no second dot.
  is_path_style_ = !place_.endpoint.empty() || place_.bucket.find('.') != std::string::npos;
  const Origin origin = parse_origin(
      place_.endpoint.empty() ? host_of(place_, place_.region, is_path_style_) : place_.endpoint);
  client_ = std::make_unique<HttpClient>(origin, std::move(proxy), cancel);
}

std::string S3Transport::path_of(const std::string& key) const {
  std::string path = is_path_style_ ? "/" + place_.bucket : std::string();
  if (!key.empty()) {
    path += place_.prefix.empty() ? "" : "/" + place_.prefix;
    path += "/" + key;
  }
  return path.empty() ? "/" : encode_uri(path, Slashes::keep);
}

HttpRequest S3Transport::signed_request(const Call& call) const {
  SignedRequest signing{.method = call.method,
                        .path = path_of(call.key),
                        .query = call.query,
                        .headers = call.headers,
                        .body_hash = codec::sha256(call.body),
                        .region = place_.region,
                        .time = now()};
  signing.headers.emplace_back("host", client_->origin().authority());
  const std::string query = encode_query(call.query);
  HttpRequest request{.method = call.method,
                      .target = signing.path + (query.empty() ? "" : "?" + query),
                      .headers = signing.headers,
                      .body = call.body,
                      .max_body_bytes = call.max_body_bytes};
  for (auto& header : sign(signing, account_.credentials)) {
    request.headers.push_back(std::move(header));
  }
  return request;
}

HttpResponse S3Transport::call_once(const Call& call) {
  try {
    return client_->send(signed_request(call));
  } catch (Error& error) {
    error.add_context("remote " + name_);
    throw;
  }
}

SettledAnswer S3Transport::call(const Call& call, const std::vector<int>& good) {
  // 409: a conditional write beside another one; neither was done.
  SettledAnswer answer = send_until_settled([&] { return call_once(call); }, {kConflict}, cancel_);
  if (std::find(good.begin(), good.end(), answer.response.status) == good.end()) {
    fail(call, answer.response);
  }
  return answer;
}

void S3Transport::fail(const Call& call, const HttpResponse& response) const {
  const std::string body(codec::as_text(response.body));
  const std::string code = find_xml_text(body, "Code");
  const std::string what = call.key.empty() ? "its objects" : call.key;
  const std::string region = response.header("x-amz-bucket-region");
  const std::string said = code.empty()
                               ? fmt::format("status {}", response.status)
                               : fmt::format("status {}, {}", response.status, quote(code));
  if (!region.empty() && region != place_.region) {
    throw Error(
        ErrorKind::config,
        fmt::format("the bucket of {} is in {} and not in {}", name_, quote(region), place_.region),
        "its setting remote.<name>.region");
  }
  if (response.status == kUnauthorized || response.status == kForbidden) {
    throw Error(ErrorKind::config,
                fmt::format("{} refuses {} {}: {}", name_, call.method, what, said),
                "do these keys have the right, and is this machine's clock right?");
  }
  if (response.status == kNotFound) {
    throw Error(ErrorKind::config,
                fmt::format("{} is not there: {}", name_, said),
                "the bucket has to exist");
  }
  const bool may_pass = is_passing(response.status) || response.status == kConflict;
  throw Error(may_pass ? ErrorKind::network : ErrorKind::config,
              fmt::format("{} answers to {} {} with {}", name_, call.method, what, said),
              may_pass ? "try again later" : "is its endpoint one of S3?");
}

namespace {

/// Whether a 404 is about the object, and not about the bucket.
bool is_absent(const HttpResponse& response) {
  return response.status == kNotFound &&
         find_xml_text(codec::as_text(response.body), "Code") != "NoSuchBucket";
}

}  // namespace

std::optional<HttpResponse> S3Transport::read(const Call& get, const std::vector<int>& good) {
  HttpResponse response = call(get, good).response;
  if (response.status != kNotFound) {
    return response;
  }
  if (!is_absent(response)) {
    fail(get, response);
  }
  return std::nullopt;
}

std::optional<Bytes> S3Transport::get(std::string_view key, std::uint64_t max_bytes) {
  const Call get{
      .method = "GET", .key = std::string(key), .max_body_bytes = answer_bound(max_bytes)};
  auto response = read(get, {kOk, kNotFound});
  return response ? std::optional(whole_object(std::move(*response), {key, name_}, max_bytes))
                  : std::nullopt;
}

std::optional<Bytes> S3Transport::get_range(std::string_view key,
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
  const Call get{.method = "GET",
                 .key = std::string(key),
                 .headers = {{"range", range.header()}},
                 .max_body_bytes = answer_bound(length)};
  auto response = read(get, {kPartial, kNotFound, kRangeNotSatisfiable});
  return response ? std::optional(range.part_of(std::move(*response), {key, name_})) : std::nullopt;
}

SettledAnswer S3Transport::put_with(std::string_view key,
                                    std::span<const std::uint8_t> bytes,
                                    Pairs headers,
                                    const std::vector<int>& good) {
  const codec::Digest hash = codec::sha256(bytes);
  headers.emplace_back("x-amz-checksum-sha256", codec::base64(hash));
  return call(
      {.method = "PUT", .key = std::string(key), .headers = std::move(headers), .body = bytes},
      good);
}

void S3Transport::put(std::string_view key, std::span<const std::uint8_t> bytes) {
  put_with(key, bytes, {}, {kOk});
}

Transport::Put S3Transport::put_if_absent(std::string_view key,
                                          std::span<const std::uint8_t> bytes) {
  try {
    const SettledAnswer answer =
        put_with(key, bytes, {{"if-none-match", "*"}}, {kOk, kPreconditionFailed});
    if (answer.response.status == kOk) {
      return Put::stored;
    }
    // It may be ours: of the try whose answer did not come.
    return answer.is_repeated ? Put::unknown : Put::exists;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::network) {
      return Put::unknown;
    }
    throw;
  }
}

std::vector<Transport::Object> S3Transport::list(std::string_view prefix,
                                                 std::string_view start_after,
                                                 std::size_t most) {
  const std::string top = place_.prefix.empty() ? std::string() : place_.prefix + "/";
  std::vector<Object> objects;
  std::string after = start_after.empty() ? std::string() : top + std::string(start_after);
  while (objects.size() < most) {
    const std::size_t wanted = std::min(most - objects.size(), kMostKeys);
    Call get{.method = "GET",
             .query = {{"list-type", "2"},
                       {"max-keys", std::to_string(wanted)},
                       {"prefix", top + std::string(prefix)}},
             .max_body_bytes = kMaxPageBytes};
    if (!after.empty()) {
      get.query.emplace_back("start-after", after);
    }
    const HttpResponse response = call(get, {kOk}).response;
    const S3Page page = parse_s3_page(codec::as_text(response.body), name_);
    for (const Object& object : page.objects) {
      if (object.key <= after || !object.key.starts_with(top + std::string(prefix))) {
        throw Error(ErrorKind::corrupt, name_ + " lists what was not asked, or not in order");
      }
      after = object.key;
      std::string key = object.key.substr(top.size());
      // What is no object of the protocol is left alone.
      if (is_key(key) && objects.size() < most) {
        objects.push_back({std::move(key), object.size});
      }
    }
    if (!page.is_truncated) {
      break;
    }
    if (page.objects.empty()) {
      throw Error(ErrorKind::corrupt, name_ + " lists nothing and says that there is more");
    }
  }
  return objects;
}

std::optional<std::uint64_t> S3Transport::size(std::string_view key) {
  const Call head{.method = "HEAD", .key = std::string(key)};
  const HttpResponse response = call(head, {kOk, kNotFound}).response;
  if (response.status == kNotFound) {
    return std::nullopt;
  }
  return size_of_object(response, {key, name_});
}

bool S3Transport::remove(std::string_view key) {
  // S3 says the same whether there was one or not.
  const bool was_there = size(key).has_value();
  call({.method = "DELETE", .key = std::string(key)}, {kOk, kNoContent, kNotFound});
  return was_there;
}

std::int64_t S3Transport::clock() {
  const Call get{.method = "GET", .query = {{"list-type", "2"}, {"max-keys", "1"}}};
  return time_of(call(get, {kOk}).response, name_);
}

}  // namespace mlops::remote
