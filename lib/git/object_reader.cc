#include "git/object_reader.h"

#include <fmt/format.h>

#include "base/error.h"

namespace mlops::git {

namespace {

std::optional<ObjectHeader> request(os::Coprocess& git, std::string_view oid) {
  constexpr std::size_t kMaxHeader = 8192;
  git.write(std::string(oid) + "\n");
  return parse_object_header(git.read_line(kMaxHeader));
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
    throw Error(ErrorKind::corrupt, fmt::format("object '{}' is missing", oid), "git fsck");
  }
  auto bytes = batch_.read_exact(header->size);
  batch_.read_exact(1);
  return bytes;
}

}  // namespace mlops::git
