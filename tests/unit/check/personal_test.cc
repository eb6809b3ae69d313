#include <string>

#include <catch2/catch.hpp>

#include "check/masked.h"
#include "check/personal_values.h"
#include "unit/check/check_texts.h"

namespace mlops::check::test {
namespace {

bool is(const std::string& value, PiiKind kind) {
  return find_personal(value, {}).test(static_cast<std::size_t>(kind));
}

bool hints(const std::string& column, PiiKind kind) {
  return hinted_by(column).test(static_cast<std::size_t>(kind));
}

const std::string kRule = "[[check.c.rule]]\nkind = \"pii\"\n";

std::string repeated(const std::string& lines, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) {
    all += lines;
  }
  return all;
}

}  // namespace

TEST_CASE("personal numbers of the reference (D 31) are told by their checksums") {
  CHECK(is("4012888888881881", PiiKind::card));
  CHECK(is("371449635398431", PiiKind::card));
  CHECK(is("4012-8888-8888-1881", PiiKind::card));
  CHECK(is("AT611904300234573201", PiiKind::iban));
  CHECK(is("AT61 1904 3002 3457 3201", PiiKind::iban));
  CHECK(is("12345678Z", PiiKind::es_nif));
  CHECK(is("44051401458", PiiKind::pl_pesel));
  CHECK(is("131052-308T", PiiKind::fi_hetu));
  CHECK(is("401-023-2137", PiiKind::uk_nhs));
  CHECK_FALSE(is("4012-8888-8888-1882", PiiKind::card));
  CHECK_FALSE(is("36168002586008", PiiKind::card));
  CHECK_FALSE(is("AT61 1904 3002 3457 3202", PiiKind::iban));
  CHECK_FALSE(is("44051401459", PiiKind::pl_pesel));
  CHECK_FALSE(is("401-023-2138", PiiKind::uk_nhs));
  CHECK_FALSE(is("info@presidio", PiiKind::email));
}

TEST_CASE("more personal values, and what only looks like some") {
  CHECK(is("RSSMRA85T10A562S", PiiKind::it_cf));
  CHECK_FALSE(is("RSSMRA85T10A562T", PiiKind::it_cf));
  CHECK(is("86095742719", PiiKind::de_steuer_id));
  CHECK_FALSE(is("86095742718", PiiKind::de_steuer_id));
  CHECK(is("811218-9876", PiiKind::se_personnummer));
  CHECK_FALSE(is("811218-9875", PiiKind::se_personnummer));
  CHECK(is("10000000146", PiiKind::tr_tckn));
  CHECK_FALSE(is("10000000147", PiiKind::tr_tckn));
  CHECK(is("X1234567L", PiiKind::es_nif));
  CHECK(is("a.b+c@sub.example.org", PiiKind::email));
  CHECK(is("write to <a@b.org>, soon", PiiKind::email));
  for (const std::string no : {"a@b", "@b.org", "a@b.o", "a..b@c.org", "a@-b.org", "a@b..org"}) {
    CAPTURE(no);
    CHECK_FALSE(is(no, PiiKind::email));
  }
  CHECK(is("203.0.113.9", PiiKind::ip));
  CHECK(is("2001:db8::1", PiiKind::ip));
  CHECK(is("fe80::", PiiKind::ip));
  CHECK(is("1:2:3:4:5:6:7:8", PiiKind::ip));
  for (const std::string no : {"256.1.1.1",
                               "1.2.3",
                               "1.2.3.4.5",
                               "01.2.3.4",
                               "12:30:45",
                               "1::2::3",
                               "::",
                               "1:2:3:4:5:6:7:"}) {
    CAPTURE(no);
    CHECK_FALSE(is(no, PiiKind::ip));
  }
  CHECK(is("00:1A:2b:3C:4d:5E", PiiKind::mac));
  CHECK_FALSE(is("00:1A-2b:3C:4d:5E", PiiKind::mac));
  CHECK(is("+49 30 1234567", PiiKind::phone));
  CHECK_FALSE(is("030 1234567", PiiKind::phone));
  CHECK(find_personal("030 1234567", hinted_by("phone"))
            .test(static_cast<std::size_t>(PiiKind::phone)));
  CHECK(find_personal(std::string(100'000, '@'), {}).none());
  CHECK(find_personal("", {}).none());
}

TEST_CASE("columns are told by whole words of their names, in four languages") {
  CHECK(hints("contact_email", PiiKind::email));
  CHECK(hints("eMail", PiiKind::email));
  CHECK(hints("Krankheit", PiiKind::art9));
  CHECK(hints("religionCode", PiiKind::art9));
  CHECK(hints("santé", PiiKind::art9));
  CHECK(hints("dateOfBirth", PiiKind::birth_date));
  CHECK_FALSE(hints("reunion", PiiKind::art9));
  CHECK_FALSE(hints("zip", PiiKind::ip));
  CHECK_FALSE(hints("trace", PiiKind::art9));
}

TEST_CASE("what is masked stays masked") {
  CHECK(masked("Ada.L7@x.org") == "xxx.x#@x.xxx");
  CHECK(masked(masked("Ada.L7@x.org")) == masked("Ada.L7@x.org"));
  CHECK(masked(masked(std::string(500, 'a'))) == masked(std::string(500, 'a')));
}

TEST_CASE("each column has a verdict on personal data, and no value leaves it") {
  const std::string table = "id,note,health,n\n" + repeated("7,none,1,4111111111111112\n", 97) +
                            "8,ada@example.org,0,5\n";
  const CheckReport report = judge_texts(kRule, {table});
  CHECK(outcome_of(report, "pii", "id").rule.verdict == Verdict::pass);
  const Outcome& note = outcome_of(report, "pii", "note");
  CHECK(note.rule.verdict == Verdict::fail);
  CHECK(note.rule.reason == "email (1 of 98 values)");
  CHECK(rows_of(note) == std::vector<std::uint64_t>{98});
  CHECK(note.examples[0].value == "xxx@xxxxxxx.xxx");
  CHECK(outcome_of(report, "pii", "health").rule.reason == "art9 (by its name)");
  CHECK(outcome_of(report, "pii", "n").rule.verdict == Verdict::pass);
  REQUIRE(report.notes.size() == 1);
  CHECK(report.notes[0].find("no legal advice") != std::string::npos);
}

TEST_CASE("few personal values are none, unless the rule says so; columns may be allowed") {
  const std::string table = "note\n" + repeated("none\n", 300) + "ada@example.org\n";
  CHECK(judge_texts(kRule, {table}).verdict == Verdict::pass);
  CHECK(judge_texts(kRule + "max = 0\n", {table}).verdict == Verdict::fail);
  CHECK(judge_texts(kRule + "max = 0\ndeny = [\"iban\"]\n", {table}).verdict == Verdict::pass);
  const CheckReport allowed =
      judge_texts(kRule + "max = 0\nallow_columns = [\"note\"]\n", {table + "x\n"});
  CHECK(outcome_of(allowed, "pii", "note").rule.verdict == Verdict::skipped);
}

TEST_CASE("numbers that chance makes often have to be most of a column") {
  // Ten numbers in a row: one of them keeps Luhn's rule.
  std::string chance = "n\n";
  for (int i = 0; i < 100; ++i) {
    chance += std::to_string(4'000'000'000'000'000 + i) + "\n";
  }
  CHECK(judge_texts(kRule, {chance}).verdict == Verdict::pass);
  CHECK(judge_texts(kRule, {"n\n" + repeated("4012888888881881\n", 40)}).verdict == Verdict::fail);
  CHECK(judge_texts(kRule, {"card_number\n" + repeated("12\n", 40)}).verdict == Verdict::fail);
}

}  // namespace mlops::check::test
