#include <catch2/catch.hpp>

#include "expect_error.h"
#include "pipeline/graph.h"

using namespace mlops;
using namespace mlops::pipeline;
using testing::expect_error;

namespace {

using Indices = std::vector<std::size_t>;

/// a → b@k=1,2 → c, and d alone.
struct Chain {
  Pipeline pipeline = parse_pipeline(
      "schema = 1\n"
      "[stage.a]\ncmd = [\"x\"]\nouts = [\"a.txt\"]\n"
      "[stage.b]\ncmd = [\"x\"]\nmatrix = { k = [1, 2], m = [\"u\"] }\ndeps = [\"a.txt\"]\n"
      "outs = [\"b-${matrix.k}.txt\"]\n"
      "[stage.c]\ncmd = [\"x\"]\ndeps = [\"b-1.txt\", \"b-2.txt\"]\nouts = [\"c.txt\"]\n"
      "[stage.d]\ncmd = [\"x\"]\nouts = [\"d.txt\"]\n",
      "pipeline.toml");
  Graph graph = build_graph(pipeline, config::Params());
};

}  // namespace

TEST_CASE("choice: --only leaves out what the chosen stages need") {
  const Chain chain;
  Choice choice{.wanted = {"c", "b@k=2"}, .upstream = Choice::Upstream::leave};
  CHECK(chain.graph.resolve(choice) == Indices{2, 3});
}

TEST_CASE(
    "choice: --from takes what depends on a stage, --until what it needs, both what lies between") {
  const Chain chain;
  CHECK(chain.graph.resolve({.from = {"b@k=1"}}) == Indices{1, 3});
  CHECK(chain.graph.resolve({.until = {"b"}}) == Indices{0, 1, 2});
  CHECK(chain.graph.resolve({.from = {"b"}, .until = {"b@k=2"}}) == Indices{2});
  CHECK(chain.graph.resolve({.wanted = {"c"}, .from = {"a"}}) == Indices{0, 1, 2, 3});
}

TEST_CASE("a choice that leaves nothing, or names nothing, is a usage error") {
  const Chain chain;
  expect_error(ErrorKind::usage, "no stage is left", [&] {
    chain.graph.resolve({.wanted = {"d"}, .from = {"a"}});
  });
  expect_error(ErrorKind::usage, "'bb'", [&] { chain.graph.resolve({.from = {"bb"}}); });
  expect_error(ErrorKind::usage, "'x*'", [&] { chain.graph.resolve({.until = {"x*"}}); });
}
