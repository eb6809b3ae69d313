#include "table/json_line.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace mlops::table {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20U;
}

// The word that a value beginning so may be.
std::string_view word_from(char first) {
  switch (first) {
    case 'n':
      return "null";
    case 't':
      return "true";
    case 'f':
      return "false";
    case 'N':
      return "NaN";
    case 'I':
      return "Infinity";
    case '-':
      return "-Infinity";
    default:
      return {};
  }
}

void append_utf8(std::uint32_t point, std::string& text) {
  const auto tail = [&](unsigned shift) {
    text.push_back(static_cast<char>(0x80U | ((point >> shift) & 0x3FU)));
  };
  if (point < 0x80U) {
    text.push_back(static_cast<char>(point));
  } else if (point < 0x800U) {
    text.push_back(static_cast<char>(0xC0U | (point >> 6U)));
    tail(0);
  } else if (point < 0x10000U) {
    text.push_back(static_cast<char>(0xE0U | (point >> 12U)));
    tail(6);
    tail(0);
  } else {
    text.push_back(static_cast<char>(0xF0U | (point >> 18U)));
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace

void JsonLineParser::fail(const std::string& problem) const {
  throw Error(ErrorKind::config, fmt::format("{} line {}: {}", quote(name_), number_, problem));
}

bool JsonLineParser::parse(std::string_view line, std::uint64_t number) {
  line_ = line;
  number_ = number;
  at_ = 0;
  members_.clear();
  unescaped_.clear();
  unescaped_.reserve(line.size());
  if (!is_utf8(line)) {
    fail("not UTF-8");
  }
  skip_space();
  if (at_ == line.size()) {
    return false;
  }
  if (!take('{')) {
    fail(peek() == '[' ? "an array; JSON Lines have an object on each line"
                       : "no object; JSON Lines have one on each line");
  }
  skip_space();
  if (!take('}')) {
    do {
      parse_member();
    } while (take(','));
    if (!take('}')) {
      fail(at_ == line.size()
               ? "the object does not end on its line"
               : fmt::format("no ',' or '}}' after the value at column {}", at_ + 1));
    }
  }
  skip_space();
  if (at_ != line.size()) {
    fail("text after the object; JSON Lines have one on each line");
  }
  return true;
}

void JsonLineParser::parse_member() {
  skip_space();
  if (peek() != '"') {
    fail(at_ == line_.size() ? "the object does not end on its line"
                             : fmt::format("no key in quotes at column {}", at_ + 1));
  }
  const std::string_view key = parse_string();
  skip_space();
  if (!take(':')) {
    fail(fmt::format("no ':' after key {}", quote(key)));
  }
  skip_space();
  const std::string_view value = parse_value(key);
  members_.push_back({key, value});
  skip_space();
}

std::string_view JsonLineParser::parse_value(std::string_view key) {
  switch (peek()) {
    case '"':
      return parse_string();
    case '{':
    case '[':
      fail(fmt::format("key {} holds {}: a table has one value a key",
                       quote(key),
                       peek() == '{' ? "an object" : "an array"));
    default:
      break;
  }
  const std::string_view word = word_from(peek());
  if (!word.empty() && take_word(word)) {
    return word == "null" ? std::string_view() : word;
  }
  return parse_number(key);
}

std::string_view JsonLineParser::parse_number(std::string_view key) {
  const std::size_t begin = at_;
  const auto refuse = [&] { fail(fmt::format("key {} has no JSON value", quote(key))); };
  take('-');
  const std::size_t first = at_;
  const std::size_t digits = skip_digits();
  if (digits == 0 || (digits > 1 && line_[first] == '0')) {
    refuse();
  }
  if (take('.') && skip_digits() == 0) {
    refuse();
  }
  if (take('e') || take('E')) {
    if (!take('+')) {
      take('-');
    }
    if (skip_digits() == 0) {
      refuse();
    }
  }
  return line_.substr(begin, at_ - begin);
}

// From the quote that opens it to behind the one that closes it.
std::string_view JsonLineParser::parse_string() {
  ++at_;
  const std::size_t begin = at_;
  while (at_ < line_.size() && line_[at_] != '"') {
    if (line_[at_] == '\\') {
      return parse_escaped(begin);
    }
    if (is_control(line_[at_])) {
      fail("a control character in a string");
    }
    ++at_;
  }
  if (at_ == line_.size()) {
    fail("a string that does not end on its line");
  }
  ++at_;
  return line_.substr(begin, at_ - 1 - begin);
}

std::string_view JsonLineParser::parse_escaped(std::size_t begin) {
  const std::size_t start = unescaped_.size();
  unescaped_.append(line_.substr(begin, at_ - begin));
  while (at_ < line_.size() && line_[at_] != '"') {
    if (is_control(line_[at_])) {
      fail("a control character in a string");
    }
    if (line_[at_] == '\\') {
      append_escape();
    } else {
      unescaped_.push_back(line_[at_]);
      ++at_;
    }
  }
  if (at_ == line_.size()) {
    fail("a string that does not end on its line");
  }
  ++at_;
  return std::string_view(unescaped_).substr(start);
}

void JsonLineParser::append_escape() {
  constexpr std::string_view kNames = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  ++at_;
  const std::size_t known = at_ < line_.size() ? kNames.find(line_[at_]) : std::string_view::npos;
  if (known != std::string_view::npos) {
    unescaped_.push_back(kMeanings[known]);
    ++at_;
    return;
  }
  if (peek() != 'u') {
    fail("an escape in a string that JSON does not have");
  }
  std::uint32_t point = parse_unit();
  if (point >= 0xD800U && point < 0xDC00U && line_.substr(at_, 2) == "\\u") {
    ++at_;
    const std::uint32_t low = parse_unit();
    const bool is_pair = low >= 0xDC00U && low < 0xE000U;
    point = is_pair ? 0x10000U + ((point - 0xD800U) << 10U) + (low - 0xDC00U) : point;
  }
  if (point == 0) {
    fail("a NUL in a string");
  }
  if (point >= 0xD800U && point < 0xE000U) {
    fail("half of a surrogate pair in a string");
  }
  append_utf8(point, unescaped_);
}

// What stands behind the backslash: "u" and four hex digits.
std::uint32_t JsonLineParser::parse_unit() {
  ++at_;
  std::uint32_t unit = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const char digit = peek() >= 'A' && peek() <= 'F' ? static_cast<char>(peek() + 32) : peek();
    const std::size_t value = kDigits.find(digit);
    if (value == std::string_view::npos) {
      fail("an escape in a string that JSON does not have");
    }
    unit = unit * 16 + static_cast<std::uint32_t>(value);
  }
  return unit;
}

void JsonLineParser::skip_space() {
  while (at_ < line_.size() && is_space(line_[at_])) {
    ++at_;
  }
}

bool JsonLineParser::take(char c) {
  const bool is_there = at_ < line_.size() && line_[at_] == c;
  at_ += is_there ? 1U : 0U;
  return is_there;
}

bool JsonLineParser::take_word(std::string_view word) {
  const bool is_there = line_.substr(at_).starts_with(word);
  at_ += is_there ? word.size() : 0U;
  return is_there;
}

std::size_t JsonLineParser::skip_digits() {
  const std::size_t begin = at_;
  while (peek() >= '0' && peek() <= '9') {
    ++at_;
  }
  return at_ - begin;
}

}  // namespace mlops::table
