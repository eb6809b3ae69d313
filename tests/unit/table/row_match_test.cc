#include "table/row_match.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "support/temp_dir.h"
#include "table/key_reader.h"
#include "table/record_range.h"
#include "table/row_slots.h"

namespace mlops::table {
namespace {

using Numbers = std::vector<int>;

/// Counts what it is told.
struct Counter final : RowVisitor {
  void matched(std::string_view old_record, std::string_view new_record, bool is_same) override {
    ++pairs;
    wrong +=
        old_record.substr(0, old_record.find(',')) == new_record.substr(0, new_record.find(','))
            ? 0
            : 1;
    same += is_same ? 1 : 0;
    wrong += is_same == (old_record == new_record) ? 0 : 1;
  }
  void single(TableSide side, std::string_view /*record*/) override {
    ++(side == TableSide::old_table ? old_singles : new_singles);
  }
  int pairs = 0;
  int same = 0;
  int wrong = 0;
  int old_singles = 0;
  int new_singles = 0;
};

std::string text_of(const Numbers& numbers, const char* value) {
  std::string text = "id,a\n";
  for (const int number : numbers) {
    text += std::to_string(number) + "," + value + "\n";
  }
  return text;
}

MappedCsv map(const test::TempDir& temp, const char* name, const std::string& text) {
  test::write_file(temp / name, text);
  return std::move(*map_csv(source_at(temp / name, name)).table);
}

struct Matched {
  MatchedRows rows;
  Counter told;
};

Matched match(const Numbers& old_numbers,
              const Numbers& new_numbers,
              unsigned threads = 2,
              std::size_t part_bytes = 500) {
  const test::TempDir temp;
  const MappedCsv old_table = map(temp, "old.csv", text_of(old_numbers, "x"));
  const MappedCsv new_table = map(temp, "new.csv", text_of(new_numbers, "x"));
  const MatchOptions options{{0}, {0}, threads, part_bytes};
  std::vector<Counter> counters(threads);
  std::vector<RowVisitor*> visitors;
  for (Counter& counter : counters) {
    visitors.push_back(&counter);
  }
  Matched matched;
  const CancelToken cancel;
  matched.rows = match_rows({old_table, new_table, options, cancel}, visitors);
  for (const Counter& counter : counters) {
    matched.told.pairs += counter.pairs;
    matched.told.wrong += counter.wrong;
    matched.told.old_singles += counter.old_singles;
    matched.told.new_singles += counter.new_singles;
  }
  return matched;
}

Numbers count_up(int count) {
  Numbers numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), 1);
  return numbers;
}

std::uint64_t in_both(Numbers a, Numbers b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  Numbers both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return both.size();
}

void check(const Numbers& old_numbers, const Numbers& new_numbers) {
  for (const unsigned threads : {1U, 2U}) {
    const Matched found = match(old_numbers, new_numbers, threads);
    const std::uint64_t both = in_both(old_numbers, new_numbers);
    REQUIRE(found.rows.why_not.empty());
    REQUIRE(found.rows.old_rows == old_numbers.size());
    REQUIRE(found.rows.new_rows == new_numbers.size());
    REQUIRE(found.rows.matched == both);
    REQUIRE(found.rows.only_old == old_numbers.size() - both);
    REQUIRE(found.rows.only_new == new_numbers.size() - both);
    REQUIRE(static_cast<std::uint64_t>(found.told.pairs) == both);
    REQUIRE(found.told.wrong == 0);
    REQUIRE(static_cast<std::uint64_t>(found.told.old_singles) == found.rows.only_old);
    REQUIRE(static_cast<std::uint64_t>(found.told.new_singles) == found.rows.only_new);
  }
}

TEST_CASE("rows are paired in whatever order they stand") {
  std::mt19937 random(1);
  for (int round = 0; round < 4; ++round) {
    Numbers all = count_up(1000);
    Numbers old_numbers;
    Numbers new_numbers;
    for (const int number : all) {
      if (random() % 20 != 0) {
        old_numbers.push_back(number);
      }
      if (random() % 20 != 0) {
        new_numbers.push_back(number);
      }
    }
    check(old_numbers, new_numbers);
    check(old_numbers, all);
    Numbers shuffled = new_numbers;
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    check(old_numbers, shuffled);
    check(shuffled, shuffled);
    // In a common order that is none of keys, with rows missing on both sides.
    std::shuffle(all.begin(), all.end(), random);
    Numbers same_order = all;
    std::erase_if(same_order, [&](int) { return random() % 10 == 0; });
    check(all, same_order);
    check(same_order, all);
    // One row far from its place.
    std::rotate(all.begin(), all.begin() + 1, all.end());
    check(count_up(1000), all);
  }
}

TEST_CASE("a long piece that one table lacks is passed over") {
  const Numbers all = count_up(3000);
  const Numbers front(all.begin(), all.begin() + 700);
  const Numbers back(all.begin() + 2500, all.end());
  check(all, front);
  check(all, back);
  check(back, all);
  check(front, back);
}

TEST_CASE("a key that stands twice ends it, in ascending tables, too") {
  const auto why = [](const Numbers& old_numbers, const Numbers& new_numbers) {
    return match(old_numbers, new_numbers).rows.why_not;
  };
  const std::string twice = "a key that stands twice";
  CHECK(why({1, 2, 2, 3}, {1, 2, 3}) == twice);
  CHECK(why({1, 2, 3}, {1, 2, 2, 3}) == twice);
  CHECK(why({1, 2, 2, 3}, {1, 2, 2, 3}) == twice);
  CHECK(why({3, 1, 2, 3}, {3, 1, 2, 3}) == twice);
  CHECK(why({1, 2, 3}, {1, 2, 3, 1}) == twice);
  CHECK(why({1, 2}, {5, 1, 5, 2}) == twice);
  Numbers many = count_up(2000);
  many.push_back(17);
  CHECK(why(many, count_up(2000)) == twice);
  CHECK(why(count_up(2000), many) == twice);
}

TEST_CASE("tables in no common order are looked through, too, and cut anywhere") {
  std::mt19937 random(6);
  Numbers old_numbers = count_up(4000);
  std::shuffle(old_numbers.begin(), old_numbers.end(), random);
  Numbers new_numbers = old_numbers;
  std::shuffle(new_numbers.begin(), new_numbers.end(), random);
  check(old_numbers, new_numbers);
  Numbers others = new_numbers;
  for (int& number : others) {
    number += 3500;
  }
  check(old_numbers, others);
  check(old_numbers, {5, 4003, 17});
  const auto why = [&](const std::string& old_text, const std::string& new_text) {
    const test::TempDir temp;
    const MappedCsv old_table = map(temp, "old.csv", old_text);
    const MappedCsv new_table = map(temp, "new.csv", new_text);
    const MatchOptions options{{0}, {0}, 2, 500};
    std::vector<Counter> counters(2);
    const CancelToken cancel;
    return match_rows({old_table, new_table, options, cancel}, {&counters[0], &counters[1]})
        .why_not;
  };
  const std::string old_text = text_of(old_numbers, "x");
  const std::string new_text = text_of(new_numbers, "x");
  CHECK(why(old_text, new_text).empty());
  CHECK(why(old_text, new_text + "9999,\"x\"\n") == "a quote");
  CHECK(why(old_text + "9999\n", new_text) == "a row with more or fewer fields than the header");
  CHECK(why(old_text, new_text + "17,x\n") == "a key that stands twice");
  CHECK(why(old_text + "17,x\n", new_text) == "a key that stands twice");
  CHECK(why(old_text, new_text + "17.0,x\n") == "a key that is a number spelled in an unusual way");
}

TEST_CASE("keys are equal by bytes only where that is what their values are") {
  for (const char* same :
       {"", "1", "0", "-7", "12345678901234567890", "a", "k1", "007", "1a", "x y"}) {
    CAPTURE(same);
    CHECK(is_canonical(same));
  }
  for (const char* other : {"1.0", "+1", "-0", "1e3", ".5", "NaN", "+inf", "0.50", "Infinity"}) {
    CAPTURE(other);
    CHECK_FALSE(is_canonical(other));
  }
}

TEST_CASE("shorter keys come first, then the bytes decide") {
  CHECK(compare_keys({"9"}, {"10"}) < 0);
  CHECK(compare_keys({"b"}, {"a"}) > 0);
  CHECK(compare_keys({""}, {"a"}) < 0);
  CHECK(compare_keys({"a", "2"}, {"a", "1"}) > 0);
  CHECK(compare_keys({"a", ""}, {"a", ""}) == 0);
}

TEST_CASE("slots find what was put in, and tell what is there already") {
  const std::string text = "abcdefghij";
  RowSlots slots(text.size());
  // All in one place: what a hash tells them apart by is then the key alone.
  const auto is = [&](char wanted) {
    return [&, wanted](std::size_t at) { return text[at] == wanted; };
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    REQUIRE(slots.insert(7, i, is(text[i])));
  }
  CHECK_FALSE(slots.insert(7, 0, is('e')));
  const std::size_t slot = slots.find(7, is('e'));
  REQUIRE(slot != RowSlots::kNone);
  CHECK(slots.offset_at(slot) == 4);
  CHECK(slots.mark(slot));
  CHECK_FALSE(slots.mark(slot));
  CHECK(slots.is_marked(slot));
  // The mark hides neither the row nor its place.
  CHECK(slots.find(7, is('e')) == slot);
  CHECK(slots.offset_at(slot) == 4);
  CHECK(slots.first_candidate(7) == 0);
  CHECK(slots.find(7, is('z')) == RowSlots::kNone);
  CHECK(slots.find(std::uint64_t{9} << 40U, is('e')) == RowSlots::kNone);
}

TEST_CASE("cells of a key stay apart in its hash") {
  const KeyHasher hasher({1, 2});
  const auto hash = [&](const KeyCells& cells) { return hasher(cells); };
  CHECK(hash({"ab", "c"}) != hash({"a", "bc"}));
  CHECK(hash({"a", ""}) != hash({"", "a"}));
  CHECK(hash({"a"}) != hash({"a", ""}));
  CHECK(hash({std::string(16, 'x')}) != hash({std::string(17, 'x')}));
  CHECK(hash({"a"}) == hash({"a"}));
  CHECK(KeyHasher({3, 4})(KeyCells{"a"}) != hash({"a"}));
}

TEST_CASE("texts are cut at records, and nothing is lost") {
  const std::string text = "aa\nb\ncccc\nd";
  for (std::size_t size = 1; size < 15; ++size) {
    std::string all;
    for (const RecordRange part : cut_at_records({text}, size)) {
      REQUIRE_FALSE(part.empty());
      all += part;
      REQUIRE((part.back() == '\n' || all == text));
    }
    REQUIRE(all == text);
  }
  RecordRanges ranges;
  ranges.add(text.data(), text.data() + 3, 1);
  ranges.add(text.data() + 3, text.data() + 5, 1);
  ranges.add(text.data() + 10, text.data() + 11, 1);
  CHECK(ranges.ranges.size() == 2);
  CHECK(ranges.rows == 3);
  CHECK(ranges.contains(text.data() + 3));
  CHECK_FALSE(ranges.contains(text.data() + 5));
  CHECK(ranges.contains(text.data() + 10));
}

}  // namespace
}  // namespace mlops::table
