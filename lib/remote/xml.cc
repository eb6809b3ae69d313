#include "remote/xml.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace mlops::remote {

namespace {

constexpr std::size_t kMaxDepth = 32;
constexpr std::size_t kMaxBindings = 64;
constexpr std::size_t kMaxName = 256;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Of a character that XML may have; nothing of others.
std::string utf8_of(std::uint32_t c) {
  const auto byte = [](std::uint32_t value) { return static_cast<char>(value); };
  const auto more = [&](int shift) { return byte(0x80U | ((c >> shift) & 0x3fU)); };
  const bool is_control = c < 0x20U && c != '\t' && c != '\n' && c != '\r';
  if (is_control || (c >= 0xd800U && c < 0xe000U) || c > 0x10ffffU) {
    return {};
  }
  if (c < 0x80U) {
    return {byte(c)};
  }
  if (c < 0x800U) {
    return {byte(0xc0U | (c >> 6U)), more(0)};
  }
  if (c < 0x10000U) {
    return {byte(0xe0U | (c >> 12U)), more(6), more(0)};
  }
  return {byte(0xf0U | (c >> 18U)), more(12), more(6), more(0)};
}

/// Of what stands between '&' and ';'; empty when XML has no such entity.
std::string decode_entity(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, char>, 5> kEntities{
      {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
  for (const auto& [entity, c] : kEntities) {
    if (name == entity) {
      return {c};
    }
  }
  const int base = name.starts_with("#x") ? 16 : 10;
  const std::string_view digits =
      name.substr(std::min<std::size_t>(base == 16 ? 2 : 1, name.size()));
  std::uint32_t number = 0;
  const char* last = digits.data() + digits.size();
  const auto [end, problem] = std::from_chars(digits.data(), last, number, base);
  const bool is_number = name.starts_with('#') && problem == std::errc() && end == last;
  return is_number ? utf8_of(number) : std::string();
}

}  // namespace

XmlReader::XmlReader(std::string_view text, std::string what)
    : text_(text), what_(std::move(what)) {
  take("\xEF\xBB\xBF");
}

void XmlReader::fail(std::string_view problem) const {
  throw Error(ErrorKind::corrupt, fmt::format("{}: {} at offset {}", what_, problem, at_));
}

bool XmlReader::take(std::string_view token) {
  const bool is_there = text_.substr(at_).starts_with(token);
  at_ += is_there ? token.size() : 0;
  return is_there;
}

std::string_view XmlReader::take_until(std::string_view token) {
  const auto end = text_.find(token, at_);
  if (end == std::string_view::npos) {
    fail(fmt::format("ends before a {}", quote(std::string(token))));
  }
  const std::string_view taken = text_.substr(at_, end - at_);
  at_ = end + token.size();
  return taken;
}

std::string_view XmlReader::take_name() {
  const auto begin = at_;
  while (at_ < text_.size() && !is_space(text_[at_]) &&
         std::string_view("/>=<&\"'").find(text_[at_]) == std::string_view::npos) {
    ++at_;
  }
  const std::string_view name = text_.substr(begin, at_ - begin);
  if (name.empty() || name.size() > kMaxName) {
    fail(fmt::format("has a name of {} bytes", name.size()));
  }
  return name;
}

void XmlReader::skip_space() {
  while (at_ < text_.size() && is_space(text_[at_])) {
    ++at_;
  }
}

XmlReader::Event XmlReader::next() {
  if (is_closing_) {
    bindings_.resize(bindings_.size() - open_.back().bindings);
    open_.pop_back();
    is_closing_ = false;
  }
  if (is_empty_element_) {
    is_empty_element_ = false;
    is_closing_ = true;
    return Event::close;
  }
  for (;;) {
    if (open_.empty()) {
      skip_space();
    }
    if (at_ == text_.size()) {
      if (!open_.empty() || !had_root_) {
        fail("ends too early");
      }
      return Event::end;
    }
    if (take("<?")) {
      take_until("?>");
    } else if (take("<!--")) {
      take_until("-->");
    } else if (take("<![CDATA[")) {
      const std::string_view raw = take_until("]]>");
      if (open_.empty()) {
        fail("has a text beside its element");
      }
      piece_ = raw;
      return Event::text;
    } else if (take("<!")) {
      fail("declares a document type, which nobody asked for");
    } else if (take("</")) {
      return close();
    } else if (take("<")) {
      return open();
    } else {
      return take_text(text_.substr(at_, text_.find('<', at_) - at_));
    }
  }
}

XmlReader::Event XmlReader::open() {
  if (open_.size() == kMaxDepth || (open_.empty() && had_root_)) {
    fail(open_.empty() ? "has a second root" : "is too deep");
  }
  Element element;
  element.raw = take_name();
  for (;;) {
    skip_space();
    if (take("/>")) {
      is_empty_element_ = true;
      break;
    }
    if (take(">")) {
      break;
    }
    take_attribute(element);
  }
  const auto colon = element.raw.find(':');
  const bool has_prefix = colon != std::string::npos;
  element.name = has_prefix ? element.raw.substr(colon + 1) : element.raw;
  element.name_space = name_space_of(has_prefix ? element.raw.substr(0, colon) : std::string());
  open_.push_back(std::move(element));
  had_root_ = true;
  return Event::open;
}

void XmlReader::take_attribute(Element& element) {
  const std::string_view name = take_name();
  skip_space();
  if (!take("=")) {
    fail("has an attribute without a value");
  }
  skip_space();
  const bool is_double = take("\"");
  if (!is_double && !take("'")) {
    fail("has a value without quotes");
  }
  const std::string_view value = take_until(is_double ? "\"" : "'");
  if (name != "xmlns" && !name.starts_with("xmlns:")) {
    return;
  }
  if (bindings_.size() == kMaxBindings || value.size() > kMaxName) {
    fail("has too many namespaces, or one that is too long");
  }
  bindings_.push_back(
      {std::string(name.substr(std::min<std::size_t>(6, name.size()))), std::string(value)});
  ++element.bindings;
}

std::string XmlReader::name_space_of(std::string_view prefix) const {
  const auto found = std::find_if(bindings_.rbegin(), bindings_.rend(), [&](const Binding& each) {
    return each.prefix == prefix;
  });
  if (found == bindings_.rend() && !prefix.empty()) {
    fail("has a prefix without a namespace");
  }
  return found == bindings_.rend() ? std::string() : found->name_space;
}

XmlReader::Event XmlReader::close() {
  const std::string_view raw = take_name();
  skip_space();
  if (!take(">") || open_.empty() || open_.back().raw != raw) {
    fail("closes an element that is not open");
  }
  is_closing_ = true;
  return Event::close;
}

XmlReader::Event XmlReader::take_text(std::string_view raw) {
  if (open_.empty()) {
    fail("has a text beside its element");
  }
  piece_.clear();
  const std::size_t end = at_ + raw.size();
  while (at_ < end) {
    const auto special = std::min(text_.find('&', at_), end);
    piece_ += text_.substr(at_, special - at_);
    at_ = special;
    if (at_ < end) {
      constexpr std::size_t kLongestEntity = 12;
      const std::string_view entity = text_.substr(at_ + 1, kLongestEntity);
      const std::string decoded = decode_entity(entity.substr(0, entity.find(';')));
      if (decoded.empty()) {
        fail("has an entity that XML does not have");
      }
      piece_ += decoded;
      take_until(";");
    }
  }
  return Event::text;
}

}  // namespace mlops::remote
