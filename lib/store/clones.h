#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/layout.h"

namespace mlops::store {

/// A git clone that uses a store, known by a random id that lies in the clone and by the place
/// where it was last seen.
struct Clone {
  std::string id;       ///< 32 hex digits: <common dir>/mlops/clone-id
  fs::path common_dir;  ///< absolute
  fs::path record;      ///< the store's file about it: whoever removes it gives the clone up
};

/// The clones that use a store (mlops-store(5), "Clones"): what their git histories name must stay.
/// Any process; two of one clone may enter at the same time.
class Clones {
 public:
  explicit Clones(Layout layout) : layout_(std::move(layout)) {}

  /// Registers the clone unless that was done; durable on return. One that was moved on its file
  /// system replaces its record; a copy of a clone gets an id of its own. Error{io}, Error{config}
  /// for an id or a record that cannot be read.
  void enter(const fs::path& common_dir);
  /// Makes the names of all records durable, as Roots::sync.
  void sync() const;
  /// Sorted by id. Error{config} for a record that cannot be read.
  std::vector<Clone> list() const;

 private:
  Layout layout_;
};

/// Why the clone cannot be asked: it is gone, or another one lies in its place. Empty when it is
/// there. Error{io} when nobody can tell.
std::string clone_problem(const Clone& clone);

}  // namespace mlops::store
