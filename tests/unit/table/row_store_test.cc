#include "table/row_store.h"

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

namespace mlops::table {
namespace {

TEST_CASE("fields come back as they were, empty ones and long ones too") {
  RowStore store(3);
  const std::string long_field(20'000, 'x');
  const std::string edge(127, 'y');
  const std::string over(128, 'z');
  store.append({"a", "", long_field});
  store.append({edge, over, std::string_view("\0,", 2)});
  store.append({"", "", ""});
  CHECK(store.size() == 3);
  std::vector<std::string_view> fields;
  store.read(1, fields);
  CHECK(fields == std::vector<std::string_view>{edge, over, std::string_view("\0,", 2)});
  store.read(0, fields);
  CHECK(fields == std::vector<std::string_view>{"a", "", long_field});
  store.read(2, fields);
  CHECK(fields == std::vector<std::string_view>{"", "", ""});
}

TEST_CASE("the store counts the memory that it takes") {
  RowStore store(1);
  for (int i = 0; i < 1000; ++i) {
    store.append({"0123456789"});
  }
  CHECK(store.memory_bytes() >= 1000 * (8 + 11));
  CHECK(store.memory_bytes() < 3000 * (8 + 11));
}

}  // namespace
}  // namespace mlops::table
