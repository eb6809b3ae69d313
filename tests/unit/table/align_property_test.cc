#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "unit/table/tables.h"

namespace mlops::table {
namespace {

struct Row {
  std::string key;
  std::string value;
};

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    result += c == '"' ? "\"\"" : std::string(1, c);
  }
  return result + "\"";
}

std::string csv_of(const std::vector<Row>& rows) {
  std::string text = "key,value\n";
  for (const Row& row : rows) {
    text += quoted(row.key) + "," + quoted(row.value) + "\n";
  }
  return text;
}

// Keys that need quoting, long ones, non-ASCII ones; all different as values.
std::vector<Row> random_rows(std::mt19937& random, std::size_t count) {
  const std::string awkward[] = {"a,b",
                                 "line\nend",
                                 "quo\"te",
                                 "ünï",
                                 "x\r\ny",
                                 std::string(300, 'k'),
                                 " lead",
                                 "'; DROP TABLE t; --"};
  std::vector<Row> rows;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string key =
        random() % 3 == 0 ? awkward[random() % 8] + std::to_string(i) : std::to_string(i);
    rows.push_back({key, std::to_string(random() % 5)});
  }
  return rows;
}

std::vector<Row> some_of(std::vector<Row> rows, std::mt19937& random) {
  std::shuffle(rows.begin(), rows.end(), random);
  rows.resize(rows.size() * 3 / 4);
  return rows;
}

// "k=… o=… n=…": without the row numbers, sorted.
std::vector<std::string> content(const std::vector<std::string>& rows) {
  std::vector<std::string> result;
  for (const std::string& row : rows) {
    result.push_back(row.substr(row.find(' ')));
  }
  std::sort(result.begin(), result.end());
  return result;
}

std::vector<std::string> align(const std::vector<Row>& old_rows,
                               const std::vector<Row>& new_rows,
                               Alignment* counts = nullptr,
                               unsigned threads = 2,
                               Duplicates duplicates = Duplicates::error) {
  Tables tables(csv_of(old_rows), csv_of(new_rows));
  tables.request.keys = {"key"};
  tables.request.columns = {"value"};
  tables.request.duplicates = duplicates;
  const std::vector<std::string> rows = tables.align(shared_engine(threads));
  if (counts != nullptr) {
    *counts = tables.counts;
  }
  return rows;
}

TEST_CASE("a table aligned with itself matches every row with itself") {
  std::mt19937 random(1);
  const std::vector<Row> rows = random_rows(random, 3000);
  Alignment counts;
  const std::vector<std::string> aligned = align(rows, rows, &counts);
  REQUIRE(aligned.size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string number = std::to_string(i);
    REQUIRE(aligned[i] == number + "-" + number + " k=" + rows[i].key + " o=" + rows[i].value +
                              " n=" + rows[i].value);
  }
  CHECK(counts.matched == rows.size());
  CHECK(counts.only_old + counts.only_new == 0);
}

TEST_CASE("permuting the rows of both tables changes nothing but the order") {
  std::mt19937 random(2);
  for (int round = 0; round < 5; ++round) {
    const std::vector<Row> all = random_rows(random, 400);
    std::vector<Row> old_rows = some_of(all, random);
    std::vector<Row> new_rows = some_of(all, random);
    const std::vector<std::string> before = content(align(old_rows, new_rows));
    std::shuffle(old_rows.begin(), old_rows.end(), random);
    std::shuffle(new_rows.begin(), new_rows.end(), random);
    CHECK(content(align(old_rows, new_rows)) == before);
  }
}

TEST_CASE("dropping duplicates does not depend on the order of rows either") {
  std::mt19937 random(3);
  std::vector<Row> old_rows = random_rows(random, 200);
  for (int i = 0; i < 30; ++i) {
    old_rows.push_back({old_rows[random() % 200].key, "twice"});
  }
  std::vector<Row> new_rows = some_of(old_rows, random);
  const auto drop = [&] {
    return content(align(old_rows, new_rows, nullptr, 2, Duplicates::drop));
  };
  const std::vector<std::string> before = drop();
  std::shuffle(old_rows.begin(), old_rows.end(), random);
  std::shuffle(new_rows.begin(), new_rows.end(), random);
  CHECK(drop() == before);
}

TEST_CASE("swapping the tables swaps the sides") {
  std::mt19937 random(4);
  const std::vector<Row> all = random_rows(random, 500);
  const std::vector<Row> old_rows = some_of(all, random);
  const std::vector<Row> new_rows = some_of(all, random);
  Alignment there;
  Alignment back;
  align(old_rows, new_rows, &there);
  align(new_rows, old_rows, &back);
  CHECK(there.matched == back.matched);
  CHECK(there.only_old == back.only_new);
  CHECK(there.only_new == back.only_old);
  CHECK(there.matched + there.only_old == there.old_rows);
  CHECK(there.matched + there.only_new == there.new_rows);
}

TEST_CASE("alignment agrees with a map of keys") {
  std::mt19937 random(5);
  const std::vector<Row> all = random_rows(random, 700);
  const std::vector<Row> old_rows = some_of(all, random);
  const std::vector<Row> new_rows = some_of(all, random);
  std::map<std::string, std::string> in_new;
  for (const Row& row : new_rows) {
    in_new[row.key] = row.value;
  }
  std::vector<std::string> wanted;
  for (const Row& row : old_rows) {
    const auto found = in_new.find(row.key);
    wanted.push_back(" k=" + row.key + " o=" + row.value +
                     " n=" + (found == in_new.end() ? "~" : found->second));
    if (found != in_new.end()) {
      in_new.erase(found);
    }
  }
  for (const auto& [key, value] : in_new) {
    wanted.push_back(" k=" + key + " o=~ n=" + value);
  }
  std::sort(wanted.begin(), wanted.end());
  CHECK(content(align(old_rows, new_rows)) == wanted);
}

TEST_CASE("the result does not depend on the number of threads") {
  std::mt19937 random(6);
  const std::vector<Row> all = random_rows(random, 20'000);
  const std::vector<Row> old_rows = some_of(all, random);
  const std::vector<Row> new_rows = some_of(all, random);
  const std::vector<std::string> one = align(old_rows, new_rows, nullptr, 1);
  CHECK(align(old_rows, new_rows, nullptr, 4) == one);
}

}  // namespace
}  // namespace mlops::table
