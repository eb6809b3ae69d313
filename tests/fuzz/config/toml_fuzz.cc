#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "config/toml.h"
#include "config/toml_scan.h"

namespace {

void visit(const mlops::config::Table& table);

void visit(const mlops::config::Value& value) {
  using Kind = mlops::config::Value::Kind;
  if (value.is(Kind::table)) {
    visit(value.as_table());
  } else if (value.is(Kind::array)) {
    for (const auto& element : value.as_array()) {
      visit(element);
    }
  } else if (value.is(Kind::datetime)) {
    value.as_datetime();
  }
}

void visit(const mlops::config::Table& table) {
  for (const auto& key : table.keys()) {
    visit(table.require(key));
  }
  table.finish();
}

}  // namespace

/// Any bytes: a document or Error{config}. What parses, the statement scanner must walk too.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const auto table = mlops::config::parse_toml(text, "fuzz");
    visit(table);
    mlops::config::scan_statements(text, "fuzz");
  } catch (const mlops::Error& error) {
    if (error.kind() != mlops::ErrorKind::config) {
      throw;
    }
  }
  return 0;
}
