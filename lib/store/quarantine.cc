#include "store/quarantine.h"

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"
#include "os/file.h"
#include "store/rewrite.h"

namespace mlops::store {

namespace {

constexpr int kMaxNamesakes = 1000;

void make_quarantine(const Layout& layout) {
  const fs::path path = layout.quarantine();
  os::make_directories(path, os::Durability::durable);
  const auto stat = os::lstat_file(path);
  if (!stat || stat->kind != os::FileKind::directory) {
    throw Error(ErrorKind::config,
                quote(path.string()) + " is not a directory (a link is not followed)",
                "put a directory there");
  }
}

void move_aside(const Layout& layout, const PackName& name) {
  const std::string target = (layout.quarantine() / to_hex(name)).string();
  for (int copy = 0;; ++copy) {
    try {
      os::rename_no_replace(layout.pack(name),
                            copy == 0 ? target : target + "." + std::to_string(copy));
      break;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::conflict || copy == kMaxNamesakes) {
        throw;
      }
    }
  }
  // The new name first: a power cut may leave both, never none.
  os::sync_directory(layout.quarantine());
  os::sync_directory(layout.pack_directory(name));
}

}  // namespace

void set_packs_aside(const Layout& layout, Catalog& catalog, const std::set<PackName>& packs) {
  for (const PackName& name : packs) {
    if (os::lstat_file(layout.pack(name))) {
      make_quarantine(layout);
      move_aside(layout, name);
    }
  }
  // Last: until then the index tells what the packs held.
  rewrite_index(layout, catalog.snapshot(), std::vector(packs.begin(), packs.end()));
  catalog.reload();
}

}  // namespace mlops::store
