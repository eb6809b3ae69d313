#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "table/align_batch.h"
#include "table/column_plan.h"
#include "table/key_index.h"
#include "table/row_feed.h"
#include "table/row_store.h"
#include "table/table.h"

namespace mlops::table {

/// The keys of one table that stand more than once, and the first ones: by the row that showed it.
struct DuplicateKeys {
  static constexpr std::size_t kShown = 5;
  struct Shown {
    std::uint64_t row = 0;
    std::string key;
  };
  std::uint64_t count = 0;
  std::vector<Shown> first;

  void add(std::uint64_t row, const Fields& fields, const ColumnPlan& plan);
  void add(const DuplicateKeys& other);
};

/// What the alignment of some keys found.
struct ShareCounts {
  std::uint64_t matched = 0;
  std::uint64_t only_old = 0;
  std::uint64_t only_new = 0;
  std::uint64_t dropped_old = 0;
  std::uint64_t dropped_new = 0;
  DuplicateKeys old_duplicates;
  DuplicateKeys new_duplicates;

  void add(const ShareCounts& other);
};

/// Two tables, or the share of their rows that holds some of the keys.
struct ShareInput {
  const AlignRequest& request;
  const ColumnPlan& old_plan;
  const ColumnPlan& new_plan;
  RowFeed& old_rows;
  RowFeed& new_rows;
  const std::function<void(const AlignedBatch&)>& sink;
  const CancelToken& cancel;
};

/// How much memory it may take.
struct ShareRoom {
  std::uint64_t bytes = 0;     ///< that is planned with
  std::uint64_t most = 0;      ///< more is an error
  std::uint64_t old_rows = 0;  ///< to be expected, for keys that only the old table has
  std::uint64_t new_rows = 0;
};

/// Aligns what fits into memory: holds the new rows and an index of all keys, and streams the old
/// rows past them. One use.
class ShareAligner {
 public:
  explicit ShareAligner(const ShareInput& input);

  /// Holds the new rows. Nothing, or how many bytes all would take where that is more than there is
  /// room for; no row was let through then.
  std::optional<std::uint64_t> load(const ShareRoom& room);
  /// After `load`. Under Duplicates::error no row is let through once a key stood twice. Error{io}
  /// where more memory is needed than there is room for.
  ShareCounts run();

 private:
  // Where an old row goes: to a new row, to none, or out.
  struct Place {
    bool is_dropped = false;
    std::uint32_t new_row = kNoRow;  ///< among those that are held
  };

  const std::string& key_of(const Fields& fields, const ColumnPlan& plan);
  void add_new_row(const Fields& fields, std::uint32_t row);
  std::uint64_t number_of(std::uint32_t held) const {
    return numbers_.empty() ? held : numbers_[held];
  }
  void count_old_keys();
  void drop_duplicates();
  void stream_old();
  Place place_old_row(const Fields& fields, std::uint64_t row);
  void emit_only_new();
  void flush();
  std::uint64_t held_bytes() const;
  void check_room() const;
  bool has_keys() const { return !input_.request.keys.empty(); }
  bool is_failing() const {
    return input_.request.duplicates == Duplicates::error &&
           counts_.old_duplicates.count + counts_.new_duplicates.count > 0;
  }

  const ShareInput input_;
  ShareRoom room_;
  KeyIndex index_;
  RowStore store_;
  std::vector<std::uint32_t> numbers_;   ///< of the new rows; empty: they are held in file order
  std::vector<std::uint32_t> next_new_;  ///< per new row: the next one of the same key
  std::vector<bool> new_row_done_;       ///< matched or dropped
  std::uint32_t old_seen_ = 0;           ///< without a key: rows are paired by their order
  ShareCounts counts_;
  AlignBatch batch_;
  std::string key_;
};

/// Error{io}: the rows of some keys do not fit into memory.
[[noreturn]] void refuse_room(const AlignRequest& request, std::uint64_t bytes);

/// A seed for the index of keys: random, so that no file can be made for it.
std::array<std::uint64_t, 2> random_seed();

}  // namespace mlops::table
