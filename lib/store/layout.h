#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "store/pack_format.h"

namespace mlops::store {

namespace fs = std::filesystem;

/// Where things lie in a store's directory (mlops-store(5), "Files").
struct Layout {
  fs::path top;
  fs::path format() const { return top / "format"; }
  fs::path lock() const { return top / "lock"; }
  fs::path packs() const { return top / "packs"; }
  fs::path indexes() const { return top / "index"; }
  fs::path roots() const { return top / "roots"; }
  /// Roots of which only a part is here. Made when it is needed.
  fs::path partial() const { return top / "partial"; }
  fs::path contents() const { return top / "contents"; }
  fs::path results() const { return top / "results"; }
  fs::path clones() const { return top / "clones"; }
  fs::path gc_lock() const { return top / "gc-lock"; }
  fs::path temporary() const { return top / "tmp"; }
  /// Damaged packs that repair set aside. Made when it is needed.
  fs::path quarantine() const { return top / "quarantine"; }
  /// Which objects were found damaged. Made when it is needed.
  fs::path damaged() const { return top / "damaged"; }
  /// Versions that other tools named. Made when it is needed.
  fs::path foreign() const { return top / "foreign"; }
  fs::path pack(const PackName& name) const;
  fs::path pack_directory(const PackName& name) const;
};

enum class Access { read_only, read_write };

/// Creates what is missing, synced, and checks what is there. Error{config} for a store of an
/// unknown format or feature, or when one of its directories is a link or somebody else's. Says
/// read_only when the store has a feature that a writer would have to know.
Access open_layout(const Layout& layout);

/// Names of all packs, sorted; other files in there are left alone.
std::vector<PackName> list_packs(const Layout& layout);

}  // namespace mlops::store
