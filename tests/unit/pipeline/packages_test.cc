#include <filesystem>

#include <catch2/catch.hpp>

#include "expect_error.h"
#include "pipeline/conda.h"
#include "pipeline/installed_packages.h"
#include "run_fixture.h"
#include "support/run_command.h"
#include "support/temp_dir.h"

namespace mlops::pipeline {
namespace {

namespace fs = std::filesystem;

std::string identity_of(testing::RunFixture& f, const std::string& id) {
  const auto file = f.open()->state_directory() / "runs" / f.last.run_id / "run.jsonl";
  const auto text = test::read_file(file);
  const std::string key = "\"environment\":\"";
  auto at = text.find("\"event\":\"end\"");
  for (; at != std::string::npos; at = text.find("\"event\":\"end\"", at + 1)) {
    const auto begin = text.rfind('\n', at) + 1;
    const auto line = text.substr(begin, text.find('\n', at) - begin);
    if (line.find("\"instance\":\"" + id + "\"") != std::string::npos) {
      const auto from = line.find(key) + key.size();
      return line.substr(from, line.find('"', from) - from);
    }
  }
  return "";
}

/// A wheel that needs no network: a zip of two files, made by Python's own zipfile.
void make_wheel(const testing::RunFixture& f, const std::string& answer) {
  const std::string program = R"(
import base64, hashlib, sys, zipfile
info = "tool-1.0.dist-info/"
files = {
    "tool.py": "def main():\n    print('" + sys.argv[1] + "')\n",
    info + "METADATA": "Metadata-Version: 2.1\nName: tool\nVersion: 1.0\n",
    info + "WHEEL": "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    info + "entry_points.txt": "[console_scripts]\ntool = tool:main\n",
}
digest = lambda text: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=")
record = "".join(f"{name},sha256={digest(text).decode()},{len(text)}\n" for name, text in files.items())
with zipfile.ZipFile("wheels/tool-1.0-py3-none-any.whl", "w") as wheel:
    for name, text in {**files, info + "RECORD": record}.items():
        wheel.writestr(name, text)
)";
  fs::create_directories(f.repo / "wheels");
  const auto done = test::run_command(
      {"/usr/bin/python3", "-c", program, answer}, {"PATH=/usr/bin:/bin"}, f.repo.path());
  REQUIRE(done.exit_code == 0);
}

}  // namespace

TEST_CASE("a venv is made from its requirements, once, and again when they change") {
  testing::RunFixture f;
  make_wheel(f, "one");
  f.repo.write("requirements.txt", "-r more.txt\n");
  f.repo.write("more.txt", "--no-index\n--find-links wheels\ntool\n");
  f.repo.write(".gitignore", ".venv\nwheels\n");
  f.pipeline(
      "[environment.v]\ntype = \"venv\"\npath = \".venv\"\nrequirements = [\"requirements.txt\"]\n"
      "[stage.s]\nenvironment = \"v\"\ncmd = \"tool > out.txt; echo $VIRTUAL_ENV >> out.txt\"\n"
      "deps = [\"in.txt\"]\nouts = [\"out.txt\"]\n");
  f.repo.write("in.txt", "1");
  f.run();
  REQUIRE(f.states() == "s ran");
  CHECK(f.repo.read("out.txt") == "one\n" + (f.repo / ".venv").string() + "\n");
  CHECK(f.result("s").grade == "pinned");
  const auto identity = identity_of(f, "s");
  CHECK(identity.starts_with("venv:"));

  // Other requirements, another venv.
  make_wheel(f, "two");
  f.repo.write("more.txt", "--no-index\n--find-links wheels\ntool # again\n");
  RunOptions look;
  look.mode = RunMode::dry_run;
  f.run(look);
  CHECK(f.states() == "s would run");
  f.run();
  CHECK(f.states() == "s ran");
  CHECK(f.repo.read("out.txt").starts_with("two\n"));
  CHECK(identity_of(f, "s") != identity);

  // What cannot be installed leaves nothing half-made, and the old one.
  f.repo.write("more.txt", "--no-index\nnot-there\n");
  testing::expect_error(ErrorKind::io, "pip install failed", [&] { f.run(); });
  CHECK(f.exists(".venv/bin/tool"));
  for (const auto& entry : fs::directory_iterator(f.repo.path())) {
    CHECK(entry.path().filename().string().find("mlops-tmp") == std::string::npos);
  }

  // What an interrupted creation left goes with the next; made anew, a venv is the same.
  make_wheel(f, "one");
  f.repo.write("more.txt", "--no-index\n--find-links wheels\ntool\n");
  fs::create_directories(f.repo / ".venv.mlops-tmp-x" / "venv");
  f.run();
  CHECK_FALSE(f.exists(".venv.mlops-tmp-x"));
  CHECK(identity_of(f, "s") == identity);
  CHECK(f.repo.read("out.txt").starts_with("one\n"));

  // One that somebody else made is used as it is.
  fs::remove(f.repo / ".venv" / ".mlops-requirements");
  f.repo.write("more.txt", "not-there\n");
  f.run();
  CHECK(f.states() == "s cached");
  REQUIRE(f.progress.warnings.size() == 1);
  CHECK(f.progress.warnings[0].find("was not made by mlops") != std::string::npos);
}

TEST_CASE("what is no venv is not replaced") {
  testing::RunFixture f;
  f.repo.write("mine/file", "x");
  f.pipeline(
      "[environment.v]\ntype = \"venv\"\npath = \"mine\"\n"
      "[stage.s]\nenvironment = \"v\"\ncmd = \"true\"\n");
  testing::expect_error(ErrorKind::config, "is no venv that works", [&] { f.run(); });
  CHECK(f.exists("mine/file"));
}

TEST_CASE("a RECORD tells what is installed, not where or by what") {
  CHECK(installed_files(
            "b.py,sha256=x,1\r\na.py,sha256=y,2\n../../../bin/tool,sha256=z,3\n"
            "a-1.dist-info/INSTALLER,sha256=i,4\na-1.dist-info/RECORD,,\n"
            "a-1.dist-info/direct_url.json,sha256=d,9\n__pycache__/a.cpython-311.pyc,,\n") ==
        std::vector<std::string>{"a.py,sha256=y,2", "b.py,sha256=x,1"});
}

TEST_CASE("locks of conda name packages with their digests") {
  const auto list = parse_conda_lock(
      "# x\n@EXPLICIT\nhttps://h/linux-64/a-b-1.0-h1_0.conda#aa\nhttps://h/c-2-0.tar.bz2\n",
      "l.txt",
      "linux-64");
  REQUIRE(list.has_value());
  CHECK(*list == CondaPackages{{"a-b 1.0 h1_0", "aa"}, {"c 2 0", ""}});
  const auto lock = parse_conda_lock(
      "version: 1\npackage:\n- {name: a, platform: linux-64, manager: conda, url: "
      "'https://h/a-1-0.conda', hash: {md5: aa}}\n"
      "- {name: a, platform: osx-64, manager: conda, url: 'https://h/a-2-0.conda', hash: {md5: "
      "bb}}\n"
      "- {name: p, platform: linux-64, manager: pip, url: 'https://h/p.whl', hash: {sha256: cc}}\n",
      "conda-lock.yml",
      "linux-64");
  REQUIRE(lock.has_value());
  CHECK(*lock == CondaPackages{{"a 1 0", "aa"}});
  CHECK_FALSE(parse_conda_lock("a: 1\n", "l.yml", "linux-64").has_value());
}

TEST_CASE("a conda prefix is activated once, and its packages are in the key") {
  testing::RunFixture f;
  const auto prefix = f.repo / "prefix";
  const auto package = [&](const std::string& version) {
    return R"({"name": "tool", "version": ")" + version + R"(", "build": "0", "md5": "aa"})";
  };
  f.repo.write(".gitignore", "prefix\n");
  f.repo.write("prefix/conda-meta/tool-1.json", package("1"));
  f.repo.write("prefix/conda-meta/state", R"({"env_vars": {"FROM_STATE": "1"}})");
  f.repo.write("prefix/etc/conda/env_vars.d/a.json", R"({"FROM_FILE": "x y"})");
  f.repo.write("prefix/etc/conda/activate.d/a.sh",
               "echo loud; export FROM_SCRIPT=\"$CONDA_PREFIX\n2\"\n");
  f.repo.write("prefix/bin/tool",
               "#!/bin/sh\necho \"$FROM_STATE,$FROM_FILE,$FROM_SCRIPT,${SECRET_OF_THE_USER:-}\"\n");
  fs::permissions(prefix / "bin" / "tool", fs::perms::owner_all);
  const std::string stage =
      "[stage.s]\nenvironment = \"c\"\ncmd = \"tool > out.txt\"\n"
      "deps = [\"in.txt\"]\nouts = [\"out.txt\"]\n";
  f.repo.write("in.txt", "1");
  f.pipeline("[environment.c]\ntype = \"conda\"\nprefix = \"prefix\"\n" + stage);
  f.run();
  REQUIRE(f.states() == "s ran");
  CHECK(f.repo.read("out.txt") == "1,x y," + prefix.string() + "\n2,\n");
  CHECK(f.result("s").grade == "pinned");
  f.run();
  CHECK(f.states() == "s cached");

  SECTION("as the lock has it: strong") {
    f.repo.write("lock.txt", "@EXPLICIT\nhttps://h/tool-1-0.conda#aa\n");
    f.pipeline("[environment.c]\ntype = \"conda\"\nprefix = \"prefix\"\nlock = \"lock.txt\"\n" +
               stage);
    RunOptions again;
    again.use_cache = UseCache::no;
    f.run(again);
    CHECK(f.result("s").grade == "strong");
    f.repo.write("lock.txt", "@EXPLICIT\nhttps://h/tool-1-0.conda#bb\n");
    f.run(again);
    CHECK(f.result("s").grade == "pinned");
  }
  SECTION("the same version, other bytes") {
    auto other = package("1");
    other.replace(other.find("aa"), 2, "bb");
    f.repo.write("prefix/conda-meta/tool-1.json", other);
    f.run();
    CHECK(f.states() == "s ran");
  }
  SECTION("another version") {
    f.repo.write("prefix/conda-meta/tool-1.json", package("2"));
    f.run();
    CHECK(f.states() == "s ran");
  }
  SECTION("a package of pip") {
    f.repo.write("prefix/lib/python3.11/site-packages/p-1.dist-info/RECORD", "p.py,sha256=x,1\n");
    f.run();
    CHECK(f.states() == "s ran");
    f.repo.write("prefix/lib/python3.11/site-packages/p-1.dist-info/INSTALLER", "conda\n");
    f.run();
    CHECK(f.states() == "s cached");
  }
  SECTION("a script that fails") {
    f.repo.write("prefix/etc/conda/activate.d/b.sh", "echo why >&2; exit 3\n");
    f.run();
    CHECK(f.states() == "s cached");
    f.repo.write("in.txt", "2");
    f.run();
    CHECK(f.result("s").failure == FailureClass::infra);
  }
  SECTION("no prefix") {
    fs::remove_all(prefix);
    testing::expect_error(ErrorKind::config, "is no conda environment", [&] { f.run(); });
  }
}

TEST_CASE("who makes a conda environment sees the user's channels and proxy, and no more") {
  testing::RunFixture f;
  f.repo.write("environment.yml", "dependencies: []\n");
  f.repo.write("bin/micromamba", "#!/bin/sh\nmkdir -p \"$4/conda-meta\"\nenv >\"$4/../seen\"\n");
  fs::permissions(f.repo / "bin/micromamba", fs::perms::owner_all);
  auto& variables = f.environment;
  variables["PATH"] = (f.repo / "bin").string() + ":" + variables["PATH"];
  for (const auto* name : {"CONDA_CHANNELS",
                           "MAMBA_ROOT_PREFIX",
                           "https_proxy",
                           "SECRET_KEY",
                           "CONDA_PREFIX",
                           "PYTHONPATH"}) {
    variables[name] = "of the user";
  }
  f.pipeline(
      "[environment.c]\ntype = \"conda\"\nfile = \"environment.yml\"\n"
      "[stage.a]\nenvironment = \"c\"\ncmd = [\"true\"]\n");
  f.run();
  const auto seen = test::read_file(f.open()->state_directory() / "conda/seen");
  for (const auto* name : {"CONDA_CHANNELS=", "MAMBA_ROOT_PREFIX=", "https_proxy=", "HOME="}) {
    CHECK_THAT(seen, Catch::Contains(name));
  }
  for (const auto* name : {"SECRET_KEY", "CONDA_PREFIX", "PYTHONPATH"}) {
    CHECK_THAT(seen, !Catch::Contains(name));
  }
}

TEST_CASE("results are shared with the environment that same_as names") {
  testing::RunFixture f;
  f.repo.write("in.txt", "1");
  f.repo.write(".gitignore", ".venv\n");
  const std::string environments =
      "[environment.p]\ntype = \"process\"\ntools = [\"echo 1\"]\n"
      "[environment.v]\ntype = \"venv\"\npath = \".venv\"\nsame_as = \"p\"\n";
  const std::string stage =
      "cmd = \"cat in.txt > out.txt\"\ndeps = [\"in.txt\"]\nouts = [\"out.txt\"]\n";
  f.pipeline(environments + "[stage.s]\nenvironment = \"p\"\n" + stage);
  f.run();
  f.pipeline(environments + "[stage.s]\nenvironment = \"v\"\n" + stage);
  f.run();
  CHECK(f.states() == "s cached");
  CHECK(f.result("s").grade == "observed");
  // Nothing ran in it: it was not even made.
  CHECK_FALSE(f.exists(".venv"));
  f.repo.write("in.txt", "2");
  f.run();
  CHECK(f.states() == "s ran");
  CHECK(f.exists(".venv/bin/python"));
  f.pipeline(environments + "[stage.s]\nenvironment = \"p\"\n" + stage);
  f.run();
  CHECK(f.states() == "s cached");
}

}  // namespace mlops::pipeline
