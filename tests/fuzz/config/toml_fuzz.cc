#include <array>
#include <cstddef>
#include <cstdint>

#include "config/toml.h"
#include "config/toml_scan.h"
#include "fuzz/harness.h"

namespace {

using namespace mlops;
using namespace mlops::config;

void visit(const Table& table);

void visit(const Value& value) {
  using Kind = Value::Kind;
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

/// Every value is of one kind, and asking for another one is a refusal.
void ask_for_all(const Table& table, const std::string& key) {
  static const std::array<std::string, 2> kChoices = {"file", "directory"};
  const auto ask = [](auto question) { fuzz::expect_only({ErrorKind::config}, question); };
  ask([&] { table.find_string(key); });
  ask([&] { table.find_integer(key); });
  ask([&] { table.find_number(key); });
  ask([&] { table.find_bool(key); });
  ask([&] { table.find_table(key); });
  ask([&] { table.find_strings(key); });
  ask([&] { table.find_tables(key); });
  ask([&] { table.find_choice(key, kChoices); });
  ask([&] { table.require(key).as_datetime(); });
}

void visit(const Table& table) {
  fuzz::expect_only({ErrorKind::config}, [&] { table.finish(); });
  for (const auto& key : table.keys()) {
    ask_for_all(table, key);
    visit(table.require(key));
    fuzz::require(split_toml_key(toml_key(key)) == std::vector{key});
  }
  table.finish();
}

/// Of what parses, the statement scanner finds every line.
void check(std::string_view text) {
  visit(parse_toml(text, "fuzz"));
  std::size_t end = 0;
  for (const auto& statement : scan_statements(text, "fuzz")) {
    fuzz::require(end <= statement.begin && statement.begin < statement.end &&
                  statement.end <= text.size() && !statement.key.empty());
    end = statement.end;
  }
}

}  // namespace

/// Any bytes: a document or Error{config}.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::as_text(data, size);
  fuzz::expect_only({ErrorKind::config}, [&] { check(text); });
  fuzz::expect_only({ErrorKind::config}, [&] { split_toml_key(text); });
  return 0;
}
