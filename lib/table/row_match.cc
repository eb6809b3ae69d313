#include "table/row_match.h"

#include <algorithm>
#include <atomic>

#include "table/for_each_part.h"
#include "table/key_index.h"
#include "table/line_scanner.h"
#include "table/record_range.h"
#include "table/row_join.h"
#include "table/row_slots.h"
#include "table/row_walk.h"
#include "table/visitor_pool.h"

namespace mlops::table {
namespace {

// How far from its place in the old table a record is searched in the new one, near first: these
// shares of a part.
constexpr std::size_t kSearchShares[] = {256, 8};
// Of so many cuts at least half have a partner in sight where rows stand in about one order.
constexpr std::size_t kProbes = 16;

class Matcher {
 public:
  Matcher(const TablePair& tables, const std::vector<RowVisitor*>& visitors)
      : tables_(tables),
        old_(tables.old_table),
        new_(tables.new_table),
        options_(tables.options),
        visitors_(visitors) {}

  MatchedRows run();

 private:
  bool is_about_one_order(const std::vector<RecordRange>& parts) const;
  RecordRanges count_all(const MappedCsv& table, std::uint64_t& rows);
  std::vector<PartPair> cut(const std::vector<RecordRange>& parts) const;
  const char* find_partner(const char* old_record) const;
  std::vector<WalkedPart> walk(const std::vector<PartPair>& parts);
  bool add_up(std::vector<WalkedPart>& parts);
  void tell_singles();

  const TablePair& tables_;
  const MappedCsv& old_;
  const MappedCsv& new_;
  const MatchOptions& options_;
  VisitorPool visitors_;
  RecordRanges old_left_;
  RecordRanges new_left_;
  MatchedRows found_;
};

MatchedRows Matcher::run() {
  if (std::max(old_.body.size(), new_.body.size()) > RowSlots::kMaxOffset) {
    found_.why_not = "a file of more than a TiB";
    return found_;
  }
  const std::vector<RecordRange> parts = cut_at_records({old_.body}, options_.part_bytes);
  bool ascends = false;
  if (is_about_one_order(parts)) {
    std::vector<WalkedPart> walked = walk(cut(parts));
    ascends = add_up(walked);
  } else {
    old_left_ = count_all(old_, found_.old_rows);
    new_left_ = count_all(new_, found_.new_rows);
  }
  if (found_.why_not.empty() && std::max(found_.old_rows, found_.new_rows) > kMaxRows) {
    found_.why_not = "too many rows";
  }
  if (!found_.why_not.empty()) {
    return found_;
  }
  if (ascends) {
    tell_singles();
  } else {
    join_left_over(tables_, old_left_, new_left_, visitors_, found_);
  }
  return found_;
}

const char* begin_of(std::string_view text) {
  return text.data();
}

const char* end_of(std::string_view text) {
  return text.data() + text.size();
}

// The first record that begins behind `at`; the end without one.
const char* next_record(std::string_view text, std::size_t at) {
  const std::size_t end = text.find('\n', at);
  return end == std::string_view::npos ? end_of(text) : text.data() + end + 1;
}

std::size_t scaled(std::size_t at, std::size_t from, std::size_t to) {
  return static_cast<std::size_t>(static_cast<double>(at) / static_cast<double>(from) *
                                  static_cast<double>(to));
}

// The record of the new table with the key of this one, if it stands about where it should.
const char* Matcher::find_partner(const char* old_record) const {
  KeyReader old_keys(options_.old_keys, old_.rules.delimiter);
  KeyReader new_keys(options_.new_keys, new_.rules.delimiter);
  const auto offset = static_cast<std::size_t>(old_record - old_.body.data());
  std::string_view record;
  RecordIterator(old_.body.substr(offset), old_.rules.newline).next(record);
  KeyCells wanted;
  KeyCells found;
  old_keys.read(record, wanted);
  const std::size_t guess =
      std::min(scaled(offset, old_.body.size(), new_.body.size()), new_.body.size());
  for (const std::size_t share : kSearchShares) {
    const std::size_t reach = options_.part_bytes / share;
    const char* const begin = next_record(new_.body, guess - std::min(guess, reach));
    const char* const end = next_record(new_.body, std::min(guess + reach, new_.body.size()));
    RecordIterator records({begin, static_cast<std::size_t>(end - begin)}, new_.rules.newline);
    while (records.next(record)) {
      new_keys.read(record, found);
      if (found == wanted) {
        return record.data();
      }
    }
  }
  return nullptr;
}

bool Matcher::is_about_one_order(const std::vector<RecordRange>& parts) const {
  const std::size_t cuts = parts.size() - std::min<std::size_t>(parts.size(), 1);
  const std::size_t probes = std::min(cuts, kProbes);
  std::atomic<std::size_t> partners{0};
  for_each_part(options_.threads, probes, [&](std::size_t i) {
    tables_.cancel.check();
    if (find_partner(begin_of(parts[1 + i * cuts / probes])) != nullptr) {
      ++partners;
    }
  });
  return partners * 2 >= probes;
}

// All rows of a table are left to the join. Looks whether they are clean.
RecordRanges Matcher::count_all(const MappedCsv& table, std::uint64_t& rows) {
  const std::vector<RecordRange> parts = cut_at_records({table.body}, options_.part_bytes);
  std::vector<std::uint64_t> counts(parts.size());
  std::vector<std::string> troubles(parts.size());
  for_each_part(options_.threads, parts.size(), [&](std::size_t i) {
    tables_.cancel.check();
    LineScanner scanner(parts[i], table.rules);
    for (std::string_view record; scanner.next(record);) {
      ++counts[i];
    }
    troubles[i] = scanner.trouble();
  });
  RecordRanges all;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    rows += counts[i];
    all.add(begin_of(parts[i]), end_of(parts[i]), counts[i]);
    if (found_.why_not.empty()) {
      found_.why_not = troubles[i];
    }
  }
  return all;
}

// A cut where no partner is in sight is not made.
std::vector<PartPair> Matcher::cut(const std::vector<RecordRange>& parts) const {
  std::vector<const char*> partners(parts.size());
  for_each_part(options_.threads, parts.size(), [&](std::size_t i) {
    partners[i] = i == 0 ? begin_of(new_.body) : find_partner(begin_of(parts[i]));
  });
  std::vector<PartPair> pairs;
  const char* old_begin = begin_of(old_.body);
  const char* new_begin = begin_of(new_.body);
  const auto add = [&](const char* old_end, const char* new_end) {
    pairs.push_back({{old_begin, static_cast<std::size_t>(old_end - old_begin)},
                     {new_begin, static_cast<std::size_t>(new_end - new_begin)}});
    old_begin = old_end;
    new_begin = new_end;
  };
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (partners[i] != nullptr && partners[i] > new_begin) {
      add(begin_of(parts[i]), partners[i]);
    }
  }
  add(end_of(old_.body), end_of(new_.body));
  return pairs;
}

std::vector<WalkedPart> Matcher::walk(const std::vector<PartPair>& parts) {
  std::vector<WalkedPart> walked(parts.size());
  for_each_part(options_.threads, parts.size(), [&](std::size_t i) {
    tables_.cancel.check();
    const VisitorPool::Loan visitor(visitors_);
    walked[i] = walk_parts(tables_, parts[i], *visitor);
  });
  return walked;
}

// Whether all keys of both tables ascend strictly, from the first part to the last.
bool Matcher::add_up(std::vector<WalkedPart>& parts) {
  bool ascends = true;
  KeyCells last;
  for (const WalkedPart& part : parts) {
    if (found_.why_not.empty()) {
      found_.why_not = part.trouble;
    }
    found_.old_rows += part.old_rows;
    found_.new_rows += part.new_rows;
    found_.matched += part.matched;
    old_left_.append(part.old_left);
    new_left_.append(part.new_left);
    ascends = ascends && part.ascends;
    if (!part.first_key.empty()) {
      ascends = ascends && (last.empty() || compare_keys(last, part.first_key) < 0);
      last = part.last_key;
    }
  }
  return ascends;
}

void Matcher::tell_singles() {
  found_.only_old = old_left_.rows;
  found_.only_new = new_left_.rows;
  const VisitorPool::Loan visitor(visitors_);
  std::string_view record;
  for (const RecordRange range : old_left_.ranges) {
    for (RecordIterator records(range, old_.rules.newline); records.next(record);) {
      (*visitor).single(TableSide::old_table, record);
    }
  }
  for (const RecordRange range : new_left_.ranges) {
    for (RecordIterator records(range, new_.rules.newline); records.next(record);) {
      (*visitor).single(TableSide::new_table, record);
    }
  }
}

}  // namespace

MatchedRows match_rows(const TablePair& tables, const std::vector<RowVisitor*>& visitors) {
  MatchedRows found = Matcher(tables, visitors).run();
  if (found.why_not.empty() && (tables.old_table.map.was_cut() || tables.new_table.map.was_cut())) {
    found.why_not = "a file that changes while it is read";
  }
  return found;
}

}  // namespace mlops::table
