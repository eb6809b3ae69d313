#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "store/id.h"
#include "store/layout.h"

namespace mlops::store {

/// Objects that somebody found damaged, and of which no sound copy was found then: an empty file
/// for each in `damaged/` (mlops-store(5), "Files"). Derived, and believed by nobody: who would
/// take such an object for stored reads it first, so a stale note costs one read. Any thread.
class DamageNotes {
 public:
  explicit DamageNotes(Layout layout) : layout_(std::move(layout)) {}

  bool has(const ObjectId& id) const;
  std::vector<ObjectId> list() const;
  /// Says why when it cannot be written: the damage itself is the greater trouble.
  std::optional<std::string> add(const ObjectId& id);
  void remove(const ObjectId& id);
  /// Just these.
  void replace(const std::set<ObjectId>& ids);
  /// What other processes noted. Error{config} when the directory is none.
  void reload();

 private:
  std::set<ObjectId>& notes() const;  ///< with mutex_ held
  std::set<ObjectId> read_notes() const;
  fs::path file_of(const ObjectId& id) const;
  void note_count() const;  ///< with mutex_ held

  Layout layout_;
  mutable std::atomic<bool> is_empty_{false};  ///< known to be: the usual case takes no lock
  mutable std::mutex mutex_;
  mutable std::optional<std::set<ObjectId>> notes_;  ///< read when first asked; guarded by mutex_
};

}  // namespace mlops::store
