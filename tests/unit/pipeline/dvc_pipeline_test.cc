#include "pipeline/dvc_pipeline.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "pipeline/graph.h"
#include "pipeline/pipeline.h"

using namespace mlops;
using namespace mlops::pipeline;
using Catch::Matchers::Contains;

namespace {

struct DvcRepository {
  std::map<std::string, std::string> dvc{};  ///< dvc.yaml → text
  std::map<std::string, std::string> files{};
  std::set<std::string> tracked{};

  DvcTranslation translate() const {
    DvcSources sources;
    for (const auto& [path, text] : dvc) {
      sources.files.push_back({path, text});
    }
    sources.read = [this](const std::string& path) {
      const auto found = files.find(path);
      return found == files.end() ? std::nullopt : std::optional(found->second);
    };
    sources.is_tracked = [this](const std::string& path) { return tracked.contains(path); };
    sources.shell = {"sh", "-c"};
    return translate_dvc(sources, "pipeline.toml");
  }

  /// Everything that the refusal says.
  std::string refusal() const {
    try {
      translate();
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::config);
      std::string text = error.message();
      for (const auto& line : error.context()) {
        text += "\n" + line;
      }
      return text + "\n" + error.hint();
    }
    return "nothing was refused";
  }
};

DvcRepository with(const std::string& stages, const std::string& params = "") {
  DvcRepository repository{{{"dvc.yaml", "stages:\n" + stages}}};
  if (!params.empty()) {
    repository.files["params.yaml"] = params;
  }
  return repository;
}

/// The instances of what a dvc.yaml became; what they refer to lives as long.
struct Translated {
  explicit Translated(const DvcRepository& repository)
      : translation(repository.translate()),
        pipeline(parse_pipeline(translation.text, "pipeline.toml")) {
    for (const auto& file : pipeline.params_files) {
      params.merge_text(repository.files.at(file), file);
    }
    graph = build_graph(pipeline, params);
  }
  const Instance& at(const std::string& id) const {
    const auto found = std::find_if(graph.instances.begin(),
                                    graph.instances.end(),
                                    [&](const Instance& one) { return one.id == id; });
    INFO(translation.text);
    REQUIRE(found != graph.instances.end());
    return *found;
  }

  DvcTranslation translation;
  Pipeline pipeline;
  config::Params params;
  Graph graph;
};

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("a stage of DVC becomes one of ours, with its paths from the top") {
  DvcRepository repository = with(
      "  train:\n    desc: the model\n    meta: {owner: ada}\n    wdir: src\n"
      "    cmd: python train.py --lr ${train.lr}\n"
      "    deps:\n    - train.py\n    - ../data/\n"
      "    params:\n    - ../params.yaml:\n      - train.lr\n    - ../other.json:\n      - seed\n"
      "    outs:\n    - ../model.bin\n    - ckpt:\n        persist: true\n        cache: false\n"
      "    metrics:\n    - m.json:\n        cache: false\n"
      "    plots:\n    - p.csv:\n        x: fpr\n        y: tpr\n        template: linear\n",
      "train: {lr: 0.1}\n");
  repository.files["other.json"] = "{\"seed\": 7}";
  const Translated built(repository);
  CHECK_THAT(built.translation.text,
             Contains("# meta: {\"owner\":\"ada\"}\n[stage.train]\ndescription = \"the model\"\n"
                      "cmd = [\"python\", \"train.py\", \"--lr\", \"${params.train.lr}\"]\n"
                      "workdir = \"src\"\ndeps = [\"src/train.py\", \"data\"]\n"));
  CHECK_THAT(built.translation.text,
             Contains("{ path = \"src/p.csv\", x = \"fpr\", y = \"tpr\" },  # template: "
                      "\"linear\"\n"));
  const Instance& train = built.at("train");
  CHECK(train.argv == Words{"python", "train.py", "--lr", "0.1"});
  CHECK(train.params == std::map<std::string, std::string>{{"train.lr", "0.1"}, {"seed", "7"}});
  REQUIRE(train.outs.size() == 4);
  CHECK(train.outs[0].path == "model.bin");
  CHECK((train.outs[1].persist && !train.outs[1].cache));
  CHECK(train.outs[2].kind == OutKind::metrics);
  CHECK(train.outs[3].kind == OutKind::plot);
  REQUIRE(built.translation.instances.size() == 1);
  CHECK(built.translation.instances[0].command == DvcCommand{{"python train.py --lr 0.1"}, false});
}

TEST_CASE("a command that needs a shell gets one, and lines one each") {
  const auto command = [](const std::string& cmd) {
    const Translated built(with("  a:\n    cmd: " + cmd + "\n    deps: [x]\n"));
    return built.at("a").argv;
  };
  CHECK(command("python a.py  --x=1") == Words{"python", "a.py", "--x=1"});
  CHECK(command("python a.py > o") == Words{"sh", "-c", "python a.py > o"});
  CHECK(command("cd x") == Words{"sh", "-c", "cd x"});
  CHECK(command("X=1 a") == Words{"sh", "-c", "X=1 a"});
  CHECK(command("[a b, c d]") == Words{"sh", "-c", "a b &&\nc d\n"});
  CHECK(command("|\n      a b\n\n      # remark\n      c d") == Words{"sh", "-c", "a b &&\nc d\n"});
  CHECK(command("[cd x, 'touch y; false']") ==
        Words{"sh", "-c", "(\ncd x\n) || exit\n(\ntouch y; false\n)\n"});
  CHECK(command("echo \\${HOME} '$X'") == Words{"sh", "-c", "echo ${HOME} '$X'"});
}

TEST_CASE("references to parameters stay where they mean the same") {
  const std::string params =
      "lr: 0.1\ntiny: 0.00001\nlarge: 1000000000000000.0\nname: two words\nlist: [x, y]\n"
      "on: true\nd: {a: out}\n";
  const auto line = [&](const std::string& cmd) {
    return Translated(with("  a:\n    cmd: " + cmd + "\n    deps: [x]\n", params)).translation.text;
  };
  CHECK_THAT(line("p ${lr} ${ on } ${d.a}"),
             Contains("\"${params.lr}\", \"${params.on}\", \"${params.d.a}\""));
  CHECK_THAT(line("p ${tiny}"), Contains("${params.tiny}"));
  // Python would write another text than we do, the shell would split it, or it has no path here.
  CHECK_THAT(line("p ${large}"), Contains("\"1000000000000000.0\""));
  CHECK_THAT(line("p ${name}"), Contains("\"two\", \"words\"") && Contains("# written out"));
  CHECK_THAT(line("p ${list[1]}"), Contains("[\"p\", \"y\"]") && Contains("written out"));
  CHECK_THAT(line("p $${lr}"), Contains("$0.1"));
  // In a path a space needs no quotes.
  CHECK_THAT(Translated(with("  a:\n    cmd: p\n    deps: ['${name}/x', '${d.a}/../y']\n", params))
                 .translation.text,
             Contains("deps = [\"${params.name}/x\", \"y\"]"));
}

TEST_CASE("vars are written out, and may come from other files") {
  DvcRepository repository{
      {{"a/dvc.yaml",
        "vars:\n- n: 3\n- v.toml\n- w.json:keep\nstages:\n  s:\n    cmd: p ${n} "
        "${lr} ${keep.x} ${own}\n    vars: [{own: z}]\n    deps: [d]\n"}}};
  repository.files["a/v.toml"] = "lr = 2\n";
  repository.files["a/w.json"] = R"({"keep": {"x": "k"}, "other": 1})";
  const Translated built(repository);
  CHECK(built.at("s").argv == Words{"p", "3", "2", "k", "z"});
  CHECK(built.at("s").workdir == "a");
  CHECK(built.at("s").deps == Words{"a/d"});
  CHECK_THAT(built.translation.text, Contains("params = [\"a/v.toml\", \"a/w.json\"]"));
  repository.dvc["a/dvc.yaml"] += "  t:\n    cmd: p ${other}\n";
  CHECK_THAT(repository.refusal(),
             Contains("a/dvc.yaml:11: stages.t.cmd: nothing is called 'other'"));
}

TEST_CASE("foreach over plain words and matrix become a matrix, other ones stages") {
  const std::string params =
      "models: [xgb, mlp]\nsets: {us: {lr: 1}, uk: {lr: 2}}\nodd: [a b, c]\n";
  const Translated list(with(
      "  t:\n    foreach: ${models}\n    do:\n      cmd: p ${item}\n      outs: ['${item}.bin']\n",
      params));
  CHECK_THAT(
      list.translation.text,
      Contains("matrix = { item = \"${params.models}\" }") && Contains("cache = \"always\""));
  CHECK(list.at("t@item=mlp").argv == Words{"p", "mlp"});
  CHECK(list.translation.instances[1].name == "t@mlp");
  CHECK(list.translation.instances[1].matrix ==
        std::map<std::string, std::string>{{"item", "\"mlp\""}});
  CHECK(list.translation.instances[1].command.lines == Words{"p mlp"});

  const Translated table(
      with("  t_x:\n    foreach: ${sets}\n    do:\n      cmd: p ${key} ${item.lr}\n"
           "      outs: ['${key}.bin']\n",
           params));
  CHECK(table.at("t-x-us").argv == Words{"p", "us", "1"});
  CHECK_THAT(table.translation.text, Contains("${params.sets.us.lr}"));
  CHECK(table.translation.renamed.at("t_x@uk") == "t-x-uk");

  const Translated odd(
      with("  t:\n    foreach: ${odd}\n    do:\n      cmd: p ${item}\n      outs: ['${item}']\n",
           params));
  CHECK(odd.at("t-a-b").argv == Words{"p", "a", "b"});
  CHECK(odd.at("t-a-b").outs[0].path == "a b");

  const Translated matrix(
      with("  t:\n    matrix: {model: '${models}', n: [1, 2.5]}\n    cmd: p "
           "${item.model} ${item.n}\n    outs: ['${key}.bin']\n",
           params));
  CHECK(matrix.at("t@model=xgb,n=2.5").outs[0].path == "xgb-2.5.bin");
  CHECK(matrix.translation.instances[1].name == "t@xgb-2.5");

  const Translated tables(
      with("  t:\n    matrix: {m: [{a: 1}, {a: 2}], n: [x]}\n    cmd: p ${item.m.a} "
           "${item.n}\n    outs: ['${key}.bin']\n"));
  CHECK(tables.at("t-m1-x").argv == Words{"p", "2", "x"});
  CHECK(tables.at("t-m1-x").outs[0].path == "m1-x.bin");
}

TEST_CASE("what decides whether a stage runs again is kept") {
  DvcRepository repository = with(
      "  whole:\n    cmd: p\n    params: [q.yaml: null]\n"
      "  python:\n    cmd: p\n    params: [conf.py: [A]]\n"
      "  element:\n    cmd: p\n    params: ['layers.0.n']\n"
      "  always:\n    cmd: p\n    deps: [d]\n    always_changed: true\n"
      "  once:\n    cmd: p\n    outs: [o]\n"
      "  callback:\n    cmd: p\n"
      "  inside:\n    cmd: p\n    deps: [o/part]\n",
      "layers: [{n: 1}]\n");
  repository.files["q.yaml"] = "a: 1\n";
  const Translated built(repository);
  CHECK(built.at("whole").deps == Words{"q.yaml"});
  CHECK(built.at("python").deps == Words{"conf.py"});
  CHECK(built.at("element").params.contains("layers"));
  CHECK(built.at("always").stage->cache == CachePolicy::never);
  CHECK(built.at("once").stage->cache == CachePolicy::always);
  CHECK(built.at("callback").stage->cache == CachePolicy::automatic);
  REQUIRE(built.at("inside").upstream.size() == 1);
  CHECK(built.graph.instances[built.at("inside").upstream[0]].id == "once");
}

TEST_CASE("what stays in git is metrics or plots") {
  DvcRepository repository = with(
      "  a:\n    cmd: p\n    deps: [d]\n    outs:\n    - report.md: {cache: false}\n"
      "    - live.json: {cache: false}\n    - scratch: {cache: false}\n    metrics: [m.yaml]\n");
  repository.dvc["dvc.yaml"] += "metrics: [live.json]\nplots: [{p.csv: {x: a}}]\n";
  repository.tracked = {"report.md"};
  const Translated built(repository);
  const auto& outs = built.at("a").outs;
  const auto kind = [&](const std::string& path) {
    return std::find_if(outs.begin(), outs.end(), [&](const Out& out) { return out.path == path; })
        ->kind;
  };
  CHECK(kind("report.md") == OutKind::plot);
  CHECK(kind("live.json") == OutKind::metrics);
  CHECK(kind("scratch") == OutKind::data);
  CHECK(kind("m.yaml") == OutKind::plot);
  CHECK_THAT(built.translation.text, Contains("# plots of dvc.yaml, which its views read"));
}

TEST_CASE("what has no counterpart is refused with line and key") {
  const auto refusal = [](const std::string& keys, const std::string& params = "") {
    return with("  a:\n    cmd: p ${x}\n" + keys, params.empty() ? "x: 1\n" : params).refusal();
  };
  CHECK_THAT(refusal("    frozen: true\n"), Contains("dvc.yaml:4: stages.a.frozen: "));
  CHECK_THAT(refusal("    deps: [/data]\n"),
             Contains("dvc.yaml:4: stages.a.deps[0]: '/data' lies outside"));
  CHECK_THAT(refusal("    deps: ['s3://b/k']\n"), Contains("lies outside"));
  CHECK_THAT(refusal("    deps: [../x]\n"), Contains("lies outside"));
  CHECK_THAT(refusal("    deps: ['*.csv']\n"), Contains("would be a pattern here"));
  CHECK_THAT(refusal("    deps: [.]\n"), Contains("the top of the repository"));
  CHECK_THAT(refusal("    deps: [.git/config]\n"), Contains("'.git'"));
  CHECK_THAT(refusal("    deps: ['ds://x']\n"), Contains("data sets and databases"));
  CHECK_THAT(refusal("    outs: [{o: {push: false}}]\n"), Contains("stages.a.outs[0].o.push"));
  CHECK_THAT(refusal("    outs: [{o: {remote: r}}]\n"), Contains("no remote of their own"));
  CHECK_THAT(refusal("    outs: [{o: {cahce: false}}]\n"), Contains("did you mean 'cache'?"));
  CHECK_THAT(refusal("    dpes: [x]\n"), Contains("did you mean 'deps'?"));
  CHECK_THAT(refusal("    params: [y]\n"), Contains("'params.yaml' has no parameter 'y'"));
  CHECK_THAT(refusal("    params: [q.yaml: [y]]\n"), Contains("'q.yaml' does not exist"));
  CHECK_THAT(refusal("", "x: null\n"), Contains("'x' is null"));
  CHECK_THAT(refusal("", "x: {a: 1}\n"), Contains("'x' is a table or list"));
  CHECK_THAT(refusal("", "x: 1_000\n"), Contains("a number for DVC, a text for mlops"));
  CHECK_THAT(refusal("", "y: 1\n"), Contains("dvc.yaml:3: stages.a.cmd: nothing is called 'x'"));
  CHECK_THAT(refusal("    vars: [{x: 2}]\n"), Contains("'x' stands in two places"));
  CHECK_THAT(with("  a:\n    foreach: [1]\n").refusal(), Contains("has foreach, but no do"));
  CHECK_THAT(with("  a:\n    do: {cmd: p}\n").refusal(), Contains("has do, but no foreach"));
  CHECK_THAT(with("  a:\n    foreach: []\n    do: {cmd: p}\n").refusal(),
             Contains("has no values"));
  CHECK_THAT(with("  a:\n    deps: [x]\n").refusal(), Contains("stages.a: has no cmd"));
  CHECK_THAT(with("  a: {cmd: p, outs: [o]}\n  b: {cmd: p, outs: [o/x]}\n").refusal(),
             Contains("lies inside the out 'o'") && Contains("in the 'pipeline.toml'"));
  CHECK_THAT(with("  a: {cmd: p, frozen: true}\n  b: {cmd: p, deps: [/x]}\n").refusal(),
             Contains("2 things") && Contains("dvc.yaml:2: stages.a.frozen") &&
                 Contains("dvc.yaml:3: stages.b.deps[0]"));
  CHECK_THAT((DvcRepository{{{"dvc.yaml", "stages: [\n"}}}.refusal()), Contains("dvc.yaml:"));
  CHECK_THAT((DvcRepository{{{"dvc.yaml", "stage: {}\n"}}}.refusal()),
             Contains("did you mean 'stages'?"));
  DvcRepository two{{{"dvc.yaml", "stages: {a: {cmd: 'p ${x}'}}\n"},
                     {"b/dvc.yaml", "stages: {b: {cmd: 'p ${x}'}}\n"}}};
  two.files = {{"params.yaml", "x: 1\n"}, {"b/params.yaml", "x: 2\n"}};
  CHECK_THAT(two.refusal(), Contains("another parameter file has 'x' too"));
}

TEST_CASE("nothing of a name or comment leaves its place in the file", "[case-18]") {
  const Translated built(
      with("  \"a\\n[hooks]\": {cmd: p, deps: [x], meta: \"m\\n[hooks]\\u0007\", desc: "
           "\"d\\\"\\n'''\"}\n"
           "  A: {cmd: p, deps: [\"y\\\" z\"], params: [\"layers.0\\n[hooks]\\nx\"]}\n"
           "  a: {cmd: p, deps: ['$${x}', \"it's \\\"q\\\"\"]}\n"
           "  a_very_long_name_of_a_stage_that_goes_on: {cmd: \"p\\n'''\", deps: [x]}\n"
           "  a_very_long_name_of_a_stage_that_goes_off: {cmd: p, deps: [x]}\n",
           "x: 1\nlayers: [1]\n"));
  CHECK(built.pipeline.hooks.empty());
  CHECK(built.pipeline.stages.size() == 5);
  CHECK(built.at("a").deps == Words{"y\" z"});
  CHECK(built.at("a-2").deps == Words{"$1", "it's \"q\""});
  CHECK(built.pipeline.stages[0].description == "d\"\n'''");
}
