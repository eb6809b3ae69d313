#include <catch2/catch.hpp>

#include "config/settings.h"
#include "unit/config/refusal.h"

using mlops::config::edit_setting;
using mlops::test::refusal_of;

namespace {

const std::string kText =
    "# head, kept\n"
    "schema = 1\n"
    "\n"
    "[remote.origin]   # the one\n"
    "url  =  \"s3://a/b\"   # where\n"
    "region = 'eu'\n"
    "\n"
    "# about data\n"
    "[data]\n"
    "stage = true # also stages\n"
    "set.\"x y\".remote = 'origin'\n"
    "[run]\n";

std::string edit(const std::string& text,
                 std::string_view name,
                 std::optional<std::string_view> value) {
  return edit_setting(text, "config.toml", name, value);
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("an edit changes the value and nothing else", "[settings]") {
  CHECK(edit(kText, "remote.origin.url", "ssh://h/p") ==
        with(kText, "\"s3://a/b\"", "\"ssh://h/p\""));
  CHECK(edit(kText, "data.stage", "false") == with(kText, "true", "false"));
  CHECK(edit(kText, "data.set.x y.remote", "eu") == with(kText, "'origin'", "\"eu\""));
  CHECK(edit(kText, "data.stage", "true") == kText);
}

TEST_CASE("a new key goes to the end of its table, a new table to the end", "[settings]") {
  CHECK(edit(kText, "remote.origin.endpoint", "http://h") ==
        with(kText, "region = 'eu'\n", "region = 'eu'\nendpoint = \"http://h\"\n"));
  CHECK(edit(kText, "run.push", "all") == kText + "push = \"all\"\n");
  CHECK(edit(kText, "remote.eu.url", "s3://c") == kText + "[remote.eu]\nurl = \"s3://c\"\n");
  CHECK(edit(kText, "data.set.a/b.remote", "eu") ==
        kText + "[data.set.\"a/b\"]\nremote = \"eu\"\n");
  CHECK(edit("", "data.stage", "false") == "schema = 1\n[data]\nstage = false\n");
  CHECK(edit("schema = 1", "data.stage", "false") == "schema = 1\n[data]\nstage = false\n");
  CHECK(edit("[data]", "data.stage", "false") == "[data]\nstage = false\n");
}

TEST_CASE("removing takes the line; what is not there stays so", "[settings]") {
  CHECK(edit(kText, "remote.origin.region", std::nullopt) == with(kText, "region = 'eu'\n", ""));
  CHECK(edit(kText, "run.push", std::nullopt) == kText);
}

TEST_CASE("a table goes with its last key, and takes no comment along", "[settings]") {
  const std::string text =
      "schema = 1\n[data]\nstage = true\n\n[remote.a]\nurl = \"s3://a\"\n\n[run]\n";
  CHECK(edit(text, "remote.a.url", std::nullopt) == "schema = 1\n[data]\nstage = true\n\n[run]\n");
  CHECK(edit(text, "data.stage", std::nullopt) ==
        "schema = 1\n[remote.a]\nurl = \"s3://a\"\n\n[run]\n");
  for (const std::string name : {"remote.eu.url", "data.set.a/b.remote", "run.push"}) {
    const std::string value = name == "run.push" ? "all" : "s3://c";
    const std::string before = "schema = 1\n[data]\nstage = true\n";
    CHECK(edit(edit(before, name, value), name, std::nullopt) == before);
  }
  const std::string one = "schema = 1\n[remote.a]  # the one\nurl = \"s3://a\"\n";
  CHECK(edit(one, "remote.a.url", std::nullopt) == "schema = 1\n[remote.a]  # the one\n");
  const std::string below = "[data]\nstage = true\n# why\n[run]\n";
  CHECK(edit(below, "data.stage", std::nullopt) == "[data]\n# why\n[run]\n");
  CHECK(edit("[data]\r\nstage = true\r\n", "data.stage", std::nullopt).empty());
}

TEST_CASE("CRLF files keep their line breaks", "[settings]") {
  CHECK(edit("schema = 1\r\n[data]\r\nstage = true\r\n", "data.remote", "o") ==
        "schema = 1\r\n[data]\r\nstage = true\r\nremote = \"o\"\r\n");
  CHECK(edit("[data]\r\nstage = true # x\r\n", "data.stage", "false") ==
        "[data]\r\nstage = false # x\r\n");
}

TEST_CASE("values cannot break out of their string", "[settings]") {
  const auto text = edit(kText, "data.remote", "x\"\n[store]\npath = \"/etc");
  mlops::config::Settings settings;
  settings.add_file(mlops::config::SettingScope::tracked, text, "f");
  CHECK(settings.get_string("data.remote") == "x\"\n[store]\npath = \"/etc");
  CHECK(settings.find("store.path") == std::nullopt);
}

TEST_CASE("edits that cannot be right are refused", "[settings]") {
  CHECK(refusal_of([] { edit(kText, "data.staeg", "true"); }).kind == "config");
  CHECK(refusal_of([] { edit(kText, "data.stage", "maybe"); }).kind == "config");
  CHECK(refusal_of([] { edit(kText, "remote.origin.url", "https://u:p@h/"); }).kind == "config");
  CHECK(refusal_of([] { edit("[data\n", "data.stage", "true"); }).kind == "config");
  const auto inline_table =
      refusal_of([] { edit("data = { stage = true }\n", "data.stage", "false"); });
  CHECK(inline_table.kind == "config");
}
