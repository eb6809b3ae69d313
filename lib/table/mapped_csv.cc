#include "table/mapped_csv.h"

#include <unordered_set>
#include <utility>

#include "base/text.h"
#include "table/table_file.h"

namespace mlops::table {
namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";

// The names of a header that has nothing special in it; none for any other.
std::vector<std::string> clean_names(std::string_view header, char delimiter) {
  std::vector<std::string> names;
  std::unordered_set<std::string_view> seen;
  for (const std::string_view name : split(header, delimiter)) {
    if (name.empty() || !seen.insert(name).second) {
      return {};
    }
    names.emplace_back(name);
  }
  return names;
}

}  // namespace

MappedCsvOrNot map_csv(const Source& source) {
  const bool is_text = source.format == Format::csv || source.format == Format::tsv;
  if (!is_text || source.compression != Compression::none) {
    return {std::nullopt, "a format other than plain CSV or TSV"};
  }
  const os::Fd fd = open_table_file(source);
  os::ForeignMap map(fd, source.path);
  std::string_view text = map.text();
  if (text.starts_with(kMark)) {
    text.remove_prefix(kMark.size());
  }
  const std::size_t end = text.substr(0, kMaxRecordBytes).find('\n');
  if (end == std::string_view::npos) {
    return {std::nullopt, "a header without rows"};
  }
  // A copy: the file may change between two looks.
  std::string header(text.substr(0, end));
  LineRules rules;
  rules.delimiter = source.format == Format::tsv ? '\t' : ',';
  if (header.ends_with('\r')) {
    header.pop_back();
    rules.newline = CsvShape::Newline::crlf;
  }
  if (header.find_first_of(std::string_view("\"\r\0", 3)) != std::string::npos ||
      !is_utf8(header)) {
    return {std::nullopt, "a header with quotes or other special bytes"};
  }
  std::vector<std::string> columns = clean_names(header, rules.delimiter);
  rules.fields = columns.size();
  if (columns.empty() || columns.size() > kMaxColumns) {
    return {std::nullopt, "a header that is not clean"};
  }
  text.remove_prefix(end + 1);
  return {MappedCsv{std::move(map), std::move(columns), rules, text}, {}};
}

}  // namespace mlops::table
