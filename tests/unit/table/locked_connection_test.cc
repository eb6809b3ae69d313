#include "table/locked_connection.h"

#include <filesystem>
#include <optional>
#include <string>

#include <catch2/catch.hpp>

#include "support/temp_dir.h"
#include "unit/table/tables.h"

namespace mlops::table {
namespace {

struct Locked {
  Locked() : api(load_duckdb(MLOPS_TEST_DUCKDB)) {
    test::write_file(temp / "mine.csv", "id\n1\n");
    test::write_file(temp / "other.csv", "id\n2\n");
    connection.emplace(
        api, (temp / "mine.csv").string(), ReaderLimits{1, std::uint64_t{64} << 20U, {}});
  }
  std::string path(const char* name) const { return "'" + (temp / name).string() + "'"; }

  test::TempDir temp;
  DuckDbApi api;
  std::optional<LockedConnection> connection;
};

TEST_CASE("a locked connection reads its file and nothing else") {
  Locked locked;
  LockedConnection& connection = *locked.connection;
  REQUIRE_FALSE(connection.refusal("SELECT * FROM read_csv(" + locked.path("mine.csv") + ")"));
  for (const std::string& sql : {"SELECT * FROM read_csv(" + locked.path("other.csv") + ")",
                                 "SELECT * FROM read_text(" + locked.path("other.csv") + ")",
                                 "SELECT * FROM glob(" + locked.path("*") + ")",
                                 "COPY (SELECT 1) TO " + locked.path("made.csv"),
                                 "ATTACH " + locked.path("made.db"),
                                 "EXPORT DATABASE " + locked.path("made"),
                                 std::string("SELECT * FROM read_text('/etc/passwd')"),
                                 "SELECT * FROM " + locked.path("other.csv")}) {
    CAPTURE(sql);
    const auto reason = connection.refusal(sql);
    REQUIRE(reason);
    CHECK_THAT(*reason,
               Catch::Contains("disabled by configuration") || Catch::Contains("Permission Error"));
  }
  CHECK_FALSE(std::filesystem::exists(locked.temp / "made.csv"));
  CHECK_FALSE(std::filesystem::exists(locked.temp / "made.db"));
  CHECK_FALSE(std::filesystem::exists(locked.temp / "made"));
}

TEST_CASE("a locked connection loads and installs no extension") {
  Locked locked;
  LockedConnection& connection = *locked.connection;
  for (const char* sql :
       {"INSTALL httpfs", "LOAD httpfs", "SELECT * FROM read_csv('https://example.org/t.csv')"}) {
    CAPTURE(sql);
    CHECK(connection.refusal(sql));
  }
  // What would be done silently, if it were on.
  CHECK_FALSE(connection.refusal(
      "SELECT CASE WHEN bool_or(value::BOOLEAN) THEN error('an extension could load itself') END "
      "FROM duckdb_settings() WHERE name IN ('autoload_known_extensions', "
      "'autoinstall_known_extensions', 'enable_external_access')"));
}

TEST_CASE("the configuration of a locked connection stays as it is") {
  Locked locked;
  LockedConnection& connection = *locked.connection;
  for (const char* sql : {"SET enable_external_access=true",
                          "SET allowed_paths=['/etc/passwd']",
                          "SET autoload_known_extensions=true",
                          "SET lock_configuration=false",
                          "SET memory_limit='64GB'",
                          "RESET lock_configuration"}) {
    CAPTURE(sql);
    const auto reason = connection.refusal(sql);
    REQUIRE(reason);
    CHECK_THAT(*reason, Catch::Contains("locked") || Catch::Contains("Cannot"));
  }
}

}  // namespace
}  // namespace mlops::table
