#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "store/tree.h"

namespace mlops::store {

namespace {

constexpr std::size_t kMaxNameBytes = 255;

/// Reads one code point at `at` and moves past it; nothing when the bytes are no UTF-8 sequence of
/// two or three bytes (longer ones matter to no rule here).
std::optional<char32_t> read_code_point(std::string_view name, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(name[i]); };
  const auto is_tail = [&](std::size_t i) { return i < name.size() && (byte(i) & 0xC0U) == 0x80U; };
  const unsigned char lead = byte(at);
  if ((lead & 0xE0U) == 0xC0U && is_tail(at + 1)) {
    const char32_t code = (lead & 0x1FU) << 6U | (byte(at + 1) & 0x3FU);
    at += 2;
    return code;
  }
  if ((lead & 0xF0U) == 0xE0U && is_tail(at + 1) && is_tail(at + 2)) {
    const char32_t code =
        (lead & 0x0FU) << 12U | (byte(at + 1) & 0x3FU) << 6U | (byte(at + 2) & 0x3FU);
    at += 3;
    return code;
  }
  return std::nullopt;
}

/// Code points that HFS+ leaves out when it compares names (as git's utf8.c lists them).
bool is_ignored_by_hfs(char32_t code) {
  return (code >= 0x200C && code <= 0x200F) || (code >= 0x202A && code <= 0x202E) ||
         (code >= 0x206A && code <= 0x206F) || code == 0xFEFF;
}

/// The name as the most forgiving file system sees it: lower case, without ignored code points.
/// U+017F (long s) folds to s: '.mlops' holds one.
std::string fold(std::string_view name) {
  constexpr char32_t kLongS = 0x017F;
  std::string folded;
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t start = at;
    const std::optional<char32_t> code = read_code_point(name, at);
    if (!code) {
      folded += name[at++];
    } else if (*code == kLongS) {
      folded += 's';
    } else if (!is_ignored_by_hfs(*code)) {
      folded += name.substr(start, at - start);
    }
  }
  return to_lower_ascii(folded);
}

/// True when NTFS or HFS+ would open `reserved` (or its short name) for the folded name: trailing
/// dots and spaces are dropped there, and ':' starts a stream.
bool opens(std::string_view folded, std::string_view reserved, std::string_view short_name) {
  for (const std::string_view base : {reserved, short_name}) {
    if (!folded.starts_with(base)) {
      continue;
    }
    const std::string_view rest = folded.substr(base.size());
    const std::size_t end = rest.find_first_not_of(". ");
    if (end == std::string_view::npos || rest[end] == ':') {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string_view name_problem(std::string_view name) {
  if (name.empty()) {
    return "is empty";
  }
  if (name == ".") {
    return "is '.'";
  }
  if (name == "..") {
    return "is '..'";
  }
  if (name.size() > kMaxNameBytes) {
    return "is longer than 255 bytes";
  }
  if (name.find('/') != std::string_view::npos) {
    return "has a '/' in it";
  }
  if (name.find('\0') != std::string_view::npos) {
    return "has a NUL byte in it";
  }
  const std::string folded = fold(name);
  // A backslash is an ordinary character here, but starts a component elsewhere.
  for (const std::string_view part : split(folded, '\\')) {
    if (opens(part, ".git", "git~1")) {
      return "is a name of git's own on some file system";
    }
    if (opens(part, ".mlops", "mlops~1")) {
      return "is a name of mlops' own on some file system";
    }
  }
  return {};
}

bool is_git_settings_name(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kNames = {{
      {".gitattributes", "gitatt~1"},
      {".gitmodules", "gitmod~1"},
      {".gitignore", "gitign~1"},
      {".lfsconfig", "lfscon~1"},
  }};
  const std::string folded = fold(name);
  return std::any_of(kNames.begin(), kNames.end(), [&](const auto& pair) {
    return opens(folded, pair.first, pair.second);
  });
}

}  // namespace mlops::store
