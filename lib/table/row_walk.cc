#include "table/row_walk.h"

#include <cstring>

#include "table/line_scanner.h"

namespace mlops::table {
namespace {

// How many records are searched for a key where keys do not ascend: a few missing rows.
constexpr std::size_t kLookAhead = 64;
constexpr std::uint64_t kRowsBetweenChecks = 1U << 16U;

// One table's part: where the walk stands in it.
struct Cursor {
  Cursor(const MappedCsv& table, RecordRange part, const std::vector<std::size_t>& keys)
      : rules(table.rules),
        scanner(part, table.rules),
        reader(keys, table.rules.delimiter),
        at(part.data()),
        end(part.data() + part.size()) {}

  /// Goes to the next record; false at the end, and where it is not clean.
  bool next() {
    if (scanner.position() != at) {
      scanner.seek(at);
    }
    begin = at;
    has_row = scanner.next(record);
    at = scanner.position();
    rows += has_row ? 1U : 0U;
    return has_row;
  }
  void leave() {
    left.add(begin, at, 1);
    has_row = false;
  }

  LineRules rules;
  LineScanner scanner;
  KeyReader reader;
  const char* at;  ///< behind the current record
  const char* end;
  const char* begin = nullptr;  ///< of the current record
  std::string_view record;
  KeyCells key;
  bool has_row = false;
  std::uint64_t rows = 0;
  RecordRanges left;
};

class Walk {
 public:
  Walk(const TablePair& tables, const PartPair& parts, RowVisitor& visitor)
      : old_(tables.old_table, parts.old_part, tables.options.old_keys),
        new_(tables.new_table, parts.new_part, tables.options.new_keys),
        has_same_layout_(tables.has_same_layout()),
        has_same_ends_(old_.rules.newline == new_.rules.newline),
        visitor_(visitor),
        cancel_(tables.cancel) {}

  WalkedPart run();

 private:
  bool fill(Cursor& side);
  bool take_same();
  void step();
  void match();
  void leave(Cursor& side);
  void pass(const KeyCells& key);
  bool resynchronise();
  void give_up(Cursor& side);
  bool is_fine() const {
    return part_.trouble.empty() && old_.scanner.is_clean() && new_.scanner.is_clean();
  }

  Cursor old_;
  Cursor new_;
  bool has_same_layout_;
  bool has_same_ends_;
  RowVisitor& visitor_;
  const CancelToken& cancel_;
  WalkedPart part_;
};

WalkedPart Walk::run() {
  while (is_fine()) {
    const bool has_old = old_.has_row || fill(old_);
    if (has_old && !new_.has_row && take_same()) {
      continue;
    }
    const bool has_new = new_.has_row || fill(new_);
    if (!is_fine() || (!has_old && !has_new)) {
      break;
    }
    step();
  }
  for (const Cursor* side : {&old_, &new_}) {
    if (part_.trouble.empty()) {
      part_.trouble = side->scanner.trouble();
    }
  }
  part_.old_rows = old_.rows;
  part_.new_rows = new_.rows;
  part_.old_left = std::move(old_.left);
  part_.new_left = std::move(new_.left);
  return std::move(part_);
}

bool Walk::fill(Cursor& side) {
  if (!side.next()) {
    return false;
  }
  if (side.rows % kRowsBetweenChecks == 0) {
    cancel_.check();
  }
  side.reader.read(side.record, side.key);
  if (!is_canonical(side.key)) {
    part_.trouble = kOddKey;
  }
  return true;
}

// The same bytes are the same record, and as clean. Nearly all rows end here, without a look for
// their end in the new table.
bool Walk::take_same() {
  const auto length = static_cast<std::size_t>(old_.at - old_.begin);
  const bool is_same = has_same_layout_ && has_same_ends_ && old_.at[-1] == '\n' &&
                       length <= static_cast<std::size_t>(new_.end - new_.at) &&
                       std::memcmp(old_.begin, new_.at, length) == 0;
  if (!is_same) {
    return false;
  }
  const std::string_view record(new_.at, old_.record.size());
  new_.at += length;
  ++new_.rows;
  ++part_.matched;
  visitor_.matched(old_.record, record, true);
  pass(old_.key);
  old_.has_row = false;
  return true;
}

void Walk::step() {
  if (!old_.has_row) {
    leave(new_);
    return;
  }
  if (!new_.has_row) {
    leave(old_);
    return;
  }
  const int order = compare_keys(old_.key, new_.key);
  if (order == 0) {
    match();
  } else if (part_.ascends) {
    leave(order < 0 ? old_ : new_);
  } else if (!resynchronise()) {
    give_up(old_);
    give_up(new_);
  }
}

void Walk::match() {
  ++part_.matched;
  visitor_.matched(old_.record, new_.record, has_same_layout_ && old_.record == new_.record);
  pass(old_.key);
  old_.has_row = false;
  new_.has_row = false;
}

void Walk::leave(Cursor& side) {
  pass(side.key);
  side.leave();
}

void Walk::pass(const KeyCells& key) {
  if (part_.last_key.empty()) {
    part_.first_key = key;
  } else if (part_.ascends) {
    part_.ascends = compare_keys(part_.last_key, key) < 0;
  }
  part_.last_key = key;
}

// Only a hint, so it does not matter in what kind of file.
std::string_view without_return(std::string_view line) {
  return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

// How many records behind the current one the key stands; 0: not in sight.
std::size_t distance_to(Cursor& side, const KeyCells& wanted) {
  KeyCells found;
  const char* at = side.at;
  for (std::size_t distance = 1; distance <= kLookAhead && at < side.end; ++distance) {
    const auto rest = static_cast<std::size_t>(side.end - at);
    const auto* const line_end = static_cast<const char*>(std::memchr(at, '\n', rest));
    const char* const stop = line_end != nullptr ? line_end : side.end;
    side.reader.read(without_return({at, static_cast<std::size_t>(stop - at)}), found);
    if (found == wanted) {
      return distance;
    }
    at = line_end != nullptr ? line_end + 1 : side.end;
  }
  return 0;
}

bool Walk::resynchronise() {
  const std::size_t in_new = distance_to(new_, old_.key);
  const std::size_t in_old = in_new == 1 ? 0 : distance_to(old_, new_.key);
  if (in_new == 0 && in_old == 0) {
    return false;
  }
  const bool skip_new = in_old == 0 || (in_new != 0 && in_new <= in_old);
  Cursor& side = skip_new ? new_ : old_;
  for (std::size_t i = skip_new ? in_new : in_old; i > 0 && side.has_row; --i) {
    leave(side);
    fill(side);
  }
  return true;
}

// To the end, only to see that all of it is clean and how many rows there are. The join looks at
// the keys.
void Walk::give_up(Cursor& side) {
  const char* const begin = side.begin;
  const std::uint64_t before = side.rows - (side.has_row ? 1U : 0U);
  part_.ascends = false;
  while (side.next()) {
    if (side.rows % kRowsBetweenChecks == 0) {
      cancel_.check();
    }
  }
  side.left.add(begin, side.at, side.rows - before);
}

}  // namespace

WalkedPart walk_parts(const TablePair& tables, const PartPair& parts, RowVisitor& visitor) {
  return Walk(tables, parts, visitor).run();
}

}  // namespace mlops::table
