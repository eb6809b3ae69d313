#include "table/cell.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

namespace mlops::table {
namespace {

const double kInfinity = std::numeric_limits<double>::infinity();

std::string label(std::string_view text) {
  return canonical_label(parse_cell(text));
}

bool same(std::string_view a, std::string_view b) {
  const bool there = same_value(parse_cell(a), parse_cell(b));
  CHECK(there == same_value(parse_cell(b), parse_cell(a)));
  return there;
}

std::string key(std::initializer_list<std::string_view> cells) {
  std::string result;
  for (const std::string_view cell : cells) {
    append_to_key(parse_cell(cell), result);
  }
  return result;
}

TEST_CASE("an empty field is null and equals null only") {
  CHECK(parse_cell("").kind == Cell::Kind::null);
  CHECK(same("", ""));
  CHECK_FALSE(same("", "0"));
  CHECK_FALSE(same("", "nan"));
  CHECK_FALSE(same("", "null"));
}

TEST_CASE("whole fields that are decimal numbers are numbers") {
  const std::pair<const char*, double> numbers[] = {{"0", 0},
                                                    {"1", 1},
                                                    {"-1", -1},
                                                    {"+1", 1},
                                                    {"1.5", 1.5},
                                                    {".5", 0.5},
                                                    {"5.", 5},
                                                    {"1e3", 1000},
                                                    {"1E+3", 1000},
                                                    {"25e-2", 0.25},
                                                    {"-0", 0},
                                                    {"0.0", 0},
                                                    {"-.5e1", -5},
                                                    {"1e05", 1e5},
                                                    {"0.1", 0.1},
                                                    {"1e308", 1e308}};
  for (const auto& [text, value] : numbers) {
    CAPTURE(text);
    const Cell cell = parse_cell(text);
    CHECK(cell.kind == Cell::Kind::number);
    CHECK(cell.number == value);
    CHECK(cell.text == text);
  }
}

TEST_CASE("everything else is text") {
  for (const char* text :
       {"a",       " 1",   "1 ",  "1,5", "1_000", "0x10", "1e", "e5",   ".",    "-",      "+",
        "1.2.3",   "--1",  "+-1", "1e+", "1e5.0", "null", "NA", "None", "true", "nan(1)", "in",
        "infinit", "inf ", "1d5", "1f",  "007",   "-007", "00", "00.5", "½",    "١"}) {
    CAPTURE(text);
    CHECK(parse_cell(text).kind == Cell::Kind::text);
  }
}

TEST_CASE("NaN and infinities are numbers in every spelling") {
  for (const char* text : {"nan", "NaN", "NAN", "-nan", "+NaN"}) {
    CAPTURE(text);
    CHECK(parse_cell(text).kind == Cell::Kind::number);
    CHECK(std::isnan(parse_cell(text).number));
    CHECK(same(text, "nan"));
  }
  for (const char* text : {"inf", "Inf", "+inf", "INFINITY", "Infinity"}) {
    CAPTURE(text);
    CHECK(parse_cell(text).number == kInfinity);
    CHECK(same(text, "inf"));
    CHECK_FALSE(same(text, "-inf"));
  }
  CHECK(parse_cell("-Infinity").number == -kInfinity);
  CHECK_FALSE(same("nan", "inf"));
  CHECK_FALSE(same("1e308", "inf"));
}

TEST_CASE("the spelling of a number does not matter") {
  CHECK(same("1", "1.0"));
  CHECK(same("1", "1e0"));
  CHECK(same("100", "1E2"));
  CHECK(same("0.25", "25e-2"));
  CHECK(same("0", "-0.0"));
  CHECK(same("+5", "5"));
  CHECK(same("0.1", "0.10000000000000000555"));
  CHECK_FALSE(same("0.1", "0.1000000000000001"));
  CHECK_FALSE(same("1", "2"));
  CHECK_FALSE(same("1", "one"));
  CHECK_FALSE(same("007", "7"));
}

// Exponents are read to a bound: a spelling below it and one beyond it can mean one number.
TEST_CASE("exponents that are not read exactly all mean infinity") {
  CHECK(same("900e999999999999", "9e1000000000001"));
  CHECK(same("900e99999999999999999999", "9e99999999999999999999"));
  CHECK(same("9e1000000000000", "0.0009e1000000000004"));
  CHECK(same("9e1000000000000", "inf"));
  CHECK(same("-9e1000000000000", "-inf"));
  for (const char* text : {"900e99999999999999999999", "-1e500000000000", "1e499999999999"}) {
    CAPTURE(text);
    const std::string label = canonical_label(parse_cell(text));
    CHECK(canonical_label(parse_cell(label)) == label);
  }
}

TEST_CASE("integers are compared exactly beyond 2^53") {
  CHECK_FALSE(same("9007199254740993", "9007199254740992"));
  CHECK(same("9007199254740993", "9007199254740993.0"));
  CHECK(same("9007199254740993", "9.007199254740993e15"));
  CHECK_FALSE(same("123456789012345678901234567890", "123456789012345678901234567891"));
  CHECK(same("123456789012345678901234567890", "1.2345678901234567890123456789e29"));
  CHECK_FALSE(same("-9007199254740993", "-9007199254740992"));
  const std::string long_a = "1" + std::string(400, '7');
  CHECK(same(long_a, long_a + ".0"));
  CHECK_FALSE(same(long_a, long_a.substr(0, 400) + "8"));
}

TEST_CASE("numbers beyond double overflow to infinity and underflow to zero, the text stays") {
  CHECK(parse_cell("1e400").number == kInfinity);
  CHECK(parse_cell("-1e400").number == -kInfinity);
  CHECK(parse_cell("1e-400").number == 0);
  CHECK(parse_cell("0e999999999999999999999").number == 0);
  CHECK(parse_cell("1e999999999999999999999").number == kInfinity);
  CHECK(parse_cell("1e-999999999999999999999").number == 0);
  CHECK(parse_cell("0." + std::string(500, '0') + "1").number == 0);
  CHECK(parse_cell("1" + std::string(500, '0')).number == kInfinity);
  CHECK(parse_cell("1" + std::string(500, '0') + "e-500").number == 1);
  CHECK(same("1e400", "10e399"));
  CHECK_FALSE(same("1e400", "1e401"));
  CHECK_FALSE(same("1e400", "inf"));
  CHECK_FALSE(same("1e499999999999", "1e499999999998"));
}

TEST_CASE("class labels have one name however they are spelled") {
  CHECK(label("0") == "0");
  CHECK(label("0.0") == "0");
  CHECK(label("0e0") == "0");
  CHECK(label("-0") == "0");
  CHECK(label("1.0") == "1");
  CHECK(label("+1") == "1");
  CHECK(label("1e2") == "100");
  CHECK(label("2.50") == "2.5");
  CHECK(label("NaN") == "nan");
  CHECK(label("-Infinity") == "-inf");
  CHECK(label("cat") == "cat");
  CHECK(label("007") == "007");
  CHECK(label("9007199254740993.0") == "9007199254740993");
  CHECK(label("1e300") == "1e300");
  CHECK(label("15e299") == "1.5e300");
  CHECK(label("").empty());
}

TEST_CASE("a label reads as the number that it names") {
  std::mt19937_64 random(11);
  for (int i = 0; i < 3000; ++i) {
    const std::string text = std::to_string(random() % 100000) + "." +
                             std::to_string(random() % 1000) + "e" +
                             std::to_string(static_cast<int>(random() % 700) - 350);
    const std::string once = label(text);
    CAPTURE(text, once);
    CHECK(label(once) == once);
    CHECK(same(text, once));
    CHECK(parse_cell(once).number == parse_cell(text).number);
  }
}

// What hashing of keys needs: doubles compared with integers would not be transitive here, because
// …993 and …992.5 read as the same double, and so do …992.5 and …992.
TEST_CASE("sameness is an equivalence, and the same as equal labels and equal keys") {
  const std::vector<std::string> texts = {"9007199254740992",
                                          "9007199254740992.5",
                                          "9007199254740993",
                                          "9007199254740993.0",
                                          "9007199254740994",
                                          "9.007199254740992e15",
                                          "1e22",
                                          "10000000000000000000000.5",
                                          "0",
                                          "-0",
                                          "",
                                          "a",
                                          "nan",
                                          "inf",
                                          "1e400",
                                          "1",
                                          "1.0",
                                          "01",
                                          "0.30000000000000004",
                                          "0.3",
                                          "5.0000000000000000001",
                                          "5"};
  for (const std::string& a : texts) {
    for (const std::string& b : texts) {
      CAPTURE(a, b);
      CHECK(same(a, b) == (key({a}) == key({b})));
      CHECK(same(a, b) == (label(a) == label(b) && a.empty() == b.empty()));
      for (const std::string& c : texts) {
        if (same(a, b) && same(b, c)) {
          CHECK(same(a, c));
        }
      }
    }
  }
}

TEST_CASE("the cells of a composite key stay apart") {
  CHECK(key({"a", "bc"}) != key({"ab", "c"}));
  CHECK(key({"", "a"}) != key({"a", ""}));
  CHECK(key({"1", "2"}) == key({"1.0", "2e0"}));
  CHECK(key({"a,b", "c"}) != key({"a", "b,c"}));
}

TEST_CASE("cells without text compare by their number") {
  const Cell five{Cell::Kind::number, 5, {}};
  CHECK(same_value(five, parse_cell("5.0")));
  CHECK(canonical_label(five) == "5");
  const Cell large{Cell::Kind::number, 1e300, {}};
  CHECK(same_value(large, parse_cell("1e300")));
}

// The grammar of cell.h, by the letter.
bool is_number_by_grammar(std::string_view text) {
  const auto take_digits = [&] {
    const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::string_view digits = text.substr(0, count);
    text.remove_prefix(count);
    return digits;
  };
  const auto take_one_of = [&](std::string_view wanted) {
    const bool is_there = !text.empty() && wanted.find(text.front()) != std::string_view::npos;
    text.remove_prefix(is_there ? 1 : 0);
    return is_there;
  };
  take_one_of("+-");
  const std::string_view integer = take_digits();
  const std::string_view fraction = take_one_of(".") ? take_digits() : std::string_view();
  if (integer.empty() && fraction.empty()) {
    return false;
  }
  if (integer.size() > 1 && integer.front() == '0') {
    return false;
  }
  if (take_one_of("eE")) {
    take_one_of("+-");
    if (take_digits().empty()) {
      return false;
    }
  }
  return text.empty();
}

void check_by_grammar(const std::string& text) {
  const Cell cell = parse_cell(text);
  CAPTURE(text);
  REQUIRE((cell.kind == Cell::Kind::number) == is_number_by_grammar(text));
  if (cell.kind == Cell::Kind::number) {
    const double expected = std::strtod(text.c_str(), nullptr);
    REQUIRE(std::bit_cast<std::uint64_t>(cell.number) == std::bit_cast<std::uint64_t>(expected));
  }
}

// Eight bytes are read at once: every place of a sign, a point and of what is next to digits.
TEST_CASE("short texts are numbers where the grammar says so, and no others") {
  constexpr std::string_view kAlphabet = "0719.-+e/:";
  std::string text;
  for (std::size_t length = 1; length <= 4; ++length) {
    std::size_t count = 1;
    for (std::size_t i = 0; i < length; ++i) {
      count *= kAlphabet.size();
    }
    for (std::size_t number = 0; number < count; ++number) {
      text.clear();
      for (std::size_t rest = number, i = 0; i < length; ++i, rest /= kAlphabet.size()) {
        text += kAlphabet[rest % kAlphabet.size()];
      }
      check_by_grammar(text);
    }
  }
  std::mt19937 random(2);
  for (int round = 0; round < 20'000; ++round) {
    text.clear();
    for (std::size_t length = 5 + random() % 6; length > 0; --length) {
      text += random() % 8 != 0 ? static_cast<char>('0' + random() % 10)
                                : kAlphabet[random() % kAlphabet.size()];
    }
    check_by_grammar(text);
  }
  // Nothing behind the text is read as part of it.
  CHECK(parse_cell(std::string_view("12345678", 3)).number == 123);
  CHECK(parse_cell(std::string_view("0.5;0.5", 3)).number == 0.5);
}

TEST_CASE("numbers of any length are the doubles next to them, to the last bit") {
  std::mt19937_64 random(11);
  for (int round = 0; round < 20'000; ++round) {
    std::string text = random() % 4 == 0 ? "-" : "";
    text += std::to_string(1 + random() % 9);
    for (std::size_t digits = random() % 20; digits > 0; --digits) {
      text += std::to_string(random() % 10);
    }
    const std::size_t sign = text.front() == '-' ? 1 : 0;
    if (random() % 4 != 0) {
      text.insert(sign + 1 + random() % (text.size() - sign), ".");
    }
    const Cell cell = parse_cell(text);
    double expected = 0;
    std::from_chars(text.data(), text.data() + text.size(), expected);
    CAPTURE(text);
    REQUIRE(cell.kind == Cell::Kind::number);
    REQUIRE(std::bit_cast<std::uint64_t>(cell.number) == std::bit_cast<std::uint64_t>(expected));
  }
  CHECK(std::signbit(parse_cell("-0").number));
  CHECK(parse_cell("5.").number == 5);
  CHECK(parse_cell("0.25").number == 0.25);
  CHECK(parse_cell("00.25").kind == Cell::Kind::text);
  CHECK(parse_cell("-").kind == Cell::Kind::text);
  CHECK(parse_cell("1.2.3").kind == Cell::Kind::text);
}

}  // namespace
}  // namespace mlops::table
