#include "pipeline/graph.h"

#include <catch2/catch.hpp>

#include "expect_error.h"

using namespace mlops;
using namespace mlops::pipeline;
using testing::expect_error;

namespace {

/// A pipeline and its graph; the graph points into the pipeline.
struct Built {
  Pipeline pipeline;
  Graph graph;
  std::vector<std::string> ids() const {
    std::vector<std::string> ids;
    for (const auto& instance : graph.instances) {
      ids.push_back(instance.id);
    }
    return ids;
  }
  const Instance& at(std::string_view id) const {
    for (const auto& instance : graph.instances) {
      if (instance.id == id) {
        return instance;
      }
    }
    throw std::runtime_error("no such instance");
  }
};

std::unique_ptr<Built> build(const std::string& text, const std::string& params = "") {
  auto built = std::make_unique<Built>();
  built->pipeline = parse_pipeline("schema = 1\n" + text, "pipeline.toml");
  config::Params values;
  values.merge_text(params, "params.toml");
  built->graph = build_graph(built->pipeline, values);
  return built;
}

std::string stage(const std::string& name, const std::string& rest) {
  return "[stage." + name + "]\ncmd = [\"true\"]\n" + rest + "\n";
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("edges follow from outs, whatever the order in the file") {
  const auto built =
      build(stage("c", "deps = [\"y\"]") + stage("b", "deps = [\"x\"]\nouts = [\"y\"]") +
            stage("a", "outs = [\"x\"]"));
  CHECK(built->ids() == Ids{"a", "b", "c"});
  CHECK(built->at("b").upstream == std::vector<std::size_t>{0});
}

TEST_CASE("file order decides where edges leave a choice") {
  const auto built = build(stage("z", "") + stage("a", "") + stage("m", "after = [\"a\"]"));
  CHECK(built->ids() == Ids{"z", "a", "m"});
  CHECK(built->at("m").upstream == std::vector<std::size_t>{1});
  CHECK(built->at("m").inputs.empty());
}

TEST_CASE("a dep inside an out, around an out, or a pattern over it makes an edge") {
  const auto dep = GENERATE(as<std::string>{},
                            "data/clean/x.csv",
                            "data/clean",
                            "data",
                            "data/*",
                            "data/clean/*.csv",
                            "**/*.csv",
                            "data/cl?an/**");
  CAPTURE(dep);
  const auto built =
      build(stage("b", "deps = [\"" + dep + "\"]") + stage("a", "outs = [\"data/clean\"]"));
  CHECK(built->ids() == Ids{"a", "b"});
}

TEST_CASE("names that only begin alike make no edge") {
  const auto dep = GENERATE(as<std::string>{}, "data/cleaner", "data2", "*.csv", "src/**");
  CAPTURE(dep);
  const auto built =
      build(stage("b", "deps = [\"" + dep + "\"]") + stage("a", "outs = [\"data/clean\"]"));
  CHECK(built->ids() == Ids{"b", "a"});
}

TEST_CASE("the top of the repository is no dep") {
  expect_error(ErrorKind::config, "cannot be a dep", [] { build(stage("a", "deps = [\"./\"]")); });
}

TEST_CASE("a cycle is named whole", "[rule-07]") {
  const auto text = stage("a", "deps = [\"z\"]\nouts = [\"x\"]") +
                    stage("b", "deps = [\"x\"]\nouts = [\"y\"]") +
                    stage("c", "deps = [\"y\"]\nouts = [\"z\"]") + stage("d", "deps = [\"z\"]");
  const auto error = testing::error_of([&] { build(text); });
  for (const auto* name : {"'a'", "'b'", "'c'", "cycle"}) {
    CHECK_THAT(error.message(), Catch::Matchers::Contains(name));
  }
  CHECK_THAT(error.message(), !Catch::Matchers::Contains("'d'"));
  expect_error(ErrorKind::config, "cycle", [] {
    build(stage("a", "deps = [\"out\"]\nouts = [\"out/x\"]"));
  });
  expect_error(ErrorKind::config, "cycle", [] { build(stage("a", "after = [\"a\"]")); });
}

TEST_CASE("outs belong to one instance and do not nest", "[rule-07]") {
  expect_error(ErrorKind::config, "same out 'x'", [] {
    build(stage("a", "outs = [\"x\"]") + stage("b", "metrics = [\"x\"]"));
  });
  expect_error(ErrorKind::config, "lies inside", [] {
    build(stage("a", "outs = [\"x\"]") + stage("b", "outs = [\"x/y/z\"]"));
  });
  expect_error(ErrorKind::config, "same out 'm.bin'", [] {
    build(stage("a", "matrix = { k = [1, 2] }\nouts = [\"m.bin\"]"));
  });
}

TEST_CASE("a matrix makes an instance for each point that is not excluded") {
  const auto built =
      build(stage("train",
                  "matrix = { model = \"${params.models}\", fold = [0, 1], exclude = [{ "
                  "model = \"mlp\", fold = 1 }] }\nouts = "
                  "[\"m/${matrix.model}-${matrix.fold}\"]"),
            "models = [\"xgb\", \"mlp\"]");
  CHECK(built->ids() ==
        Ids{"train@fold=0,model=xgb", "train@fold=1,model=xgb", "train@fold=0,model=mlp"});
  CHECK(built->at("train@fold=1,model=xgb").outs[0].path == "m/xgb-1");
  CHECK(built->at("train@fold=1,model=xgb").matrix_typed.at("model") == "\"xgb\"");
  CHECK(built->at("train@fold=1,model=xgb").matrix_typed.at("fold") == "1");
}

TEST_CASE("an exclusion is typed") {
  const auto built = build(stage("a", "matrix = { k = [1, 2], exclude = [{ k = \"1\" }] }"));
  CHECK(built->ids().size() == 2);
}

TEST_CASE("matrices that make no sense are errors") {
  expect_error(ErrorKind::config, "excluded", [] {
    build(stage("a", "matrix = { k = [1], exclude = [{ k = 1 }] }"));
  });
  expect_error(ErrorKind::config, "no parameter 'models'", [] {
    build(stage("a", "matrix = { k = \"${params.models}\" }"));
  });
  expect_error(ErrorKind::config, "no array", [] {
    build(stage("a", "matrix = { k = \"${params.models}\" }"), "models = 3");
  });
  expect_error(
      ErrorKind::config, "two instances", [] { build(stage("a", "matrix = { k = [1, \"1\"] }")); });
  std::string wide = "matrix = { ";
  for (int axis = 0; axis < 10; ++axis) {
    wide += (axis == 0 ? "k" : ", k") + std::to_string(axis) + " = [0,1,2,3,4,5,6,7,8,9]";
  }
  expect_error(ErrorKind::config, "instances", [&] { build(stage("a", wide + " }")); });
}

TEST_CASE("everything is substituted and checked again") {
  const auto built = build(
      "[stage.a]\ncmd = [\"run\", \"${params.rows}\", \"${outs.data}\", "
      "\"${resources.cpu}\"]\nouts = { data = \"${params.dir}/x\" }\nparams = [\"rows\"]\n"
      "env = { set = { N = \"${resources.memory}\" } }\n"
      "resources = { cpu = 4, memory = \"1GiB\" }\n",
      "rows = 10\ndir = \"out\"");
  const auto& a = built->at("a");
  CHECK(a.argv == std::vector<std::string>{"run", "10", "out/x", "4"});
  CHECK(a.variables.at("N") == "1GiB");
  CHECK(a.params.at("rows") == "10");
  expect_error(ErrorKind::config, "leaves the repository", [] {
    build(stage("a", "outs = [\"${params.dir}/x\"]"), "dir = \"..\"");
  });
  expect_error(ErrorKind::config, "leaves the repository", [] {
    build(stage("a", "deps = [\"${params.dir}/*\"]"), "dir = \"a/../..\"");
  });
}

TEST_CASE("a string command is one argument of its shell, values quoted") {
  const auto built = build("[stage.a]\ncmd = \"echo ${params.text} > x\"\n", "text = \"$(rm x)\"");
  CHECK(built->at("a").argv == std::vector<std::string>{"sh", "-eu", "-c", "echo '$(rm x)' > x"});
}

TEST_CASE("parameters and names have to exist") {
  expect_error(
      ErrorKind::config, "no parameter 'lr'", [] { build(stage("a", "params = [\"lr\"]")); });
  expect_error(ErrorKind::config, "stage.a", [] { build(stage("a", "outs = [\"${matrix.x}\"]")); });
  expect_error(ErrorKind::config, "no string, number or boolean", [] {
    build("[stage.a]\ncmd = \"echo ${params.t}\"\n", "t = [1]");
  });
  expect_error(ErrorKind::config, "no stage 'b'", [] { build(stage("a", "after = [\"b\"]")); });
}

TEST_CASE("when decides per instance") {
  const auto built = build(stage("a", "matrix = { k = [1, 2] }\nwhen = \"matrix.k > 1\"") +
                               stage("b", "when = \"params.on\""),
                           "on = false");
  CHECK_FALSE(built->at("a@k=1").enabled);
  CHECK(built->at("a@k=2").enabled);
  CHECK_FALSE(built->at("b").enabled);
}

TEST_CASE("a selection brings its upstream along") {
  const auto built = build(
      stage("a", "outs = [\"x\"]") +
      stage("b", "deps = [\"x\"]\nmatrix = { k = [1, 2], m = [\"u\", \"v\"] }") + stage("c", ""));
  using Indices = std::vector<std::size_t>;
  CHECK(built->graph.select({}) == Indices{0, 1, 2, 3, 4, 5});
  CHECK(built->graph.select({"a"}) == Indices{0});
  CHECK(built->graph.select({"b"}) == Indices{0, 1, 2, 3, 4});
  CHECK(built->graph.select({"b@k=1,m=u"}) == Indices{0, 1});
  CHECK(built->graph.select({"b@m=u"}) == Indices{0, 1, 3});
  CHECK(built->graph.select({"c", "b@*m=v"}).size() == 4);
  expect_error(ErrorKind::usage, "'bb'", [&] { built->graph.select({"bb"}); });
  expect_error(ErrorKind::usage, "mlops pipeline graph", [&] { built->graph.select({"zzzz@*"}); });
}
