#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/harness.h"
#include "table/csv_scan.h"
#include "table/key_reader.h"
#include "table/mapped_csv.h"
#include "table/row_match.h"

namespace {

using namespace mlops;
using namespace mlops::table;

constexpr std::string_view kBetween = "\n==\n";  // two tables in one input

using Records = std::map<std::string, std::string, std::less<>>;

/// Pairs that are counted.
struct Pairs final : RowVisitor {
  void matched(std::string_view old_record, std::string_view new_record, bool is_same) override {
    fuzz::require(!is_same || old_record == new_record);
    ++count;
  }
  void single(TableSide side, std::string_view /*record*/) override {
    ++(side == TableSide::old_table ? only_old : only_new);
  }
  std::uint64_t count = 0;
  std::uint64_t only_old = 0;
  std::uint64_t only_new = 0;
};

bool all_classifiers_agree(std::string_view text) {
  std::string padded(text);
  padded.resize((padded.size() / kMaskBytes + 1) * kMaskBytes, ' ');
  const std::size_t blocks = padded.size() / kMaskBytes;
  std::vector<ByteMasks> first(blocks);
  for (const ByteClassifier& classifier : byte_classifiers()) {
    std::vector<ByteMasks> masks(blocks);
    classifier.classify(padded.data(), blocks, ',', masks.data());
    first = classifier.name == "portable" ? masks : first;
    for (std::size_t i = 0; i < blocks; ++i) {
      if (masks[i].newline != first[i].newline || masks[i].delimiter != first[i].delimiter ||
          masks[i].carriage_return != first[i].carriage_return || masks[i].odd != first[i].odd) {
        return false;
      }
    }
  }
  return true;
}

/// The first cells of all records, where the table is clean and none stands twice.
std::optional<Records> keys_of(const MappedCsv& table, std::string_view text) {
  LineScanner scanner(table.body, table.rules);
  KeyReader reader({0}, ',');
  KeyCells key;
  Records records;
  std::uint64_t rows = 0;
  bool is_twice = false;
  for (std::string_view record; scanner.next(record); ++rows) {
    reader.read(record, key);
    is_twice =
        !records.emplace(key.front(), record).second || !is_canonical(key.front()) || is_twice;
  }
  if (!scanner.is_clean()) {
    return std::nullopt;
  }
  // What is clean here, the strict reader accepts.
  CsvScanner strict(Format::csv, "t.csv");
  strict.feed(text);
  const CsvShape shape = strict.finish();
  fuzz::require(shape.rows == rows && shape.columns == table.columns && !shape.has_quoted_newline);
  return is_twice ? std::nullopt : std::optional(records);
}

void match(const MappedCsv& old_table,
           const MappedCsv& new_table,
           const std::optional<Records>& old_keys,
           const std::optional<Records>& new_keys) {
  Pairs pairs;
  const CancelToken cancel;
  const MatchOptions options{{0}, {0}, 1, 16};
  const MatchedRows found = match_rows({old_table, new_table, options, cancel}, {&pairs});
  fuzz::require(found.why_not.empty() == (old_keys && new_keys));
  if (found.why_not.empty()) {
    const auto both = static_cast<std::uint64_t>(
        std::count_if(old_keys->begin(), old_keys->end(), [&](const auto& row) {
          return new_keys->contains(row.first);
        }));
    fuzz::require(found.matched == both && pairs.count == both);
    fuzz::require(found.only_old == old_keys->size() - both && pairs.only_old == found.only_old);
    fuzz::require(found.only_new == new_keys->size() - both && pairs.only_new == found.only_new);
  }
}

}  // namespace

// What the fast reader takes for clean, the strict one accepts as the same rows; rows are paired as
// a map of all keys would pair them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Scratch kScratch;
  const std::string_view text = fuzz::as_text(data, size);
  fuzz::require(all_classifiers_agree(text));
  const std::size_t cut = text.find(kBetween);
  const std::string_view old_text = text.substr(0, cut == std::string_view::npos ? cut : cut + 1);
  const std::string_view new_text =
      cut == std::string_view::npos ? old_text : text.substr(cut + kBetween.size());
  const Source old_source{kScratch.path() / "old.csv", "old.csv", Format::csv};
  const Source new_source{kScratch.path() / "new.csv", "new.csv", Format::csv};
  fuzz::Scratch::write(old_source.path, old_text);
  fuzz::Scratch::write(new_source.path, new_text);
  const MappedCsvOrNot old_map = map_csv(old_source);
  const MappedCsvOrNot new_map = map_csv(new_source);
  if (old_map.table && new_map.table) {
    match(*old_map.table,
          *new_map.table,
          keys_of(*old_map.table, old_text),
          keys_of(*new_map.table, new_text));
  }
  return 0;
}
