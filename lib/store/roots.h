#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/layout.h"
#include "store/tree.h"

namespace mlops::store {

/// Root files, and the map from content to the root it has. The map is derived: an entry that does
/// not lead to a root of this content counts as absent. Any thread.
class Roots {
 public:
  explicit Roots(Layout layout) : layout_(std::move(layout)) {}

  /// Nothing when there is no such file; Error{corrupt} when it is not what its name says.
  std::optional<Root> find(const ObjectId& root) const;
  /// The same of a version of which only a part is here; a whole one too.
  std::optional<Root> find_partial(const ObjectId& root) const;
  std::vector<ObjectId> list_partial() const;
  /// The version of this content of which a part is here, if any.
  std::optional<std::pair<ObjectId, Root>> find_partial_of(const Entry& top) const;
  /// Durable on return.
  void add_partial(const ObjectId& id, const Root& root);
  /// The same, of content that is new. Picks a salt.
  ObjectId add_partial(const Entry& top);
  void remove_partial(const ObjectId& id);
  std::optional<ObjectId> find_of(const Entry& top) const;
  std::vector<ObjectId> list() const;
  /// Durable on return: the commit point. Picks a salt. `data_set` is for people, see
  /// find_data_set.
  ObjectId add(const Entry& top, std::string_view data_set);
  /// A root that somebody else made, of that id. Durable on return.
  void take_over(const ObjectId& id, const Root& root, std::string_view data_set);
  /// The path under which a root's content was first added; empty where nobody noted it.
  std::string find_data_set(const ObjectId& id, const Root& root) const;
  /// Removes the root and the map entry that leads to it. Durable after `sync`.
  void remove(const ObjectId& id);
  /// Makes the names of all roots durable: one that is found may come from a writer that died, or
  /// failed, between its rename and its sync.
  void sync();
  /// Whether the map's file of this name leads to a root of that content.
  bool is_content_entry(const std::string& name) const;
  /// Writes the map entry of a root unless its content has one. True when it was missing.
  bool restore_content_entry(const ObjectId& id, const Root& root);

 private:
  static std::optional<Root> read(const fs::path& file, const ObjectId& root);
  void write(const fs::path& directory, const ObjectId& id, const Root& root);
  void write_content_entry(const ObjectId& id, const Entry& top, std::string_view data_set);
  fs::path content_path(const Entry& top) const;
  /// The root that a file of the map leads to, if any.
  std::optional<std::pair<ObjectId, Root>> follow(const fs::path& entry) const;
  Layout layout_;
};

}  // namespace mlops::store
