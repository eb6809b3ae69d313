#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "table/byte_masks.h"
#include "table/csv_scan.h"

namespace mlops::table {

/// How the records of a delimited text look where each of them is one line.
struct LineRules {
  char delimiter = ',';
  CsvShape::Newline newline = CsvShape::Newline::lf;
  std::size_t fields = 1;  ///< of the header
};

/// Finds the records of a text 64 bytes at a time, as long as they are clean: one line each, with
/// as many fields as the header, no quote, no NUL, no carriage return but in a uniform CRLF, UTF-8,
/// not empty, not longer than kMaxRecordBytes. Clean records mean to CsvScanner what they mean
/// here; whatever else a text holds is left to that one. The bytes may change meanwhile: nothing
/// outside of `text` is touched. One thread.
class LineScanner {
 public:
  /// `text` begins with a record and outlives the scanner.
  LineScanner(std::string_view text, const LineRules& rules);

  /// The next record without its line end; false at the end of the text and at a record that is not
  /// clean.
  bool next(std::string_view& record);
  bool is_clean() const { return trouble_.empty(); }
  /// Why not: "a quote".
  std::string_view trouble() const { return trouble_; }
  /// Where the next record begins; the end of the text after the last one.
  const char* position() const { return position_; }
  /// Goes on at a record behind the position.
  void seek(const char* record);

 private:
  /// What was met between the position and the end of a record.
  struct Met {
    std::size_t delimiters = 0;
    std::size_t returns = 0;
    bool odd = false;
    void add(const ByteMasks& masks, std::uint64_t of);
  };

  bool load(const char* at);
  bool accept(std::string_view& record, const Met& met, bool has_end);
  bool refuse(std::string_view trouble);

  static constexpr std::size_t kBlocks = 32;

  ClassifyBytes classify_;
  LineRules rules_;
  const char* end_;
  const char* position_;
  std::string_view trouble_;
  const char* window_;                    ///< what masks_[0] is of
  std::size_t blocks_ = 0;                ///< of the window
  std::size_t block_ = 0;                 ///< current one
  std::array<ByteMasks, kBlocks> masks_;  ///< bits before the position are cleared
};

/// The first field, or up to as many as `fields` has, of a clean record.
void split_record(std::string_view record, char delimiter, std::span<std::string_view> fields);

}  // namespace mlops::table
