#include <catch2/catch.hpp>

#include "check/profile_file.h"
#include "check/row_hash.h"
#include "check/value_counts.h"
#include "sample.h"
#include "table/cell.h"

using namespace mlops;
using namespace mlops::formats;
using check::Profile;
using check::ProfileColumn;
using check::ValueCell;
using check::ValueCells;

namespace {

constexpr unsigned kWhole = ValueCell::kBits;

ProfileColumn column_of(std::string name, ValueCells numbers, ValueCells texts) {
  ProfileColumn column;
  column.name = std::move(name);
  column.numbers = std::move(numbers);
  column.texts = std::move(texts);
  return column;
}

ValueCell number(double value, std::uint64_t count) {
  return {check::ordered_bits(value), kWhole, count};
}

/// Cells of every width, every end of the numbers, every escape.
Profile sample_profile() {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Profile profile;
  profile.key = {0x0706050403020100, 0x0F0E0D0C0B0A0908};
  profile.files = 3;
  profile.rows = 100;
  profile.columns.push_back(
      column_of("age", ValueCells({number(-1, 40), number(0, 1), number(37.5, 50)}), {}));
  profile.columns.back().nulls = 5;
  profile.columns.back().nans = 4;
  profile.columns.push_back(column_of("far \"\\\t\x01\x7F \xC3\xA9",
                                      ValueCells({number(-kInfinity, 1),
                                                  number(std::numeric_limits<double>::lowest(), 1),
                                                  {0x4010000000000000, 12, 20},
                                                  {0x8000000000000000, 16, 30},
                                                  {0xBFF0000000000000, 18, 7},
                                                  {0xBFF4000000000000, 17, 8},
                                                  number(kInfinity, 33)}),
                                      {}));
  check::RowHasher hasher(profile.key);
  std::vector<ValueCell> texts;
  ProfileColumn words = column_of("word", {}, {});
  words.names = {"DE", "FR", "\xC3\xA9t\xC3\xA9"};
  for (const std::string& name : words.names) {
    texts.push_back({hasher.kept_hash(table::parse_cell(name)), kWhole, 25});
  }
  texts.push_back(
      {hasher.kept_hash(table::parse_cell("a text of more than eight bytes")), kWhole, 25});
  std::sort(texts.begin(), texts.end(), [](const auto& a, const auto& b) { return a.low < b.low; });
  words.texts = ValueCells(texts);
  profile.columns.push_back(words);
  profile.columns.push_back(column_of("mail", {}, ValueCells({{0, 0, 100}})));
  profile.columns.back().is_personal = true;
  profile.columns.push_back(column_of("seen",
                                      ValueCells({{check::ordered_bits(1.7e15), kWhole, 60}}),
                                      ValueCells({{0, 1, 10}, {std::uint64_t{1} << 63U, 3, 30}})));
  profile.columns.back().is_time = true;
  profile.pairs.push_back({0, 1, 80, 1.5, -2, 0.1, 1e300, -12345678901234.5});
  profile.pairs.push_back({0, 4, 0, 0, 0, 0, 0, 0});
  profile.pairs.push_back({1, 4, 3, 1e-7, 1e16, 123456789012345, 1e15, 0.0001});
  return profile;
}

}  // namespace

TEST_CASE("a profile of version 1 is read for ever and written the same", "[profile]") {
  const auto text = sample_text("profile/sample.profile.json");
  const Profile profile = check::parse_profile(text, "sample.profile.json");
  CHECK(check::format_profile(profile) == text);
  CHECK(check::format_profile(sample_profile()) == text);
  CHECK(profile.find("word")->names == sample_profile().find("word")->names);
  CHECK(profile.find_pair("seen", "age")->rows == 0);
}

TEST_CASE("write the profile of this version", "[.write]") {
  test::write_file("profile/sample.profile.json", check::format_profile(sample_profile()));
}
