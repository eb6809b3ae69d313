#include "workspace/pointer.h"

#include <array>
#include <limits>

#include <fmt/format.h>

#include "base/error.h"
#include "config/toml.h"
#include "workspace/tracked_text.h"

namespace mlops::workspace {

Pointer make_pointer(const store::ObjectId& root, const store::Entry& top) {
  const bool is_directory = top.kind == store::EntryKind::directory;
  return {root,
          is_directory ? store::EntryKind::directory : store::EntryKind::file,
          top.files,
          top.size};
}

Pointer parse_pointer(std::string_view text, const std::string& file) {
  static const std::array<std::string, 2> kKinds = {"file", "directory"};
  const config::Table table = parse_tracked(text, file, kMaxPointerBytes);
  Pointer pointer;
  const config::Value root = table.require("root");
  const auto id = store::parse_root(root.as_string());
  if (!id) {
    root.fail("must be 'r1:' and 64 hex digits");
  }
  pointer.root = *id;
  const config::Value kind = table.require("kind");
  if (table.find_choice("kind", kKinds) == "directory") {
    pointer.kind = store::EntryKind::directory;
  }
  pointer.files = read_count(table, "files");
  pointer.bytes = read_count(table, "bytes");
  table.finish();
  if (pointer.kind == store::EntryKind::file && pointer.files != 1) {
    kind.fail("is 'file', so files must be 1");
  }
  return pointer;
}

std::string format_pointer(const Pointer& pointer) {
  return fmt::format(
      "# mlops data set: the bytes are in the store (mlops data checkout)\n"
      "schema = {}\n"
      "root = \"{}\"\n"
      "kind = \"{}\"\n"
      "files = {}\n"
      "bytes = {}\n",
      kTrackedSchema,
      store::format_root(pointer.root),
      pointer.kind == store::EntryKind::directory ? "directory" : "file",
      pointer.files,
      pointer.bytes);
}

}  // namespace mlops::workspace
