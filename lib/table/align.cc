#include "table/align.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "table/align_share.h"
#include "table/cell.h"
#include "table/column_plan.h"
#include "table/key_index.h"
#include "table/row_feed.h"
#include "table/row_spill.h"

namespace mlops::table {
namespace {

// A share may be larger than the mean, and its keys longer.
constexpr double kRoomToSpare = 1.7;
constexpr std::size_t kMostShares = 200;  // two files each

class Aligner {
 public:
  Aligner(const DuckDbApi& api,
          const AlignRequest& request,
          const AlignLimits& limits,
          const std::function<void(const AlignedBatch&)>& sink,
          const CancelToken& cancel);
  Alignment run();

 private:
  ShareInput input(RowFeed& old_rows, RowFeed& new_rows) const {
    return {request_, old_plan_, new_plan_, old_rows, new_rows, sink_, cancel_};
  }
  ShareCounts align_all();
  ShareCounts align_in_shares(std::uint64_t bytes);
  void spill(RowFeed& rows, std::uint64_t count, const ColumnPlan& plan, RowSpill& target);
  void fail_on_duplicates(const ShareCounts& counts) const;
  bool has_keys() const { return !request_.keys.empty(); }

  const DuckDbApi& api_;
  const AlignRequest& request_;
  const AlignLimits& limits_;
  const std::function<void(const AlignedBatch&)>& sink_;
  const CancelToken& cancel_;
  OpenTable old_;
  OpenTable new_;
  ColumnPlan old_plan_;
  ColumnPlan new_plan_;
  std::size_t shares_ = 1;
};

Aligner::Aligner(const DuckDbApi& api,
                 const AlignRequest& request,
                 const AlignLimits& limits,
                 const std::function<void(const AlignedBatch&)>& sink,
                 const CancelToken& cancel)
    : api_(api),
      request_(request),
      limits_(limits),
      sink_(sink),
      cancel_(cancel),
      old_(open_table(api, request.old_table, limits.reader, cancel)),
      new_(open_table(api, request.new_table, limits.reader, cancel)),
      old_plan_(plan_columns(old_, request)),
      new_plan_(plan_columns(new_, request)) {
  for (const OpenTable* table : {&old_, &new_}) {
    if (table->shape.rows > kMaxRows) {
      throw Error(
          ErrorKind::config,
          fmt::format(
              "{} has more than {} rows", quote(table->source.name), format_count(kMaxRows)));
    }
  }
  if (!has_keys() && old_.shape.rows != new_.shape.rows) {
    throw Error(ErrorKind::config,
                fmt::format("{} has {}, {} has {}: without a key both need as many",
                            quote(old_.source.name),
                            plural(old_.shape.rows, "row"),
                            quote(new_.source.name),
                            plural(new_.shape.rows, "row")),
                "name the columns that identify a row with '--key'");
  }
}

Alignment Aligner::run() {
  const ShareCounts counts = align_all();
  fail_on_duplicates(counts);
  Alignment result;
  result.old_rows = old_.shape.rows;
  result.new_rows = new_.shape.rows;
  result.added_columns = columns_only_in_first(new_, old_);
  result.removed_columns = columns_only_in_first(old_, new_);
  result.matched = counts.matched;
  result.only_old = counts.only_old;
  result.only_new = counts.only_new;
  result.dropped_old = counts.dropped_old;
  result.dropped_new = counts.dropped_new;
  result.duplicate_keys_old = counts.old_duplicates.count;
  result.duplicate_keys_new = counts.new_duplicates.count;
  for (const DuplicateKeys* side : {&counts.old_duplicates, &counts.new_duplicates}) {
    for (const DuplicateKeys::Shown& one : side->first) {
      if (result.first_duplicates.size() < DuplicateKeys::kShown) {
        result.first_duplicates.push_back(one.key);
      }
    }
  }
  return result;
}

ShareCounts Aligner::align_all() {
  std::uint64_t needed = 0;
  {
    TableFeed old_rows(api_, old_, old_plan_.read, limits_.reader, cancel_);
    TableFeed new_rows(api_, new_, new_plan_.read, limits_.reader, cancel_);
    ShareAligner all(input(old_rows, new_rows));
    const auto too_much =
        all.load({limits_.held_bytes, 2 * limits_.held_bytes, old_.shape.rows, new_.shape.rows});
    if (!too_much) {
      return all.run();
    }
    needed = *too_much;
  }
  return align_in_shares(needed);
}

// Equal keys fall into the same share, and without keys rows of the same number.
void Aligner::spill(RowFeed& rows, std::uint64_t count, const ColumnPlan& plan, RowSpill& target) {
  const std::array<std::uint64_t, 2> seed{1, 2};
  std::string key;
  rows.each(
      [&](const Fields& fields, std::uint32_t row) {
        std::size_t share = row * shares_ / std::max<std::uint64_t>(count, 1);
        if (has_keys()) {
          key.clear();
          for (const std::size_t position : plan.keys) {
            append_to_key(parse_cell(fields[position]), key);
          }
          share = siphash(seed, key) % shares_;
        }
        target.append(share, row, fields);
        return true;
      },
      [] {});
}

ShareCounts Aligner::align_in_shares(std::uint64_t bytes) {
  const double wanted =
      static_cast<double>(bytes) / static_cast<double>(limits_.held_bytes) * kRoomToSpare;
  shares_ = std::clamp(static_cast<std::size_t>(wanted) + 1, std::size_t{2}, kMostShares);
  RowSpill old_spill(limits_.reader.temp_directory, shares_, old_plan_.read.size());
  RowSpill new_spill(limits_.reader.temp_directory, shares_, new_plan_.read.size());
  TableFeed old_table(api_, old_, old_plan_.read, limits_.reader, cancel_);
  spill(old_table, old_.shape.rows, old_plan_, old_spill);
  TableFeed new_table(api_, new_, new_plan_.read, limits_.reader, cancel_);
  spill(new_table, new_.shape.rows, new_plan_, new_spill);
  ShareCounts counts;
  for (std::size_t share = 0; share < shares_; ++share) {
    const auto old_rows = old_spill.feed(share, cancel_);
    const auto new_rows = new_spill.feed(share, cancel_);
    ShareAligner aligner(input(*old_rows, *new_rows));
    // Many rows of one key are one share, whatever their number.
    const std::uint64_t most = 2 * limits_.held_bytes;
    if (aligner.load({most, most, 0, 0})) {
      refuse_room(request_, most);
    }
    counts.add(aligner.run());
  }
  return counts;
}

void Aligner::fail_on_duplicates(const ShareCounts& counts) const {
  if (request_.duplicates != Duplicates::error ||
      counts.old_duplicates.count + counts.new_duplicates.count == 0) {
    return;
  }
  const bool is_old = counts.old_duplicates.count > 0;
  const DuplicateKeys& side = is_old ? counts.old_duplicates : counts.new_duplicates;
  std::vector<std::string> named;
  for (const DuplicateKeys::Shown& one : side.first) {
    named.push_back(quote(one.key));
  }
  Error error(
      ErrorKind::config,
      fmt::format("{} in {} more than once: {}{}",
                  side.count == 1 ? "a key stands" : format_count(side.count) + " keys stand",
                  quote((is_old ? old_ : new_).source.name),
                  join(named, ", "),
                  side.count > named.size() ? " …" : ""),
      "add a column to the key, or set 'duplicates' to \"occurrence\" or \"drop\"");
  if (is_old && counts.new_duplicates.count > 0) {
    error.add_context(fmt::format("{} has {} duplicate {}",
                                  quote(new_.source.name),
                                  format_count(counts.new_duplicates.count),
                                  counts.new_duplicates.count == 1 ? "key" : "keys"));
  }
  throw Error(std::move(error));
}

}  // namespace

Alignment align_tables(const DuckDbApi& api,
                       const AlignRequest& request,
                       const AlignLimits& limits,
                       const std::function<void(const AlignedBatch&)>& sink,
                       const CancelToken& cancel) {
  return Aligner(api, request, limits, sink, cancel).run();
}

}  // namespace mlops::table
