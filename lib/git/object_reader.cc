#include "git/object_reader.h"

#include <charconv>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "git/untrusted.h"

namespace mlops::git {

namespace {

/// "<oid> blob 12", or "<oid> missing".
std::optional<ObjectHeader> request(os::Coprocess& git, std::string_view oid) {
  constexpr std::size_t kMaxHeader = 8192;
  git.write(std::string(oid) + "\n");
  const auto line = git.read_line(kMaxHeader);
  const auto words = split(line, ' ');
  if (words.size() != 3 || !is_oid(words[0])) {
    return std::nullopt;
  }
  ObjectHeader header{std::string(words[1]), 0};
  const auto* const end = words[2].data() + words[2].size();
  if (std::from_chars(words[2].data(), end, header.size).ptr != end) {
    return std::nullopt;
  }
  return header;
}

}  // namespace

ObjectReader::ObjectReader(const GitCommand& git)
    : check_(git.start({"cat-file", "--batch-check"})),
      batch_(git.start({"cat-file", "--batch"})) {}

std::optional<ObjectHeader> ObjectReader::find_header(std::string_view oid) {
  return request(check_, oid);
}

std::string ObjectReader::read(std::string_view oid) {
  const auto header = request(batch_, oid);
  if (!header) {
    throw Error(ErrorKind::corrupt, fmt::format("object '{}' is missing", oid));
  }
  auto bytes = batch_.read_exact(header->size);
  batch_.read_exact(1);
  return bytes;
}

}  // namespace mlops::git
