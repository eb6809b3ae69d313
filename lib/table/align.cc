#include "table/align.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "base/units.h"
#include "os/random.h"
#include "table/align_batch.h"
#include "table/cell.h"
#include "table/column_plan.h"
#include "table/key_index.h"
#include "table/row_store.h"

namespace mlops::table {
namespace {

constexpr std::size_t kBatchRows = 2048;
constexpr std::size_t kFirstDuplicates = 5;

std::array<std::uint64_t, 2> random_seed() {
  std::array<std::uint8_t, 16> bytes;
  os::random_bytes(bytes);
  std::array<std::uint64_t, 2> seed = {};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    seed[i / 8] = (seed[i / 8] << 8U) | bytes[i];
  }
  return seed;
}

// The keys of one table that stand more than once.
struct DuplicateKeys {
  std::uint64_t count = 0;
  std::vector<std::string> first;

  void add(const Fields& fields, const ColumnPlan& plan) {
    ++count;
    if (first.size() < kFirstDuplicates) {
      std::vector<std::string> cells;
      for (const std::size_t key : plan.keys) {
        cells.emplace_back(fields[key]);
      }
      first.push_back(join(cells, ", "));
    }
  }
};

class Aligner {
 public:
  Aligner(const DuckDbApi& api,
          const AlignRequest& request,
          const AlignLimits& limits,
          const std::function<void(const AlignedBatch&)>& sink,
          const CancelToken& cancel);
  Alignment run();

 private:
  // Where an old row goes: to a new row, to none, or out.
  struct Place {
    bool is_dropped = false;
    std::uint32_t new_row = kNoRow;
  };

  template <typename UseRow>
  void for_each_row(const OpenTable& table,
                    const std::vector<std::size_t>& columns,
                    const UseRow& use,
                    const std::function<void()>& end_of_chunk);
  const std::string& key_of(const Fields& fields, const ColumnPlan& plan);
  void load_new();
  void add_new_row(const Fields& fields, std::uint32_t row);
  void count_old_keys();
  void drop_duplicates();
  void stream_old();
  Place place_old_row(const Fields& fields, std::uint64_t row);
  void emit_only_new();
  void flush();
  void fail_on_duplicates() const;
  void check_memory() const;
  bool has_keys() const { return !request_.keys.empty(); }
  bool is_failing() const {
    return request_.duplicates == Duplicates::error &&
           old_duplicates_.count + new_duplicates_.count > 0;
  }

  const DuckDbApi& api_;
  const AlignRequest& request_;
  const AlignLimits& limits_;
  const std::function<void(const AlignedBatch&)>& sink_;
  const CancelToken& cancel_;
  OpenTable old_;
  OpenTable new_;
  ColumnPlan old_plan_;
  ColumnPlan new_plan_;
  KeyIndex index_;
  RowStore store_;
  std::vector<std::uint32_t> next_new_;  ///< per new row: the next one of the same key
  std::vector<bool> new_row_done_;       ///< matched or dropped
  DuplicateKeys old_duplicates_;
  DuplicateKeys new_duplicates_;
  Alignment result_;
  AlignBatch batch_;
  std::string key_;
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
      new_plan_(plan_columns(new_, request)),
      index_(random_seed()),
      store_(new_plan_.read.size()),
      batch_(old_plan_, new_plan_) {
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
  result_.old_rows = old_.shape.rows;
  result_.new_rows = new_.shape.rows;
  result_.added_columns = columns_only_in_first(new_, old_);
  result_.removed_columns = columns_only_in_first(old_, new_);
  load_new();
  if (has_keys() && request_.duplicates == Duplicates::drop) {
    count_old_keys();
    drop_duplicates();
  }
  stream_old();
  fail_on_duplicates();
  emit_only_new();
  result_.duplicate_keys_old = old_duplicates_.count;
  result_.duplicate_keys_new = new_duplicates_.count;
  for (const DuplicateKeys* side : {&old_duplicates_, &new_duplicates_}) {
    for (const std::string& key : side->first) {
      if (result_.first_duplicates.size() < kFirstDuplicates) {
        result_.first_duplicates.push_back(key);
      }
    }
  }
  return std::move(result_);
}

template <typename UseRow>
void Aligner::for_each_row(const OpenTable& table,
                           const std::vector<std::size_t>& columns,
                           const UseRow& use,
                           const std::function<void()>& end_of_chunk) {
  TableReader reader(api_, table, columns, limits_.reader);
  Fields fields;
  std::uint32_t row = 0;
  while (reader.next()) {
    cancel_.check();
    for (std::size_t i = 0; i < reader.row_count(); ++i, ++row) {
      reader.fields(i, fields);
      use(fields, row);
    }
    end_of_chunk();
    check_memory();
  }
}

const std::string& Aligner::key_of(const Fields& fields, const ColumnPlan& plan) {
  key_.clear();
  for (const std::size_t position : plan.keys) {
    append_to_key(parse_cell(fields[position]), key_);
  }
  return key_;
}

void Aligner::load_new() {
  next_new_.assign(has_keys() ? new_.shape.rows : 0, kNoRow);
  new_row_done_.assign(new_.shape.rows, false);
  for_each_row(
      new_,
      new_plan_.read,
      [this](const Fields& fields, std::uint32_t row) { add_new_row(fields, row); },
      [] {});
}

void Aligner::add_new_row(const Fields& fields, std::uint32_t row) {
  store_.append(fields);
  if (!has_keys()) {
    return;
  }
  KeyIndex::Entry& entry = index_.find_or_add(key_of(fields, new_plan_));
  ++entry.new_count;
  if (entry.new_count == 1) {
    entry.first_new = row;
  } else {
    next_new_[entry.last_new] = row;
  }
  entry.last_new = row;
  if (entry.new_count == 2) {
    new_duplicates_.add(fields, new_plan_);
  }
}

// Which keys are duplicates must be known before the first row is let through.
void Aligner::count_old_keys() {
  for_each_row(
      old_,
      old_plan_.read,
      [this](const Fields& fields, std::uint32_t) {
        KeyIndex::Entry& entry = index_.find_or_add(key_of(fields, old_plan_));
        ++entry.old_count;
        if (entry.old_count == 2) {
          old_duplicates_.add(fields, old_plan_);
        }
      },
      [] {});
}

void Aligner::drop_duplicates() {
  for (const KeyIndex::Entry& entry : index_.entries()) {
    if (entry.old_count <= 1 && entry.new_count <= 1) {
      continue;
    }
    result_.dropped_old += entry.old_count;
    result_.dropped_new += entry.new_count;
    for (std::uint32_t row = entry.first_new; row != kNoRow; row = next_new_[row]) {
      new_row_done_[row] = true;
    }
  }
}

void Aligner::stream_old() {
  Fields new_fields;
  for_each_row(
      old_,
      old_plan_.read,
      [&](const Fields& old_fields, std::uint32_t row) {
        const Place place = place_old_row(old_fields, row);
        if (place.is_dropped) {
          return;
        }
        const bool is_matched = place.new_row != kNoRow;
        if (is_matched) {
          ++result_.matched;
          new_row_done_[place.new_row] = true;
          store_.read(place.new_row, new_fields);
        } else {
          ++result_.only_old;
        }
        batch_.add(row, &old_fields, place.new_row, is_matched ? &new_fields : nullptr);
      },
      // The old fields are views into DuckDB's rows, which go with the chunk.
      [this] { flush(); });
}

Aligner::Place Aligner::place_old_row(const Fields& fields, std::uint64_t row) {
  if (!has_keys()) {
    return {false, static_cast<std::uint32_t>(row)};
  }
  KeyIndex::Entry& entry = index_.find_or_add(key_of(fields, old_plan_));
  if (request_.duplicates == Duplicates::drop) {
    return {entry.old_count > 1 || entry.new_count > 1, entry.first_new};
  }
  ++entry.old_count;
  if (entry.old_count == 2) {
    old_duplicates_.add(fields, old_plan_);
  }
  const std::uint32_t new_row = entry.first_new;
  if (new_row != kNoRow) {
    entry.first_new = next_new_[new_row];
  }
  return {false, new_row};
}

void Aligner::emit_only_new() {
  Fields fields;
  // The batch holds views: the fields of a row are read again for each.
  for (std::uint32_t row = 0; row < store_.size(); ++row) {
    if (!new_row_done_[row]) {
      ++result_.only_new;
      store_.read(row, fields);
      batch_.add(0, nullptr, row, &fields);
    }
    if (batch_.size() == kBatchRows) {
      flush();
    }
  }
  flush();
}

void Aligner::flush() {
  cancel_.check();
  if (batch_.size() > 0 && !is_failing()) {
    sink_(batch_.rows());
  }
  batch_.clear();
}

void Aligner::fail_on_duplicates() const {
  if (!is_failing()) {
    return;
  }
  const bool is_old = old_duplicates_.count > 0;
  const DuplicateKeys& side = is_old ? old_duplicates_ : new_duplicates_;
  std::vector<std::string> named;
  for (const std::string& key : side.first) {
    named.push_back(quote(key));
  }
  Error error(
      ErrorKind::config,
      fmt::format("{} in {} more than once: {}{}",
                  side.count == 1 ? "a key stands" : format_count(side.count) + " keys stand",
                  quote((is_old ? old_ : new_).source.name),
                  join(named, ", "),
                  side.count > named.size() ? " …" : ""),
      "add a column to the key, or set 'duplicates' to \"occurrence\" or \"drop\"");
  if (is_old && new_duplicates_.count > 0) {
    error.add_context(fmt::format("{} has {} duplicate {}",
                                  quote(new_.source.name),
                                  format_count(new_duplicates_.count),
                                  new_duplicates_.count == 1 ? "key" : "keys"));
  }
  throw Error(std::move(error));
}

void Aligner::check_memory() const {
  const std::uint64_t held = index_.memory_bytes() + store_.memory_bytes() +
                             next_new_.capacity() * sizeof(std::uint32_t) +
                             new_row_done_.capacity() / 8;
  if (held > limits_.held_bytes) {
    throw Error(ErrorKind::io,
                fmt::format("aligning {} takes more than the {} of memory that are allowed",
                            quote(new_.source.name),
                            format_bytes(limits_.held_bytes)),
                "compare fewer columns, or allow more memory");
  }
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
