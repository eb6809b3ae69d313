#include "table/csv_scan.h"

#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "table/text_stream.h"

namespace mlops::table {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

char delimiter_of(Format format) {
  return format == Format::tsv ? '\t' : ',';
}

std::string fields(std::size_t count) {
  return plural(count, "field");
}

}  // namespace

CsvScanner::CsvScanner(Format format, std::string name)
    : name_(std::move(name)), delimiter_(delimiter_of(format)) {
  for (const char c : {delimiter_, '"', '\r', '\n', '\0'}) {
    special_[static_cast<unsigned char>(c)] = true;
  }
}

void CsvScanner::fail(const std::string& problem) const {
  throw Error(ErrorKind::config, fmt::format("{} line {}: {}", quote(name_), line_, problem));
}

void CsvScanner::feed(std::string_view bytes) {
  std::size_t at = 0;
  while (at_start_ && at < bytes.size()) {
    if (bytes[at] == kByteOrderMark[bom_matched_]) {
      ++at;
      ++bom_matched_;
      at_start_ = bom_matched_ < kByteOrderMark.size();
      continue;
    }
    at_start_ = false;
    // A mark that breaks off is the start of a name, which is then no UTF-8 and refused as such.
    for (const char c : kByteOrderMark.substr(0, bom_matched_)) {
      step(c);
    }
  }
  while (at < bytes.size()) {
    at = skip_plain(bytes, at);
    if (at < bytes.size()) {
      step(bytes[at]);
      ++at;
    }
  }
}

// Over the bytes that mean nothing but themselves: nearly all of them.
std::size_t CsvScanner::skip_plain(std::string_view bytes, std::size_t at) {
  if (!has_header() || (state_ != State::unquoted && state_ != State::quoted)) {
    return at;
  }
  const std::size_t start = at;
  while (at < bytes.size() && !special_[static_cast<unsigned char>(bytes[at])]) {
    ++at;
  }
  take_bytes(at - start);
  return at;
}

void CsvScanner::take_bytes(std::size_t count) {
  record_bytes_ += count;
  if (record_bytes_ > kMaxRecordBytes) {
    fail(fmt::format("the row is longer than {}", format_bytes(kMaxRecordBytes)));
  }
}

void CsvScanner::step(char c) {
  if (c == '\0') {
    fail("a NUL byte: this is not UTF-8 text");
  }
  take_bytes(1);
  if (state_ == State::quoted || state_ == State::quote_in_quoted) {
    step_quoted(c);
  } else {
    step_unquoted(c);
  }
}

void CsvScanner::step_quoted(char c) {
  if (state_ == State::quoted) {
    if (c == '"') {
      state_ = State::quote_in_quoted;
      return;
    }
    if (c == '\n') {
      ++line_;
      shape_.has_quoted_newline = true;
    }
    add_to_header(c);
    return;
  }
  if (c == '"') {
    add_to_header(c);
    state_ = State::quoted;
  } else if (c == delimiter_) {
    end_field();
  } else if (c == '\n') {
    end_record(CsvShape::Newline::lf);
  } else if (c == '\r') {
    state_ = State::carriage_return;
  } else {
    fail("text after the closing quote of a field");
  }
}

void CsvScanner::step_unquoted(char c) {
  if (state_ == State::carriage_return) {
    if (c != '\n') {
      fail("a carriage return that does not end a line");
    }
    end_record(CsvShape::Newline::crlf);
  } else if (c == '"') {
    if (state_ != State::field_start) {
      fail("a quote inside a field that does not start with one");
    }
    record_has_quotes_ = true;
    state_ = State::quoted;
  } else if (c == delimiter_) {
    end_field();
  } else if (c == '\n') {
    end_record(CsvShape::Newline::lf);
  } else if (c == '\r') {
    state_ = State::carriage_return;
  } else {
    add_to_header(c);
    state_ = State::unquoted;
  }
}

void CsvScanner::add_to_header(char c) {
  if (!has_header()) {
    header_field_.push_back(c);
  }
}

void CsvScanner::end_field() {
  ++fields_;
  state_ = State::field_start;
  if (!has_header()) {
    if (fields_ > kMaxColumns) {
      fail(fmt::format("more than {} columns", format_count(kMaxColumns)));
    }
    header_.push_back(std::exchange(header_field_, {}));
  }
}

void CsvScanner::end_record(CsvShape::Newline newline) {
  if (newline_known_ && newline != shape_.newline) {
    fail(newline == CsvShape::Newline::lf ? "the line ends in LF, those before it in CRLF"
                                          : "the line ends in CRLF, those before it in LF");
  }
  newline_known_ = true;
  shape_.newline = newline;
  close_record(newline == CsvShape::Newline::crlf ? 2 : 1);
  ++line_;
  record_line_ = line_;
}

void CsvScanner::close_record(std::size_t line_end) {
  const bool is_blank = fields_ == 0 && !record_has_quotes_ && record_bytes_ <= line_end;
  end_field();
  if (!has_header()) {
    take_header();
  } else if (!is_blank || shape_.columns.size() == 1) {
    if (fields_ != shape_.columns.size()) {
      line_ = record_line_;
      fail(fmt::format("the row has {}, the header {}", fields(fields_), shape_.columns.size()));
    }
    ++shape_.rows;
  }
  fields_ = 0;
  record_bytes_ = 0;
  record_has_quotes_ = false;
}

void CsvScanner::take_header() {
  std::unordered_set<std::string_view> seen;
  line_ = record_line_;
  for (std::size_t column = 0; column < header_.size(); ++column) {
    const std::string& name = header_[column];
    if (name.empty()) {
      fail(fmt::format("column {} has no name", column + 1));
    }
    if (!is_utf8(name)) {
      fail(fmt::format("the name of column {} is not UTF-8", column + 1));
    }
    if (!seen.insert(name).second) {
      fail(fmt::format("the column name {} stands twice", quote(name)));
    }
  }
  shape_.columns = std::move(header_);
}

CsvShape CsvScanner::finish() {
  if (state_ == State::quoted) {
    line_ = record_line_;
    fail("a quoted field of this row is never closed");
  }
  if (state_ == State::carriage_return) {
    fail("a carriage return that does not end a line");
  }
  if (at_start_ && bom_matched_ > 0 && bom_matched_ < kByteOrderMark.size()) {
    fail("the name of column 1 is not UTF-8");
  }
  if (fields_ > 0 || record_bytes_ > 0) {
    close_record(0);
  }
  if (!has_header()) {
    throw Error(ErrorKind::config, fmt::format("{} is empty: it has no header", quote(name_)));
  }
  return std::move(shape_);
}

CsvShape scan_csv(const os::Fd& fd,
                  const Source& source,
                  const CancelToken& cancel,
                  os::TempFile* plain) {
  CsvScanner scanner(source.format, source.name);
  TextStream text(fd, source, plain);
  for (std::string_view block = text.next(); !block.empty(); block = text.next()) {
    cancel.check();
    scanner.feed(block);
  }
  return scanner.finish();
}

std::vector<std::string> scan_csv_header(const os::Fd& fd, const Source& source) {
  CsvScanner scanner(source.format, source.name);
  TextStream text(fd, source);
  for (std::string_view block = text.next(); !block.empty(); block = text.next()) {
    // Only to the end of the header, lest a fault further on be found or not by the block size.
    for (std::size_t at = 0; at < block.size(); ++at) {
      scanner.feed(block.substr(at, 1));
      if (scanner.has_header()) {
        return scanner.columns();
      }
    }
  }
  return scanner.finish().columns;
}

}  // namespace mlops::table
