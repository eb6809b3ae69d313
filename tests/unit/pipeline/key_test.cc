#include "pipeline/key.h"

#include <filesystem>

#include <catch2/catch.hpp>

#include "run_fixture.h"

using namespace mlops;
using namespace mlops::pipeline;
using testing::RunFixture;
namespace fs = std::filesystem;

namespace {

/// Each row of the table of invalidation starts from here: one stage, run once.
class Row : public RunFixture {
 public:
  Row() {
    repo.write("in.txt", "one\n");
    repo.write("code/a.txt", "a\n");
    repo.write("params.toml", "lr = 1\nother = 1\n");
    environment["LANG"] = "C";
    environment["HUSH"] = "1";
    write();
    repo.commit("start");
    run();
    REQUIRE(states() == "make ran");
    run();
    REQUIRE(states() == "make cached");
  }

  void write() const {
    pipeline(head + "\n[stage." + name + "]\n" + cmd +
             "\ndeps = [\"in.txt\", \"code\"]\nparams = [\"lr\"]\nouts = [\"out.txt\"]\n" + more);
  }

  std::string head = "params = [\"params.toml\"]";
  std::string name = "make";
  std::string cmd = "cmd = \"cat in.txt code/* > out.txt\"";
  std::string more = "env = { set = { MODE = \"fast\" }, hash = [\"LANG\"], pass = [\"HUSH\"] }\n";
};

/// The stage ran again, and this part of the key is why.
void check_reran(Row& row, const std::string& part) {
  row.run();
  REQUIRE(row.last.instances.size() == 1);
  CHECK(row.states() == row.name + " ran");
  REQUIRE_FALSE(row.last.instances[0].differences.empty());
  CHECK(row.last.instances[0].differences[0].part == part);
}

void check_cached(Row& row) {
  row.run();
  CHECK(row.states() == row.name + " cached");
}

}  // namespace

TEST_CASE("key: a byte of a dep reruns", "[change-reruns]") {
  Row row;
  row.repo.write("in.txt", "two\n");
  check_reran(row, "dep in.txt");
}

TEST_CASE("key: a name in a dep directory reruns", "[change-reruns]") {
  Row row;
  fs::rename(row.repo / "code/a.txt", row.repo / "code/b.txt");
  check_reran(row, "dep code");
}

TEST_CASE("key: the executable bit of a dep reruns", "[change-reruns]") {
  Row row;
  fs::permissions(row.repo / "in.txt", fs::perms::owner_exec, fs::perm_options::add);
  check_reran(row, "dep in.txt");
}

TEST_CASE("key: the command reruns", "[change-reruns]") {
  Row row;
  row.cmd = "cmd = \"cat in.txt code/*  > out.txt\"";
  row.write();
  check_reran(row, "command");
}

TEST_CASE("key: the shell reruns", "[change-reruns]") {
  Row row;
  row.more += "shell = [\"sh\", \"-c\"]\n";
  row.write();
  check_reran(row, "command");
  CHECK(row.last.instances[0].differences[0].new_value == "sh -c 'cat in.txt code/* > out.txt'");
}

TEST_CASE("key: a declared parameter reruns", "[change-reruns]") {
  Row row;
  row.repo.write("params.toml", "lr = 2\nother = 1\n");
  check_reran(row, "param lr");
}

TEST_CASE("key: 1, 1.0 and \"1\" are three values") {
  Row row;
  row.repo.write("params.toml", "lr = 1.0\nother = 1\n");
  check_reran(row, "param lr");
  row.repo.write("params.toml", "lr = \"1\"\nother = 1\n");
  check_reran(row, "param lr");
}

TEST_CASE("key: variables that are set or hashed rerun", "[change-reruns]") {
  Row row;
  row.environment["LANG"] = "fr_FR.UTF-8";
  check_reran(row, "env LANG");
  row.environment.erase("LANG");
  check_reran(row, "env LANG");
  row.more = "env = { set = { MODE = \"slow\" }, hash = [\"LANG\"], pass = [\"HUSH\"] }\n";
  row.write();
  check_reran(row, "env MODE");
}

TEST_CASE("key: the output of a tool reruns", "[change-reruns]") {
  Row row;
  row.head += "\n[environment.e]\ntype = \"process\"\ntools = [\"cat version\"]\n";
  row.more += "environment = \"e\"\n";
  row.repo.write("version", "1\n");
  row.write();
  check_reran(row, "environment");
  CHECK(row.last.instances[0].grade == "observed");
  check_cached(row);
  row.repo.write("version", "2\n");
  check_reran(row, "environment");
}

TEST_CASE("key: the declared outs rerun") {
  Row row;
  row.cmd = "cmd = \"cat in.txt code/* > out.txt; cp out.txt m.json\"";
  row.more += "metrics = [\"m.json\"]\n";
  row.write();
  row.run();
  CHECK(row.states() == "make ran");
}

TEST_CASE("key: a comment and an undeclared parameter change nothing", "[change-nothing]") {
  Row row;
  row.more += "# a comment\ndescription = \"words\"\n";
  row.write();
  row.repo.write("params.toml", "lr = 1\nother = 2 # more\n");
  check_cached(row);
}

TEST_CASE("key: another name of the stage changes nothing", "[change-nothing]") {
  Row row;
  row.name = "build";
  row.write();
  check_cached(row);
}

TEST_CASE("key: pools, resources, retries, timeouts and passed variables change nothing",
          "[change-nothing]") {
  Row row;
  row.head += "\n[pool.big]\ntype = \"local\"\nslots = { cpu = 2 }\n";
  row.more +=
      "pool = \"big\"\nresources = { cpu = 2, memory = \"1MiB\" }\nretry = { max = 2 }\n"
      "timeout = \"1h\"\n";
  row.write();
  row.environment["HUSH"] = "2";
  row.environment["TZ"] = "UTC";
  check_cached(row);
}

TEST_CASE("key: resources that stand in the command are part of it", "[rule-06]") {
  Row row;
  row.cmd = "cmd = \"cat in.txt code/* > out.txt; : ${resources.cpu}\"";
  row.write();
  check_reran(row, "command");
  row.more += "resources = { cpu = 2 }\n";
  row.write();
  check_reran(row, "command");
}

TEST_CASE("key: another place of the repository changes nothing", "[change-nothing]") {
  Row row;
  const auto moved = row.repo.directory() / "moved here";
  fs::rename(row.repo.path(), moved);
  workspace::OpenOptions where;
  where.directory = moved;
  where.git.search_path = "/usr/local/bin:/usr/bin:/bin";
  where.git.environment = row.repo.env();
  const auto space = workspace::Workspace::open(where);
  const auto pipeline = parse_pipeline(mlops::test::read_file(moved / "pipeline.toml"), "p.toml");
  config::Params params;
  params.merge_text(mlops::test::read_file(moved / "params.toml"), "params.toml");
  testing::RecordingObserver observer;
  RunOptions options;
  options.environment = row.environment;
  options.environment["HOME"] = "/elsewhere";
  const CancelToken cancel;
  const auto result =
      run_pipeline(*space, pipeline, params, options, observer, {row.progress, cancel});
  REQUIRE(result.instances.size() == 1);
  CHECK(result.instances[0].state == InstanceState::hit);
  fs::rename(moved, row.repo.path());
}

TEST_CASE("key: touching files and switching branches change nothing", "[change-nothing]") {
  Row row;
  fs::last_write_time(row.repo / "in.txt", fs::file_time_type::clock::now());
  row.repo.commit("done");
  row.repo.git({"checkout", "-q", "-b", "side"});
  row.repo.write("in.txt", "two\n");
  row.repo.commit("two");
  row.repo.git({"checkout", "-q", "main"});
  check_cached(row);
}

TEST_CASE("key: parts are taken apart by length, not by separators") {
  const KeyParts one{{"a", "b"}, {"c", ""}};
  const KeyParts two{{"a", ""}, {"bc", ""}};
  const KeyParts three{{"ab", "c"}};
  CHECK(compute_key(one) != compute_key(two));
  CHECK(compute_key(two) != compute_key(three));
  CHECK(compute_key(one) == compute_key({{"c", ""}, {"a", "b"}}));
}

TEST_CASE("key: the encoding is frozen") {
  // sha256 of 8-byte little-endian lengths and bytes of: mlops-run-key/1, command, argv 4:true,
  CHECK(compute_key({{"command", "argv 4:true,"}}).hex() ==
        "3b8da3df9c31c972b085ad2e1e7e0e066e14dab71d52cb01256a54d7fdf8fdca");
}

TEST_CASE("differences name what is new, gone and changed") {
  const auto found = compare_parts({{"a", "1"}, {"b", "2"}}, {{"b", "3"}, {"c", "4"}});
  REQUIRE(found.size() == 3);
  CHECK(found[0].part == "b");
  CHECK(found[0].old_value == "2");
  CHECK(found[0].new_value == "3");
  CHECK(found[1].part == "c");
  CHECK(found[1].old_value.empty());
  CHECK(found[2].part == "a");
  CHECK(found[2].new_value.empty());
}
