#include "pipeline/pipeline.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "expect_error.h"
#include "support/temp_dir.h"

using namespace mlops;
using namespace mlops::pipeline;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using testing::expect_error;

namespace {

Pipeline parse(const std::string& text) {
  return parse_pipeline("schema = 1\n" + text, "pipeline.toml");
}

const std::string kStage = "[stage.a]\ncmd = [\"true\"]\n";

}  // namespace

TEST_CASE("the conformance sample parses whole") {
  const auto text = mlops::test::read_file(MLOPS_TEST_DATA "/sample.toml");
  const auto pipeline = parse_pipeline(text, "pipeline.toml");
  CHECK(pipeline.name == "churn");
  CHECK(pipeline.params_files == std::vector<std::string>{"params.toml"});
  REQUIRE(pipeline.stages.size() == 5);
  std::vector<std::string> names;
  for (const auto& stage : pipeline.stages) {
    names.push_back(stage.name);
  }
  CHECK(names == std::vector<std::string>{"prepare", "train", "warm-up", "predict", "evaluate"});
  const auto& train = pipeline.stages[1];
  CHECK(train.script.has_value());
  CHECK(train.shell == std::vector<std::string>{"bash", "-euo", "pipefail", "-c"});
  CHECK(train.timeout == 4h);
  CHECK(train.grace == 60s);
  CHECK(train.retry.max == 3);
  CHECK(train.retry.max_backoff == 10min);
  CHECK(train.resources.memory_bytes == 32ULL << 30U);
  CHECK(train.environment == "py");
  CHECK(train.pool == "gpu");
  REQUIRE(train.outs.size() == 3);
  CHECK(train.outs[1].persist);
  CHECK_FALSE(train.outs[1].cache);
  CHECK(train.outs[2].kind == OutKind::metrics);
  REQUIRE(train.matrix.size() == 2);
  CHECK(train.matrix[0].params_path == "train.models");
  CHECK(train.matrix[1].values == std::vector<std::string>{"0", "1", "2"});
  const auto& prepare = pipeline.stages[0];
  CHECK(prepare.timeout == 2h);  // of the defaults
  CHECK(prepare.retry.max == 1);
  CHECK(prepare.outs[0].name == "data");
  CHECK(pipeline.pools.at("local").cpu_slots == 8);
  REQUIRE(pipeline.predictions.size() == 1);
  CHECK(pipeline.pools.at("local").gpu_slots == 1U);
  CHECK(train.resources.gpu == 1);
  CHECK(train.retry.oom_memory_factor == 1.5);
  REQUIRE(train.secrets.size() == 2);
  CHECK(train.secrets[0].target == Secret::Target::variable);
  CHECK(train.secrets[0].local == "env:AWS_SECRET_ACCESS_KEY");
  CHECK(train.secrets[1].target == Secret::Target::file);
  CHECK(train.secrets[1].name == "/run/token");
}

TEST_CASE("a secret that stands in the pipeline file itself is not shown") {
  try {
    parse(kStage + "secrets = [{ env = \"A\", local = \"hunter22\" }]\n");
    FAIL("it was taken");
  } catch (const Error& error) {
    CHECK(error.message().find("hunter22") == std::string::npos);
  }
}

TEST_CASE("what the sample needs and this build lacks is listed with its place") {
  const auto text = mlops::test::read_file(MLOPS_TEST_DATA "/sample.toml");
  const auto pipeline = parse_pipeline(text, "pipeline.toml");
  std::string all;
  for (const auto& one : pipeline.list_unsupported()) {
    all += to_string(one) + "\n";
  }
  for (const auto* part : {"pool.gpu.type", "schedule"}) {
    CAPTURE(part);
    CHECK_THAT(all, Contains(part));
  }
  CHECK_THAT(all, !Contains("environment."));
  const auto& stages = pipeline.stages;
  CHECK_FALSE(pipeline.unsupported_by(stages[1]).empty());
  CHECK(pipeline.unsupported_by(stages[2]).empty());
}

TEST_CASE("environments as the sample has them") {
  const auto text = mlops::test::read_file(MLOPS_TEST_DATA "/sample.toml");
  const auto pipeline = parse_pipeline(text, "pipeline.toml");
  const auto& conda = pipeline.environments.at("py");
  CHECK(conda.type == EnvironmentType::conda);
  CHECK(conda.file == "environment.yml");
  CHECK(conda.lock == "conda-lock.yml");
  CHECK(conda.image == "debian:12-slim");
  const auto& venv = pipeline.environments.at("v");
  CHECK(venv.path == ".venv");
  CHECK(venv.requirements == std::vector<std::string>{"requirements.txt"});
  const auto& container = pipeline.environments.at("img");
  CHECK(container.image == "ghcr.io/acme/churn:1.4");
  REQUIRE(container.build.has_value());
  CHECK(container.build->context == ".");
  CHECK(container.build->file == "Dockerfile");
  CHECK(container.pull == PullPolicy::missing);
  CHECK(container.same_as == "py");
  CHECK(pipeline.stages[1].resources.shm_bytes == 8ULL << 30U);
}

TEST_CASE("same_as names another environment, and no circle") {
  const auto venv = [](const std::string& name, const std::string& same_as) {
    return "[environment." + name + "]\ntype = \"venv\"\npath = \"." + name + "\"\nsame_as = \"" +
           same_as + "\"\n";
  };
  expect_error(ErrorKind::config, "there is no environment 'bb'", [&] {
    parse(venv("a", "bb") + "[environment.b]\ntype = \"process\"\n" + kStage);
  });
  expect_error(ErrorKind::config, "in a circle: a -> a", [&] { parse(venv("a", "a") + kStage); });
  expect_error(ErrorKind::config, "b -> c -> b", [&] {
    parse(venv("a", "b") + venv("b", "c") + venv("c", "b") + kStage);
  });
}

TEST_CASE("names of images are names") {
  for (const std::string name : {"", "-v", "a b", "a;b", "a\\nb"}) {
    CAPTURE(name);
    expect_error(ErrorKind::config, "is not a name of an image", [&] {
      parse("[environment.i]\ntype = \"container\"\nimage = \"" + name + "\"\n" + kStage);
    });
  }
}

TEST_CASE("a process pipeline needs nothing that is missing") {
  const auto pipeline = parse("[environment.r]\ntype = \"process\"\ntools = [\"true\"]\n" + kStage +
                              "environment = \"r\"\nchecks = []\n");
  CHECK(pipeline.list_unsupported().empty());
  CHECK(pipeline.name == "pipeline");
  CHECK(pipeline.stages[0].pool == "local");
}

TEST_CASE("unknown keys are errors with place and suggestion") {
  expect_error(ErrorKind::config, "pipeline.toml:4: stage.a.dpes", [] {
    parse(kStage + "dpes = [\"x\"]\n");
  });
  expect_error(ErrorKind::config, "deps", [] { parse(kStage + "dpes = [\"x\"]\n"); });
  expect_error(ErrorKind::config, "unknown key", [] { parse("stages = 1\n"); });
  expect_error(
      ErrorKind::config, "unknown key", [] { parse("default = { timeuot = \"2h\" }\n" + kStage); });
  expect_error(ErrorKind::config, "unknown key", [] {
    parse("[environment.r]\ntype = \"process\"\nimage = \"x\"\n");
  });
  expect_error(ErrorKind::config, "unknown key", [] {
    parse(kStage + "metrics = [{ path = \"m.json\", persist = true }]\n");
  });
}

TEST_CASE("values of the wrong type or range are errors") {
  for (const auto* line : {"cmd = []",
                           "deps = \"x\"",
                           "timeout = \"soon\"",
                           "timeout = 3",
                           "timeout = \"0s\"",
                           "retry = { max = -1 }",
                           "retry = { max = 1000 }",
                           "retry = { max = 1, on = [\"never\"] }",
                           "retry = { max = 1, on = [\"exit:0\"] }",
                           "retry = { max = 1, on = [\"exit:999\"] }",
                           "retry = { max = 1, factor = 0.5 }",
                           "resources = { cpu = 0 }",
                           "resources = { memory = \"much\" }",
                           "cache = \"never\"",
                           "env = { set = { \"A-B\" = \"x\" } }",
                           "env = { hash = [\"A\", \"A\"] }",
                           "env = { pass = [\"MLOPS_PARAMS\"] }",
                           "when = \"x > \"",
                           "matrix = { a = [] }",
                           "matrix = { a = [1, 1] }",
                           "matrix = { exclude = [] }",
                           "matrix = { a = [1], exclude = [{ b = 1 }] }",
                           "matrix = { a = \"x\" }",
                           "secrets = [{ local = \"env:A\" }]",
                           "secrets = [{ env = \"A\", file = \"/a\" }]",
                           "secrets = [{ env = \"A\", local = \"hunter22\" }]",
                           "secrets = [{ env = \"A\", local = \"env:A B\" }]",
                           "secrets = [{ file = \"../a\", local = \"env:A\" }]",
                           "secrets = [{ file = \"/\", local = \"env:A\" }]",
                           "secrets = [{ env = \"A\" }, { env = \"A\" }]",
                           "env = { pass = [\"MLOPS_SECRETS\"] }",
                           "retry = { max = 1, oom_memory_factor = 0.5 }",
                           "checkpoint = { path = \"ckpt\" }",
                           "after = [\"b\", \"b\"]"}) {
    CAPTURE(line);
    const std::string stage =
        std::string(line).starts_with("cmd") ? "[stage.a]\n" : "[stage.a]\ncmd = [\"true\"]\n";
    expect_error(ErrorKind::config, "stage.a", [&] { parse(stage + line + "\n"); });
  }
}

TEST_CASE("paths that are absolute or leave the repository are refused") {
  for (const auto* line : {"deps = [\"../x\"]",
                           "deps = [\"/etc/passwd\"]",
                           "outs = [\"a/../../b\"]",
                           "outs = [\".git/config\"]",
                           "outs = [\".\"]",
                           "workdir = \"..\"",
                           "metrics = [\"/m\"]",
                           "deps = [\"http://x/y\"]",
                           "deps = [\"a/[b\"]",
                           "outs = [\"a\", \"./a/\"]"}) {
    CAPTURE(line);
    expect_error(ErrorKind::config, "stage.a", [&] {
      parse("[stage.a]\ncmd = [\"true\"]\n" + std::string(line) + "\n");
    });
  }
}

TEST_CASE("names follow the rules") {
  for (const auto* name :
       {"A", "a_b", "\"\"", "\"a b\"", "\"../x\"", "-a", "a-", "abcdefghijklmnopqrstuvwxyz01234"}) {
    CAPTURE(name);
    expect_error(ErrorKind::config, "stage", [&] {
      parse("[stage." + std::string(name) + "]\ncmd = [\"true\"]\n");
    });
  }
}

TEST_CASE("references to places that do not exist are errors with a suggestion") {
  expect_error(ErrorKind::config, "no environment 'pyy'", [] {
    parse("[environment.py]\ntype = \"process\"\n" + kStage + "environment = \"pyy\"\n");
  });
  expect_error(ErrorKind::config, "no pool 'gpu'", [] { parse(kStage + "pool = \"gpu\"\n"); });
  expect_error(ErrorKind::config, "no stage 'b'", [] {
    parse(kStage +
          "[predictions.h]\npath = \"p.csv\"\ntask = \"regression\"\nkey = [\"id\"]\n"
          "label = \"y\"\nprediction = \"p\"\nstage = \"b\"\n");
  });
}

TEST_CASE("the schema has to be known") {
  expect_error(ErrorKind::config, "schema", [] { parse_pipeline("", "pipeline.toml"); });
  expect_error(
      ErrorKind::config, "schema 2", [] { parse_pipeline("schema = 2", "pipeline.toml"); });
}

TEST_CASE("a stage's keys win over the defaults, whole key by whole key") {
  const auto pipeline =
      parse("default = { timeout = \"2h\", retry = { max = 1 } }\n" + kStage +
            "retry = { max = 2, backoff = \"1s\" }\n[stage.b]\ncmd = \"true\"\ntimeout = \"1m\"\n");
  CHECK(pipeline.stages[0].timeout == 2h);
  CHECK(pipeline.stages[0].retry.max == 2);
  CHECK(pipeline.stages[0].retry.on == std::vector<std::string>{"infra"});
  CHECK(pipeline.stages[1].timeout == 1min);
  CHECK(pipeline.stages[1].retry.max == 1);
  CHECK(pipeline.stages[1].script == "true");
}
