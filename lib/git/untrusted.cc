#include "git/untrusted.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace mlops::git {

namespace {

constexpr std::size_t kMaxRevisionBytes = 4096;
constexpr std::size_t kShownRevisionBytes = 64;

std::string shown(std::string_view revision) {
  return revision.size() <= kShownRevisionBytes
             ? quote(revision)
             : quote(std::string(revision.substr(0, kShownRevisionBytes)) + "...");
}

[[noreturn]] void fail_listing(std::string_view what) {
  throw Error(ErrorKind::corrupt, fmt::format("git's list of {} cannot be read", what));
}

/// Cuts `text` at the first `separator`; the part behind it stays in `text`.
std::string_view cut(std::string_view& text, char separator, std::string_view what) {
  const auto at = text.find(separator);
  if (at == std::string_view::npos) {
    fail_listing(what);
  }
  const auto head = text.substr(0, at);
  text.remove_prefix(at + 1);
  return head;
}

std::uint32_t parse_mode(std::string_view text, std::string_view what) {
  constexpr int kOctal = 8;
  std::uint32_t mode = 0;
  const auto* const end = text.data() + text.size();
  if (const auto parsed = std::from_chars(text.data(), end, mode, kOctal);
      parsed.ec != std::errc{} || parsed.ptr != end) {
    fail_listing(what);
  }
  return mode;
}

TreeEntry make_entry(std::string_view mode,
                     std::string_view oid,
                     std::string_view path,
                     std::string_view what) {
  if (!is_oid(oid) || path.empty()) {
    fail_listing(what);
  }
  return {std::string(path), kind_of_mode(parse_mode(mode, what)), Oid(oid)};
}

/// "Name <mail> 1700000000 +0100" → "Name <mail>" and the time, 0 where there is none.
std::pair<std::string_view, std::int64_t> parse_person(std::string_view line) {
  const auto mail_end = line.rfind('>');
  if (mail_end == std::string_view::npos) {
    return {line, 0};
  }
  auto rest = trim(line.substr(mail_end + 1));
  std::int64_t time = 0;
  if (std::from_chars(rest.data(), rest.data() + rest.size(), time).ec != std::errc{}) {
    time = 0;
  }
  return {line.substr(0, mail_end + 1), time};
}

/// The first paragraph in one line, as `git log --format=%s` has it.
std::string subject_of(std::string_view message) {
  std::string subject;
  for (const auto line : split(message, '\n')) {
    const auto words = trim(line);
    if (words.empty() && !subject.empty()) {
      break;
    }
    if (!words.empty()) {
      subject += subject.empty() ? "" : " ";
      subject += words;
    }
  }
  return subject;
}

}  // namespace

void check_revision(std::string_view revision) {
  const auto fail = [&](std::string_view problem) {
    throw Error(ErrorKind::usage,
                fmt::format("revision {} {}", shown(revision), problem),
                "git rev-parse --symbolic --branches --tags");
  };
  if (revision.empty()) {
    fail("is empty");
  }
  if (revision.size() > kMaxRevisionBytes) {
    fail(fmt::format("is longer than {} bytes", kMaxRevisionBytes));
  }
  if (revision.front() == '-') {
    fail("starts with '-'");
  }
  const bool control = std::any_of(revision.begin(), revision.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20U || byte == 0x7fU;
  });
  if (control) {
    fail("has control characters");
  }
}

void fail_ambiguous(std::string_view revision) {
  throw Error(ErrorKind::usage,
              fmt::format("revision {} is ambiguous: it fits several objects", shown(revision)),
              fmt::format("git rev-parse --disambiguate={}", shell_quote(revision)));
}

bool is_oid(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

void check_oid(std::string_view oid, bool sha256) {
  if (!is_oid(oid) || oid.size() != (sha256 ? 64U : 40U)) {
    throw Error(ErrorKind::usage, fmt::format("{} is not an object id", shown(oid)));
  }
}

bool is_clean_path(std::string_view path) {
  if (path.find('\0') != std::string_view::npos) {
    return false;
  }
  const auto parts = split(path, '/');
  return std::none_of(parts.begin(), parts.end(), [](std::string_view part) {
    return part.empty() || part == "." || part == "..";
  });
}

EntryKind kind_of_mode(std::uint32_t mode) {
  constexpr std::uint32_t kTypeBits = 0170000;
  constexpr std::uint32_t kOwnerExecutes = 0100;
  switch (mode & kTypeBits) {
    case 0040000:
      return EntryKind::directory;
    case 0120000:
      return EntryKind::symlink;
    case 0160000:
      return EntryKind::submodule;
    default:
      return (mode & kOwnerExecutes) != 0 ? EntryKind::executable : EntryKind::file;
  }
}

std::vector<TreeEntry> parse_tree_list(std::string_view text) {
  constexpr std::string_view kWhat = "a tree";
  std::vector<TreeEntry> entries;
  while (!text.empty()) {
    auto record = cut(text, '\0', kWhat);
    const auto mode = cut(record, ' ', kWhat);
    cut(record, ' ', kWhat);
    const auto oid = cut(record, '\t', kWhat);
    entries.push_back(make_entry(mode, oid, record, kWhat));
    if (entries.size() > kMaxTreeEntries) {
      throw Error(ErrorKind::config, fmt::format("tree has more than {} entries", kMaxTreeEntries));
    }
  }
  return entries;
}

std::vector<TreeEntry> parse_index_list(std::string_view text) {
  constexpr std::string_view kWhat = "the index";
  std::vector<TreeEntry> entries;
  while (!text.empty()) {
    auto record = cut(text, '\0', kWhat);
    const auto mode = cut(record, ' ', kWhat);
    const auto oid = cut(record, ' ', kWhat);
    cut(record, '\t', kWhat);
    entries.push_back(make_entry(mode, oid, record, kWhat));
  }
  return entries;
}

std::vector<UnmergedPath> parse_unmerged_list(std::string_view text) {
  constexpr std::string_view kWhat = "unmerged paths";
  std::vector<UnmergedPath> paths;
  while (!text.empty()) {
    auto record = cut(text, '\0', kWhat);
    const auto mode = cut(record, ' ', kWhat);
    const auto oid = cut(record, ' ', kWhat);
    const auto stage = cut(record, '\t', kWhat);
    TreeEntry entry = make_entry(mode, oid, record, kWhat);
    if (paths.empty() || paths.back().path != entry.path) {
      paths.push_back({entry.path, {}, {}, {}});
    }
    UnmergedPath& path = paths.back();
    if (stage != "1" && stage != "2" && stage != "3") {
      fail_listing(kWhat);
    }
    (stage == "1" ? path.base : stage == "2" ? path.ours : path.theirs) = std::move(entry);
  }
  return paths;
}

CommitInfo parse_commit(const Oid& oid, std::string_view raw) {
  CommitInfo info;
  info.oid = oid;
  const auto header_end = raw.find("\n\n");
  const auto header = raw.substr(0, header_end);
  for (const auto line : split(header, '\n')) {
    if (line.starts_with("parent ")) {
      const auto parent = line.substr(7);
      if (!is_oid(parent)) {
        throw Error(ErrorKind::corrupt, fmt::format("commit '{}' is damaged", oid));
      }
      info.parents.emplace_back(parent);
    } else if (line.starts_with("author ")) {
      info.author = parse_person(line.substr(7)).first;
    } else if (line.starts_with("committer ")) {
      info.time = parse_person(line.substr(10)).second;
    }
  }
  if (header_end != std::string_view::npos) {
    info.subject = subject_of(raw.substr(header_end + 2));
  }
  return info;
}

std::optional<ObjectHeader> parse_object_header(std::string_view line) {
  const auto words = split(line, ' ');
  if (words.size() != 3 || !is_oid(words[0])) {
    return std::nullopt;
  }
  ObjectHeader header{std::string(words[1]), 0};
  const auto* const end = words[2].data() + words[2].size();
  if (const auto parsed = std::from_chars(words[2].data(), end, header.size);
      parsed.ec != std::errc{} || parsed.ptr != end) {
    return std::nullopt;
  }
  return header;
}

std::vector<std::string> split_nul(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    parts.emplace_back(cut(text, '\0', "paths"));
  }
  return parts;
}

}  // namespace mlops::git
