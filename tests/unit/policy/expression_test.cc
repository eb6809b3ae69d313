#include "policy/expression.h"

#include <catch2/catch.hpp>

namespace mlops::policy {
namespace {

std::string refusal_of(const std::string& text) {
  const auto problem = check_expression(text);
  return problem ? problem->what + " | " + problem->hint : "accepted";
}

}  // namespace

TEST_CASE("numbers made of aggregates over the paired rows are expressions") {
  for (const char* text : {"mean(abs(n.score - o.score))",
                           "sum(n.x) / sum(o.x)",
                           "( max(n.x) - max(o.x) ) * 100",
                           "-mean(n.x)",
                           "mean(n.x > o.x)",
                           "mean(n.x) <= 1.5e-3",
                           "quantile(abs(n.x - o.x), .99)",
                           "count(greatest(n.a_1, o._b))"}) {
    INFO(text);
    CHECK(refusal_of(text) == "accepted");
  }
}

TEST_CASE("what could be more than one scalar expression is refused") {
  for (const char* text : {"mean(abs(n.score - o.score)); DROP TABLE x; f()",
                           "mean(n.x) -- ",
                           "mean(n.x) --mean(o.x)",
                           "mean(n.x) /* x */",
                           "mean((select 1))",
                           "mean(n.x) from t",
                           "mean('x')",
                           "mean(n.\"x\")",
                           "mean(n.x::int)",
                           "mean(n.x[1])",
                           "mean(n.x) over ()",
                           "mean(distinct n.x)",
                           "mean(*)",
                           "mean(n.x, o.x)",
                           "mean()",
                           "quantile(n.x)",
                           "mean(n.x",
                           "mean(n.x))",
                           "mean(n.)",
                           "mean(n.x) + ",
                           "mean(n.x) < 1 < 2",
                           "mean(1e)",
                           "mean(.)",
                           "()",
                           "read_text('/etc/passwd')",
                           "f()"}) {
    INFO(text);
    CHECK(refusal_of(text) != "accepted");
  }
}

TEST_CASE("columns stand in one aggregate") {
  CHECK(refusal_of("abs(n.x - o.x)") == "n.x stands in no aggregate | such as mean(n.x)");
  CHECK(refusal_of("mean(max(n.x))").find("'max' stands in another aggregate") == 0);
  CHECK(refusal_of("sqrt(2)").find("there is no aggregate") == 0);
  CHECK(refusal_of("mean(score)").find("'score' is no column | columns are o.NAME") == 0);
}

TEST_CASE("a slip in a name is answered with the name") {
  CHECK(refusal_of("acuracy(x)") == "there is no function 'acuracy' | did you mean 'accuracy'?");
  CHECK(refusal_of("mean(asb(n.x))") == "there is no function 'asb' | did you mean 'abs'?");
  CHECK(refusal_of("mean(n.x); f()").find("';' at character 10 fits nowhere") == 0);
  CHECK(refusal_of("mean(n.x").find("it ends too early") == 0);
}

TEST_CASE("depth and length are bounded") {
  const std::string deep(100'000, '(');
  CHECK(refusal_of(deep).find("longer than 1000 bytes") != std::string::npos);
  CHECK(refusal_of(deep.substr(0, 900)).find("nested too deeply") != std::string::npos);
  CHECK(refusal_of("mean(" + std::string(40, '(') + "n.x" + std::string(40, ')') + ")") ==
        "accepted");
}

}  // namespace mlops::policy
