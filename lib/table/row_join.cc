#include "table/row_join.h"

#include <array>
#include <atomic>
#include <functional>
#include <mutex>
#include <string>

#include "os/random.h"
#include "table/for_each_part.h"
#include "table/key_reader.h"
#include "table/row_slots.h"

namespace mlops::table {
namespace {

// Rows that are looked at together: while one batch is, the memory that the next one needs is
// fetched.
constexpr std::size_t kAhead = 16;
constexpr std::size_t kCacheLine = 64;
constexpr const char* kTwice = "a key that stands twice";
constexpr const char* kChanged = "a file that changes while it is read";

KeyHasher random_hasher() {
  std::array<std::uint8_t, 16> bytes;
  os::random_bytes(bytes);
  std::array<std::uint64_t, 2> seed;
  std::memcpy(seed.data(), bytes.data(), bytes.size());
  return KeyHasher(seed);
}

// A few records with their keys.
struct Batch {
  struct Row {
    std::string_view record;
    KeyCells key;
    std::uint64_t hash = 0;
  };
  std::array<Row, kAhead> rows;
  std::size_t size = 0;

  bool fill(RecordIterator& records,
            KeyReader& keys,
            const KeyHasher& hasher,
            const RowSlots& slots) {
    size = 0;
    while (size < rows.size() && records.next(rows[size].record)) {
      Row& row = rows[size];
      keys.read(row.record, row.key);
      row.hash = hasher(row.key);
      slots.prefetch(row.hash);
      ++size;
    }
    return size > 0;
  }
};

class Join {
 public:
  Join(const TablePair& tables,
       const RecordRanges& old_left,
       const RecordRanges& new_left,
       VisitorPool& visitors,
       MatchedRows& found)
      : old_(tables.old_table),
        new_(tables.new_table),
        options_(tables.options),
        old_left_(old_left),
        new_left_(new_left),
        visitors_(visitors),
        cancel_(tables.cancel),
        found_(found),
        has_same_layout_(tables.has_same_layout()),
        hasher_(random_hasher()),
        slots_(found.old_rows) {}

  void run();

 private:
  KeyReader old_keys() const { return {options_.old_keys, old_.rules.delimiter}; }
  KeyReader new_keys() const { return {options_.new_keys, new_.rules.delimiter}; }
  void each_part(const std::vector<RecordRange>& ranges,
                 const std::function<void(RecordRange)>& body);
  void insert(RecordRange part);
  bool insert(const Batch& batch, KeyReader& others);
  void look_up(RecordRange part);
  void fetch_candidates(const Batch& batch) const;
  bool is_record(std::size_t offset, std::string_view record) const;
  struct Search;
  bool take(const Batch::Row& row, Search& search);
  bool has_key(std::size_t offset, const KeyCells& key, KeyReader& keys);
  void join_new_among_themselves();
  void tell_old_singles();
  std::string_view record_at(const MappedCsv& table, std::size_t offset) const;
  void refuse(const char* why);

  const MappedCsv& old_;
  const MappedCsv& new_;
  const MatchOptions& options_;
  const RecordRanges& old_left_;
  const RecordRanges& new_left_;
  VisitorPool& visitors_;
  const CancelToken& cancel_;
  MatchedRows& found_;
  bool has_same_layout_;
  KeyHasher hasher_;
  RowSlots slots_;
  std::atomic<std::uint64_t> inserted_{0};
  std::atomic<std::uint64_t> matched_{0};
  std::atomic<bool> is_refused_{false};
  std::mutex mutex_;
  std::vector<std::string_view> only_new_;  ///< guarded by mutex_, as the reason is
};

// What one thread needs to look rows up.
struct Join::Search {
  KeyReader old_keys;
  RowVisitor& visitor;
  KeyCells key = {};  ///< of an old row
  std::uint64_t matched = 0;
};

void Join::run() {
  each_part({old_.body}, [this](RecordRange part) { insert(part); });
  if (!is_refused_) {
    each_part(new_left_.ranges, [this](RecordRange part) { look_up(part); });
  }
  if (!is_refused_) {
    join_new_among_themselves();
  }
  if (is_refused_) {
    return;
  }
  found_.matched += matched_;
  found_.only_old = old_left_.rows - matched_;
  found_.only_new = only_new_.size();
  if (found_.only_old > 0) {
    tell_old_singles();
  }
}

void Join::refuse(const char* why) {
  const std::lock_guard<std::mutex> lock(mutex_);
  is_refused_ = true;
  found_.why_not = why;
}

void Join::each_part(const std::vector<RecordRange>& ranges,
                     const std::function<void(RecordRange)>& body) {
  const std::vector<RecordRange> parts = cut_at_records(ranges, options_.part_bytes);
  for_each_part(options_.threads, parts.size(), [&](std::size_t i) {
    cancel_.check();
    if (!is_refused_) {
      body(parts[i]);
    }
  });
}

std::string_view Join::record_at(const MappedCsv& table, std::size_t offset) const {
  RecordIterator records(table.body.substr(offset), table.rules.newline);
  std::string_view record;
  records.next(record);
  return record;
}

bool Join::has_key(std::size_t offset, const KeyCells& key, KeyReader& keys) {
  KeyCells other;
  keys.read(record_at(old_, offset), other);
  return other == key;
}

void Join::insert(RecordRange part) {
  KeyReader keys = old_keys();
  KeyReader others = old_keys();
  RecordIterator records(part, old_.rules.newline);
  std::array<Batch, 2> batches;
  Batch* current = &batches[0];
  Batch* next = &batches[1];
  for (bool has_more = true; has_more && !is_refused_; std::swap(current, next)) {
    has_more = next->fill(records, keys, hasher_, slots_);
    if (!insert(*current, others)) {
      return;
    }
  }
}

bool Join::insert(const Batch& batch, KeyReader& others) {
  // More rows than were counted would fill the slots, in which searches then never end.
  if (inserted_.fetch_add(batch.size) + batch.size > found_.old_rows) {
    refuse(kChanged);
    return false;
  }
  for (std::size_t i = 0; i < batch.size; ++i) {
    const Batch::Row& row = batch.rows[i];
    if (!is_canonical(row.key)) {
      refuse(kOddKey);
      return false;
    }
    const auto offset = static_cast<std::size_t>(row.record.data() - old_.body.data());
    const bool is_new = slots_.insert(
        row.hash, offset, [&](std::size_t other) { return has_key(other, row.key, others); });
    if (!is_new) {
      refuse(kTwice);
      return false;
    }
  }
  return true;
}

void Join::look_up(RecordRange part) {
  const VisitorPool::Loan visitor(visitors_);
  KeyReader keys = new_keys();
  Search search{old_keys(), *visitor};
  RecordIterator records(part, new_.rules.newline);
  std::array<Batch, 2> batches;
  Batch* current = &batches[0];
  Batch* next = &batches[1];
  for (bool has_more = true; has_more && !is_refused_; std::swap(current, next)) {
    has_more = next->fill(records, keys, hasher_, slots_);
    for (std::size_t i = 0; i < current->size; ++i) {
      const bool is_odd = !is_canonical(current->rows[i].key);
      if (is_odd || !take(current->rows[i], search)) {
        refuse(is_odd ? kOddKey : kTwice);
        return;
      }
    }
    fetch_candidates(*next);
  }
  matched_.fetch_add(search.matched);
}

// The old rows that will be compared with these.
void Join::fetch_candidates(const Batch& batch) const {
  for (std::size_t i = 0; i < batch.size; ++i) {
    const std::size_t offset = slots_.first_candidate(batch.rows[i].hash);
    if (offset != RowSlots::kNone) {
      const char* const record = old_.body.data() + offset;
      __builtin_prefetch(record);
      __builtin_prefetch(record + kCacheLine);
    }
  }
}

// Whether the old record there has these bytes, which takes no look for its end: clean records hold
// neither of the characters that may follow.
bool Join::is_record(std::size_t offset, std::string_view record) const {
  const std::string_view rest = old_.body.substr(offset);
  return rest.starts_with(record) && (rest.size() == record.size() || rest[record.size()] == '\n' ||
                                      rest[record.size()] == '\r');
}

// False when the key stands twice in the new table.
bool Join::take(const Batch::Row& row, Search& search) {
  std::string_view old_record;
  bool is_same = false;
  const std::size_t slot = slots_.find(row.hash, [&](std::size_t offset) {
    is_same = has_same_layout_ && is_record(offset, row.record);
    if (is_same) {
      old_record = old_.body.substr(offset, row.record.size());
      return true;
    }
    old_record = record_at(old_, offset);
    search.old_keys.read(old_record, search.key);
    return search.key == row.key;
  });
  if (slot == RowSlots::kNone) {
    const std::lock_guard<std::mutex> lock(mutex_);
    only_new_.push_back(row.record);
    return true;
  }
  if (!old_left_.contains(old_record.data()) || !slots_.mark(slot)) {
    return false;
  }
  ++search.matched;
  search.visitor.matched(old_record, row.record, is_same);
  return true;
}

void Join::join_new_among_themselves() {
  RowSlots slots(only_new_.size());
  KeyReader keys = new_keys();
  KeyReader others = new_keys();
  KeyCells key;
  KeyCells other;
  const VisitorPool::Loan visitor(visitors_);
  for (const std::string_view record : only_new_) {
    keys.read(record, key);
    const auto offset = static_cast<std::size_t>(record.data() - new_.body.data());
    const bool is_new = slots.insert(hasher_(key), offset, [&](std::size_t place) {
      others.read(record_at(new_, place), other);
      return other == key;
    });
    if (!is_new) {
      refuse(kTwice);
      return;
    }
    (*visitor).single(TableSide::new_table, record);
  }
}

void Join::tell_old_singles() {
  const VisitorPool::Loan visitor(visitors_);
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    const std::size_t offset = slots_.offset_at(slot);
    if (offset != RowSlots::kNone && !slots_.is_marked(slot) &&
        old_left_.contains(old_.body.data() + offset)) {
      (*visitor).single(TableSide::old_table, record_at(old_, offset));
    }
  }
}

}  // namespace

void join_left_over(const TablePair& tables,
                    const RecordRanges& old_left,
                    const RecordRanges& new_left,
                    VisitorPool& visitors,
                    MatchedRows& found) {
  Join(tables, old_left, new_left, visitors, found).run();
}

}  // namespace mlops::table
