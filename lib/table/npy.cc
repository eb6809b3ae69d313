#include "table/npy.h"

#include <bit>
#include <charconv>
#include <limits>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "table/csv_scan.h"

namespace mlops::table {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::uint64_t kMaxBytes = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kMaxDimensions = 32;

[[noreturn]] void refuse(const std::string& where, const std::string& problem) {
  throw Error(ErrorKind::config, fmt::format("{}: {}", where, problem));
}

std::size_t little_endian(std::string_view bytes) {
  std::size_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) {
    value = (value << 8U) | static_cast<unsigned char>(bytes[i - 1]);
  }
  return value;
}

std::optional<std::size_t> number_of(std::string_view digits) {
  std::size_t number = 0;
  const char* const end = digits.data() + digits.size();
  const std::from_chars_result parsed = std::from_chars(digits.data(), end, number);
  return parsed.ec == std::errc() && parsed.ptr == end ? std::optional(number) : std::nullopt;
}

bool is_big_endian(char order) {
  return order == '>' || (order != '<' && std::endian::native == std::endian::big);
}

bool is_size_of(char kind, std::size_t size) {
  const bool is_whole = size == 1 || size == 2 || size == 4 || size == 8;
  switch (kind) {
    case 'b':
      return size == 1;
    case 'f':
      return is_whole && size > 1;
    case 'i':
    case 'u':
      return is_whole;
    default:
      return size > 0;
  }
}

class HeaderParser {
 public:
  HeaderParser(std::string_view text, const std::string& where) : rest_(text), where_(where) {}
  NpyHeader parse();

 private:
  void parse_entry(const std::string& key);
  void parse_fields();
  void parse_field();
  NpyType parse_type(const std::string& text) const;
  std::vector<std::uint64_t> parse_shape();
  std::string parse_string();
  std::uint64_t parse_number();
  void check_shape() const;
  void skip_space();
  bool take(std::string_view word);
  void expect(std::string_view word);
  char peek();
  [[noreturn]] void fail(const std::string& problem) const { refuse(where_, problem); }
  [[noreturn]] void fail_syntax() const { fail("its header cannot be read"); }

  std::string_view rest_;
  const std::string& where_;
  NpyHeader header_;
  bool has_order_ = false;
  bool has_shape_ = false;
};

NpyHeader HeaderParser::parse() {
  expect("{");
  while (!take("}")) {
    const std::string key = parse_string();
    expect(":");
    parse_entry(key);
    if (!take(",") && peek() != '}') {
      fail_syntax();
    }
  }
  skip_space();
  if (!rest_.empty()) {
    fail_syntax();
  }
  if (header_.fields.empty() || !has_order_ || !has_shape_) {
    fail("its header lacks 'descr', 'fortran_order' or 'shape'");
  }
  check_shape();
  return std::move(header_);
}

void HeaderParser::parse_entry(const std::string& key) {
  if (key == "descr" && header_.fields.empty()) {
    if (peek() == '[') {
      parse_fields();
      return;
    }
    NpyField field;
    field.type = parse_type(parse_string());
    header_.item_size = field.type.size;
    header_.fields.push_back(std::move(field));
  } else if (key == "fortran_order" && !has_order_) {
    has_order_ = true;
    header_.is_fortran = take("True");
    if (!header_.is_fortran) {
      expect("False");
    }
  } else if (key == "shape" && !has_shape_) {
    has_shape_ = true;
    header_.shape = parse_shape();
  } else {
    fail(fmt::format("its header has the key {}, or has it twice", quote(key)));
  }
}

void HeaderParser::parse_fields() {
  expect("[");
  while (!take("]")) {
    parse_field();
    if (!take(",") && peek() != ']') {
      fail_syntax();
    }
  }
  if (header_.fields.empty()) {
    fail("its records have no fields");
  }
}

// ('name', '<f8') or ('name', '<f8', (3,)); ('', '|V4') fills up.
void HeaderParser::parse_field() {
  expect("(");
  if (peek() == '(') {
    fail("a field of its records has a title");
  }
  NpyField field;
  field.name = parse_string();
  expect(",");
  if (peek() == '[') {
    fail(fmt::format("field {} holds records", quote(field.name)));
  }
  const std::string type = parse_string();
  std::vector<std::uint64_t> shape;
  if (take(",")) {
    field.is_list = true;
    shape = parse_shape();
  }
  expect(")");
  const bool is_padding = field.name.empty() && type.starts_with("|V");
  field.type = is_padding ? NpyType{} : parse_type(type);
  if (is_padding) {
    const std::optional<std::size_t> size = number_of(std::string_view(type).substr(2));
    if (!size) {
      fail(fmt::format("type {} is none that can be read", quote(type)));
    }
    field.type.size = *size;
  }
  if (shape.size() > 1) {
    fail(fmt::format("field {} has {} dimensions", quote(field.name), shape.size()));
  }
  field.count = shape.empty() ? 1 : shape[0];
  field.offset = header_.item_size;
  if (field.count > kMaxColumns || field.type.size > kMaxRecordBytes ||
      field.count * field.type.size + header_.item_size > kMaxRecordBytes) {
    fail(fmt::format("an item is longer than {}", format_bytes(kMaxRecordBytes)));
  }
  header_.item_size += field.count * field.type.size;
  if (!is_padding) {
    header_.fields.push_back(std::move(field));
  }
}

// '<f8': byte order, kind, bytes (for U: characters).
NpyType HeaderParser::parse_type(const std::string& text) const {
  constexpr std::string_view kOrders = "<>=|";
  constexpr std::string_view kKinds = "biufUS";  // as NpyType::Kind has them
  const bool has_order = !text.empty() && kOrders.find(text.front()) != std::string_view::npos;
  const std::string_view rest = std::string_view(text).substr(has_order ? 1 : 0);
  const char kind = rest.empty() ? '\0' : rest.front();
  if (kind == 'O') {
    throw Error(ErrorKind::config,
                where_ + ": it holds Python objects, which are programs and not read",
                "save it with a type of numbers or texts: array.astype(float)");
  }
  const std::size_t known = kKinds.find(kind);
  const std::optional<std::size_t> size = rest.empty() ? std::nullopt : number_of(rest.substr(1));
  if (known == std::string_view::npos || !size || !is_size_of(kind, *size)) {
    fail(fmt::format("type {} is none that can be read", quote(text)));
  }
  if (*size > kMaxRecordBytes) {
    fail(fmt::format("an item is longer than {}", format_bytes(kMaxRecordBytes)));
  }
  return {static_cast<NpyType::Kind>(known),
          is_big_endian(has_order ? text.front() : '='),
          *size * (kind == 'U' ? 4U : 1U)};
}

std::vector<std::uint64_t> HeaderParser::parse_shape() {
  std::vector<std::uint64_t> shape;
  expect("(");
  while (!take(")")) {
    if (shape.size() == kMaxDimensions) {
      fail_syntax();
    }
    shape.push_back(parse_number());
    if (!take(",") && peek() != ')') {
      fail_syntax();
    }
  }
  return shape;
}

void HeaderParser::check_shape() const {
  const std::vector<std::uint64_t>& shape = header_.shape;
  if (shape.empty() || shape.size() > 2) {
    fail(fmt::format("an array of {} dimensions; a table has one or two", shape.size()));
  }
  if (shape.size() == 2 && !header_.fields.front().name.empty()) {
    fail("records in two dimensions; a table has one");
  }
  if (shape.size() == 2 && shape[1] > kMaxColumns) {
    fail(fmt::format("more than {} columns", format_count(kMaxColumns)));
  }
  const std::uint64_t columns = shape.size() == 2 ? shape[1] : 1;
  const std::uint64_t row = columns * header_.item_size;
  if (row > kMaxRecordBytes) {
    fail(fmt::format("the row is longer than {}", format_bytes(kMaxRecordBytes)));
  }
  if (row != 0 && shape[0] > kMaxBytes / row) {
    fail("its shape is larger than any file");
  }
}

// Without escapes but \\ and \', which Python writes for names that need them.
std::string HeaderParser::parse_string() {
  skip_space();
  const char end = rest_.empty() ? '\0' : rest_.front();
  if (end != '\'' && end != '"') {
    fail_syntax();
  }
  std::string text;
  for (rest_.remove_prefix(1); !rest_.empty() && rest_.front() != end; rest_.remove_prefix(1)) {
    if (rest_.front() == '\\') {
      rest_.remove_prefix(1);
      if (rest_.empty() ||
          (rest_.front() != '\\' && rest_.front() != '\'' && rest_.front() != '"')) {
        fail("its header has a name with an escape");
      }
    }
    text.push_back(rest_.front());
  }
  if (rest_.empty()) {
    fail_syntax();
  }
  rest_.remove_prefix(1);
  return text;
}

std::uint64_t HeaderParser::parse_number() {
  skip_space();
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
  if (parsed.ec == std::errc::result_out_of_range) {
    fail("its shape is larger than any file");
  }
  if (parsed.ec != std::errc()) {
    fail_syntax();
  }
  rest_.remove_prefix(static_cast<std::size_t>(parsed.ptr - rest_.data()));
  return number;
}

void HeaderParser::skip_space() {
  while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\n')) {
    rest_.remove_prefix(1);
  }
}

bool HeaderParser::take(std::string_view word) {
  skip_space();
  const bool is_there = rest_.starts_with(word);
  rest_.remove_prefix(is_there ? word.size() : 0);
  return is_there;
}

void HeaderParser::expect(std::string_view word) {
  if (!take(word)) {
    fail_syntax();
  }
}

char HeaderParser::peek() {
  skip_space();
  return rest_.empty() ? '\0' : rest_.front();
}

}  // namespace

NpyHeaderPlace find_npy_header(std::string_view prelude, const std::string& where) {
  if (!prelude.starts_with(kMagic)) {
    refuse(where, "no NPY file: it does not begin as one");
  }
  prelude.remove_prefix(kMagic.size());
  if (prelude.size() < 4) {
    refuse(where, "the file is cut off in its header");
  }
  const int major = static_cast<unsigned char>(prelude[0]);
  const int minor = static_cast<unsigned char>(prelude[1]);
  if (major < 1 || major > 3 || minor != 0) {
    refuse(where, fmt::format("NPY format {}.{}; 1.0, 2.0 and 3.0 can be read", major, minor));
  }
  const std::size_t width = major == 1 ? 2 : 4;
  if (prelude.size() < 2 + width) {
    refuse(where, "the file is cut off in its header");
  }
  NpyHeaderPlace place;
  place.begin = kMagic.size() + 2 + width;
  place.size = little_endian(prelude.substr(2, width));
  place.is_utf8 = major == 3;
  if (place.size > kMaxNpyHeader) {
    refuse(where, fmt::format("its header is longer than {}", format_bytes(kMaxNpyHeader)));
  }
  return place;
}

NpyHeader parse_npy_header(std::string_view text, const std::string& where) {
  return HeaderParser(text, where).parse();
}

}  // namespace mlops::table
