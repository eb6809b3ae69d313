#include "table/json_line.h"

#include <string>

#include <catch2/catch.hpp>

#include "table/json_table.h"
#include "unit/table/tables.h"

namespace mlops::table {
namespace {

/// "key=value;" for each member; "blank" for a line without an object.
std::string members_of(std::string_view line) {
  JsonLineParser parser("t.jsonl");
  if (!parser.parse(line, 7)) {
    return "blank";
  }
  std::string text;
  for (const JsonLineParser::Member& member : parser.members()) {
    text.append(member.key).append("=").append(member.value).append(";");
  }
  return text;
}

std::string line_refusal(std::string_view line) {
  const Error error = error_of([&] { members_of(line); });
  CHECK(error.kind() == ErrorKind::config);
  CHECK(error.message().starts_with("'t.jsonl' line 7: "));
  return error.message().substr(std::string_view("'t.jsonl' line 7: ").size());
}

/// Rows of fields, by the columns of the first line.
std::string rows_of(std::initializer_list<std::string_view> lines) {
  JsonTable table("t.jsonl");
  std::string text;
  std::uint64_t number = 0;
  for (const std::string_view line : lines) {
    ++number;
    if (table.take(line, number)) {
      for (const std::string_view value : table.values()) {
        text.append(value).append(",");
      }
      text += "\n";
    }
  }
  return text;
}

std::string table_refusal(std::initializer_list<std::string_view> lines) {
  return error_of([&] { rows_of(lines); }).message();
}

}  // namespace

TEST_CASE("values are the text that a CSV file would have") {
  CHECK(members_of(R"({"a":1,"b":-2.50e+3,"c":"x","d":true,"e":false,"f":null,"g":""})") ==
        "a=1;b=-2.50e+3;c=x;d=true;e=false;f=;g=;");
  CHECK(members_of(" {\t\"a\" : 1 , \"b\" : \"2\" } \r") == "a=1;b=2;");
  CHECK(members_of("{}") == "");
  CHECK(members_of("") == "blank");
  CHECK(members_of(" \t\r") == "blank");
}

TEST_CASE("numbers keep every digit") {
  CHECK(members_of(
            R"({"a":123456789012345678901234567890,"b":0.1000000000000000055511151231257827})") ==
        "a=123456789012345678901234567890;b=0.1000000000000000055511151231257827;");
  CHECK(members_of(R"({"a":0,"b":-0,"c":0.0,"d":1E5})") == "a=0;b=-0;c=0.0;d=1E5;");
}

TEST_CASE("what Python's json module writes for special values is read") {
  CHECK(members_of(R"({"a":NaN,"b":Infinity,"c":-Infinity})") == "a=NaN;b=Infinity;c=-Infinity;");
}

TEST_CASE("escapes are undone") {
  CHECK(members_of(R"({"a\"b":"\"\\\/\b\f\n\r\t"})") == "a\"b=\"\\/\b\f\n\r\t;");
  CHECK(members_of(R"({"a":"\u0041\u00e9\u20AC\ud83d\ude00"})") == "a=A\u00e9\u20ac\U0001F600;");
  CHECK(members_of(R"({"a":"x\ty","b":"plain","c":"\u007a"})") == "a=x\ty;b=plain;c=z;");
}

TEST_CASE("lines that are no flat object are refused") {
  CHECK(line_refusal("[1,2]") == "an array; JSON Lines have an object on each line");
  CHECK(line_refusal("1") == "no object; JSON Lines have one on each line");
  CHECK(line_refusal("id,x") == "no object; JSON Lines have one on each line");
  CHECK(line_refusal(R"({"a":1} {"a":2})") ==
        "text after the object; JSON Lines have one on each line");
  CHECK(line_refusal("{\"a\":1}\r{\"a\":2}\r") ==
        "text after the object; JSON Lines have one on each line");
  CHECK(line_refusal(R"({"a":[1]})") == "key 'a' holds an array: a table has one value a key");
  CHECK(line_refusal(R"({"x":1,"a":{"b":1}})") ==
        "key 'a' holds an object: a table has one value a key");
  CHECK(line_refusal("{\"a\":" + std::string(100'000, '[')) ==
        "key 'a' holds an array: a table has one value a key");
}

TEST_CASE("broken JSON is refused") {
  CHECK(line_refusal("{") == "the object does not end on its line");
  CHECK(line_refusal(R"({"a":1)") == "the object does not end on its line");
  CHECK(line_refusal(R"({"a":1,)") == "the object does not end on its line");
  CHECK(line_refusal(R"({"a":1,})") == "no key in quotes at column 8");
  CHECK(line_refusal(R"({a:1})") == "no key in quotes at column 2");
  CHECK(line_refusal(R"({'a':1})") == "no key in quotes at column 2");
  CHECK(line_refusal(R"({"a" 1})") == "no ':' after key 'a'");
  CHECK(line_refusal(R"({"a":1 "b":2})") == "no ',' or '}' after the value at column 8");
  CHECK(line_refusal(R"({"a":"x)") == "a string that does not end on its line");
  CHECK(line_refusal(R"({"a":"x\")") == "a string that does not end on its line");
  CHECK(line_refusal("{\"a\":\"x\ty\"}") == "a control character in a string");
  CHECK(line_refusal("{\"a\":\"\\n\ty\"}") == "a control character in a string");
  CHECK(line_refusal(std::string_view("{\"a\":\"\0\"}", 9)) == "a control character in a string");
  CHECK(line_refusal("{\"a\":\"\xFF\"}") == "not UTF-8");
  CHECK(line_refusal("\xFF\xFE{\0") == "not UTF-8");
}

TEST_CASE("values that JSON does not have are refused") {
  for (const std::string value : {"",
                                  "nan",
                                  "inf",
                                  "-inf",
                                  "True",
                                  "None",
                                  "undefined",
                                  "01",
                                  "+1",
                                  "-",
                                  ".5",
                                  "1.",
                                  "1e",
                                  "1e+",
                                  "-01",
                                  "'x'"}) {
    CAPTURE(value);
    CHECK(line_refusal("{\"a\":" + value + "}") == "key 'a' has no JSON value");
  }
  CHECK(line_refusal(R"({"a":truex})") == "no ',' or '}' after the value at column 10");
  CHECK(line_refusal(R"({"a":0x10})") == "no ',' or '}' after the value at column 7");
}

TEST_CASE("escapes that JSON does not have are refused") {
  for (const std::string value : {"\\x41", "\\u12", "\\u12g4", "\\'"}) {
    CAPTURE(value);
    CHECK(line_refusal("{\"a\":\"" + value + "\"}") ==
          "an escape in a string that JSON does not have");
  }
  for (const std::string value : {"\\ud83d", "\\ud83dx", "\\ude00", "\\ud83d\\u0041"}) {
    CAPTURE(value);
    CHECK(line_refusal("{\"a\":\"" + value + "\"}") == "half of a surrogate pair in a string");
  }
  CHECK(line_refusal(R"({"a":"\u0000"})") == "a NUL in a string");
}

TEST_CASE("the keys of the first object are the columns, in any order after it") {
  CHECK(rows_of({R"({"a":1,"b":2})", "", R"({"b":4,"a":3})", R"({"a":5,"b":null})"}) ==
        "1,2,\n3,4,\n5,,\n");
}

TEST_CASE("objects with other keys are refused with line and key") {
  CHECK(table_refusal({R"({"a":1,"b":2})", R"({"a":3})"}) ==
        "'t.jsonl' line 2: no key 'b', which the first object has; what is missing is null");
  CHECK(table_refusal({R"({"a":1})", R"({"a":3,"c":1})"}) ==
        "'t.jsonl' line 2: the key 'c', which the first object has not");
  CHECK(table_refusal({R"({"a":1,"a":2})"}) == "'t.jsonl' line 1: the key 'a' stands twice");
  CHECK(table_refusal({R"({"a":1,"\u0061":2})"}) == "'t.jsonl' line 1: the key 'a' stands twice");
  CHECK(table_refusal({R"({"a":1,"b":2})", R"({"b":1,"b":2})"}) ==
        "'t.jsonl' line 2: the key 'b' stands twice");
  CHECK(table_refusal({"{}"}) ==
        "'t.jsonl' line 1: the first object is empty, so the table has no columns");
  CHECK(table_refusal({R"({"a":1})", "{}"}) ==
        "'t.jsonl' line 2: no key 'a', which the first object has; what is missing is null");
  CHECK(table_refusal({R"({"":1})"}) == "'t.jsonl' line 1: an empty key");
}

}  // namespace mlops::table
