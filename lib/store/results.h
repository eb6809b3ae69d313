#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/id.h"
#include "store/layout.h"

namespace mlops::store {

/// An entry of the run cache as gc sees it.
struct CachedResult {
  ObjectId key;
  std::int64_t written_ns = 0;  ///< since the epoch
  std::vector<ObjectId> roots;  ///< that its value names
  bool is_whole = false;
};

/// The run cache: one file a key (mlops-store(5), "Results"). A file that is not whole is a miss.
/// Any thread, any process: the last writer of a key wins.
class Results {
 public:
  explicit Results(Layout layout) : layout_(std::move(layout)) {}
  std::optional<std::string> find(const ObjectId& key) const;
  /// Error{internal} for a value of more than 16 MiB.
  void put(const ObjectId& key, std::string_view value);
  /// Every file that is an entry by its name.
  std::vector<CachedResult> list() const;
  void remove(const ObjectId& key);

 private:
  fs::path path_of(const ObjectId& key) const;
  Layout layout_;
};

}  // namespace mlops::store
