#include "table/record_range.h"

#include <algorithm>
#include <cstring>

namespace mlops::table {
namespace {

// Behind the line end of the record that holds this byte.
const char* end_of_record(const char* at, const char* end) {
  const auto* const found =
      static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
  return found != nullptr ? found + 1 : end;
}

}  // namespace

void RecordRanges::add(const char* begin, const char* end, std::uint64_t count) {
  rows += count;
  if (!ranges.empty() && ranges.back().data() + ranges.back().size() == begin) {
    begin = ranges.back().data();
    ranges.pop_back();
  }
  ranges.emplace_back(begin, static_cast<std::size_t>(end - begin));
}

void RecordRanges::append(const RecordRanges& others) {
  for (const RecordRange range : others.ranges) {
    add(range.data(), range.data() + range.size(), 0);
  }
  rows += others.rows;
}

bool RecordRanges::contains(const char* record) const {
  const auto behind = std::upper_bound(
      ranges.begin(), ranges.end(), record, [](const char* wanted, RecordRange range) {
        return wanted < range.data();
      });
  if (behind == ranges.begin()) {
    return false;
  }
  const RecordRange range = *std::prev(behind);
  return record < range.data() + range.size();
}

std::vector<RecordRange> cut_at_records(const std::vector<RecordRange>& ranges,
                                        std::size_t part_bytes) {
  std::vector<RecordRange> parts;
  for (RecordRange rest : ranges) {
    while (!rest.empty()) {
      parts.push_back(first_records(rest, part_bytes));
      rest.remove_prefix(parts.back().size());
    }
  }
  return parts;
}

RecordRange first_records(std::string_view text, std::size_t part_bytes) {
  const char* const end = text.data() + text.size();
  const char* const stop =
      text.size() <= part_bytes ? end : end_of_record(text.data() + part_bytes - 1, end);
  return text.substr(0, static_cast<std::size_t>(stop - text.data()));
}

bool RecordIterator::next(std::string_view& record) {
  if (at_ == end_) {
    return false;
  }
  const char* const begin = at_;
  at_ = end_of_record(begin, end_);
  record = {begin, static_cast<std::size_t>(at_ - begin)};
  if (record.ends_with('\n')) {
    record.remove_suffix(1);
    if (newline_ == CsvShape::Newline::crlf && record.ends_with('\r')) {
      record.remove_suffix(1);
    }
  }
  return true;
}

}  // namespace mlops::table
