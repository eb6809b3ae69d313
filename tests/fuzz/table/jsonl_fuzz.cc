#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "fuzz/harness.h"
#include "table/json_line.h"
#include "table/json_rows.h"
#include "table/json_scan.h"

namespace {

using namespace mlops;
using namespace mlops::table;
using Json = nlohmann::json;

bool has_nul(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

/// What we read and another reader does not: Python's spellings, and numbers beyond a double.
bool is_only_ours(const std::vector<JsonLineParser::Member>& members) {
  for (const auto& [key, value] : members) {
    if (value == "NaN" || value.ends_with("Infinity") ||
        !std::isfinite(std::strtod(std::string(value).c_str(), nullptr))) {
      return true;
    }
  }
  return false;
}

/// What another reader takes and we refuse.
bool is_no_row(const Json& document) {
  if (!document.is_object()) {
    return true;
  }
  for (const auto& [key, value] : document.items()) {
    if (has_nul(key) || value.is_structured() ||
        (value.is_string() && has_nul(value.get_ref<const std::string&>()))) {
      return true;
    }
  }
  return false;
}

void require_same(const Json& document, const std::vector<JsonLineParser::Member>& members) {
  for (const auto& [key, value] : members) {
    const auto found = document.find(std::string(key));
    fuzz::require(found != document.end());
    // Of a key that stands twice the other reader keeps one; the table refuses such a line.
    if (document.size() == members.size() && found->is_string()) {
      fuzz::require(found->get_ref<const std::string&>() == value);
    }
    if (document.size() == members.size() && found->is_number()) {
      fuzz::require(found->get<double>() == std::strtod(std::string(value).c_str(), nullptr));
    }
  }
}

void check_line(std::string_view line) {
  if (has_nul(line) || line.starts_with("\xEF\xBB\xBF")) {
    return;  // for the other reader an end, and a mark to skip
  }
  JsonLineParser parser("t.jsonl");
  std::optional<bool> is_row;
  fuzz::expect_only({ErrorKind::config}, [&] { is_row = parser.parse(line, 1); });
  const Json document = Json::parse(line, nullptr, false);
  if (document.is_discarded()) {
    fuzz::require(!is_row || !*is_row || is_only_ours(parser.members()));
  } else if (!is_row) {
    fuzz::require(is_no_row(document));
  } else {
    fuzz::require(*is_row);
    require_same(document, parser.members());
  }
}

void check_table(const Source& source) {
  OpenTable table{source, open_table_file(source), {}, {}, {}};
  fuzz::expect_only({ErrorKind::config}, [&] {
    const std::vector<std::string> header = scan_jsonl_header(table.fd, source);
    table.shape = scan_jsonl(table.fd, source, CancelToken());
    fuzz::require(header == table.shape.columns);
    std::vector<std::size_t> columns(header.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
      columns[i] = columns.size() - 1 - i;
    }
    JsonRows rows(table, columns);
    std::vector<std::string_view> fields;
    std::uint64_t read = 0;
    while (const std::size_t count = rows.next()) {
      rows.fields(count - 1, fields);
      fuzz::require(fields.size() == columns.size());
      read += count;
    }
    fuzz::require(read == table.shape.rows && read > 0);
  });
}

}  // namespace

/// A line is read as another JSON reader reads it; what the scan accepts is read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Scratch kScratch;
  const std::string_view text = fuzz::as_text(data, size);
  for (const std::string_view line : split(text, '\n')) {
    check_line(line);
  }
  const Source source{kScratch.path() / "t.jsonl", "t.jsonl", Format::jsonl};
  fuzz::Scratch::write(source.path, text);
  check_table(source);
  return 0;
}
