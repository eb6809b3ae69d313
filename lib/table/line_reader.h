#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "table/text_stream.h"

namespace mlops::table {

/// The lines of a text without their ends, which are LF (a CR before it is left); the last one may
/// lack it. A UTF-8 byte order mark at the start is skipped. One thread.
class LineReader {
 public:
  /// See TextStream.
  LineReader(const os::Fd& fd, const Source& source, os::TempFile* copy = nullptr)
      : text_(fd, source, copy), name_(source.name) {}
  /// Nothing at the end; valid until the next call. Error{config} for a line of more than
  /// kMaxRecordBytes, which is never held.
  std::optional<std::string_view> next();
  std::uint64_t number() const { return number_; }  ///< of the line, from 1

 private:
  void append(std::string_view piece);
  std::string_view take(std::string_view line);

  TextStream text_;
  const std::string& name_;
  std::string_view rest_;  ///< of the text's current piece
  std::string line_;       ///< one that lies in several pieces
  std::uint64_t number_ = 0;
};

}  // namespace mlops::table
