#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/id.h"
#include "store/layout.h"
#include "store/tree.h"

namespace mlops::store {

/// How another tool names a version: DVC by the MD5 of its bytes (of a directory, of its listing),
/// DVC before 3 by that of its bytes with the line ends of Unix, git-lfs by their SHA-256.
struct ForeignId {
  enum class Hash { md5, md5_dos2unix, sha256 };
  Hash hash = Hash::md5;
  EntryKind kind = EntryKind::file;  ///< file, executable or directory
  std::string digest;                ///< lower-case hex
  // NOLINTNEXTLINE(modernize-use-nullptr): it takes the hidden 0 of a comparison for a pointer
  friend auto operator<=>(const ForeignId&, const ForeignId&) = default;
};
/// "md5:<32 digits>", "md5-dos2unix:…" or "sha256:<64 digits>", then ".dir" for a directory and
/// ".exec" for an executable file.
std::string format_foreign(const ForeignId& id);
std::optional<ForeignId> parse_foreign(std::string_view text);

/// Whether a store has any foreign versions, without opening or making it.
bool has_foreign_versions(const fs::path& store);

/// The versions that convert took over from other tools: by the id that the tool gave them, the
/// root that has their content (mlops-store(5), "Foreign versions"). An entry whose root is gone
/// counts as absent. One thread.
class ForeignVersions {
 public:
  explicit ForeignVersions(Layout layout) : layout_(std::move(layout)) {}

  /// Whether there are any; of this hash. A file of the map that is damaged may have any.
  bool has_any() const;
  bool has_any_of(ForeignId::Hash hash) const;
  /// By the files that are sound; see damaged().
  std::optional<ObjectId> find(const ForeignId& id) const;
  /// The roots of every id whose digest stands anywhere in a text of the other tool. May find too
  /// much, never too little: Error{corrupt} for a file of the map that is damaged.
  std::vector<ObjectId> find_roots_in(std::string_view text) const;
  /// What another process added or removed is seen from now on. False when nothing was.
  bool reload() const;
  /// Adds what is new. Durable on return; the roots are there before.
  void add(const std::map<ForeignId, ObjectId>& versions);

  /// Files of the map that cannot be believed, and why.
  struct Problem {
    fs::path file;
    std::string problem;
  };
  std::vector<Problem> find_problems() const;
  /// Those that were met when the map was read.
  const std::vector<Problem>& damaged() const;
  /// Files none of whose entries leads to a root any more.
  std::vector<fs::path> find_dead() const;

 private:
  using Map = std::map<ForeignId, ObjectId>;
  const Map& load() const;
  std::vector<fs::path> files() const;
  bool has_root(const ObjectId& root) const;

  Layout layout_;
  mutable std::optional<Map> map_;
  mutable std::vector<fs::path> loaded_;  ///< files
  mutable std::vector<Problem> damaged_;
  mutable std::unordered_multimap<std::string, ObjectId> by_digest_;
};

}  // namespace mlops::store
