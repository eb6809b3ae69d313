#include "store/damage_notes.h"

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"
#include "os/file.h"

namespace mlops::store {

namespace {

/// False when there is none.
bool is_there(const fs::path& directory) {
  const auto stat = os::lstat_file(directory);
  if (stat && stat->kind != os::FileKind::directory) {
    throw Error(ErrorKind::config,
                quote(directory.string()) + " is not a directory (a link is not followed)",
                "remove it: it is made again when it is needed");
  }
  return stat.has_value();
}

}  // namespace

fs::path DamageNotes::file_of(const ObjectId& id) const {
  return layout_.damaged() / id.hex();
}

std::set<ObjectId> DamageNotes::read_notes() const {
  std::set<ObjectId> ids;
  if (!is_there(layout_.damaged())) {
    return ids;
  }
  for (const std::string& name : os::list_directory(layout_.damaged())) {
    ObjectId id;
    if (from_hex(name, id.bytes)) {
      ids.insert(id);
    }
  }
  return ids;
}

void DamageNotes::note_count() const {
  is_empty_.store(notes_->empty(), std::memory_order_relaxed);
}

std::set<ObjectId>& DamageNotes::notes() const {
  if (!notes_) {
    notes_ = read_notes();
    note_count();
  }
  return *notes_;
}

void DamageNotes::reload() {
  std::set<ObjectId> fresh = read_notes();
  const std::lock_guard lock(mutex_);
  notes_ = std::move(fresh);
  note_count();
}

bool DamageNotes::has(const ObjectId& id) const {
  if (is_empty_.load(std::memory_order_relaxed)) {
    return false;
  }
  const std::lock_guard lock(mutex_);
  return notes().contains(id);
}

std::vector<ObjectId> DamageNotes::list() const {
  const std::lock_guard lock(mutex_);
  return {notes().begin(), notes().end()};
}

std::optional<std::string> DamageNotes::add(const ObjectId& id) {
  try {
    const std::lock_guard lock(mutex_);
    if (notes().contains(id)) {
      return std::nullopt;
    }
    is_there(layout_.damaged());
    os::make_directories(layout_.damaged());
    os::TempFile file(layout_.temporary());
    file.publish(file_of(id), os::Durability::relaxed, os::TempFile::Replace::yes, 0444);
    notes().insert(id);
    note_count();
  } catch (const Error& error) {
    return error.message();
  }
  return std::nullopt;
}

void DamageNotes::remove(const ObjectId& id) {
  const std::lock_guard lock(mutex_);
  os::remove_file(file_of(id));
  notes().erase(id);
  note_count();
}

void DamageNotes::replace(const std::set<ObjectId>& ids) {
  reload();
  for (const ObjectId& id : list()) {
    if (!ids.contains(id)) {
      remove(id);
    }
  }
  for (const ObjectId& id : ids) {
    if (const auto trouble = add(id)) {
      throw Error(ErrorKind::io, "cannot note what is damaged: " + *trouble);
    }
  }
}

}  // namespace mlops::store
