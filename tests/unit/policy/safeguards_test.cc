#include "policy/safeguards.h"

#include <catch2/catch.hpp>

#include "base/error.h"

namespace mlops::policy {
namespace {

/// Every key that exists, as the conformance sample has them.
constexpr const char* kSample = R"toml(
schema = 1
[diff]
decide = "point"
alpha = 0.05
correction = "holm"
seed = 7
duplicates = "error"
missing_rows = 0.0
new_nonfinite = 0
on_insufficient = "warn"
[diff.tolerance]
mode = "sum"
rtol = 1e-5
atol = 1e-8
columns = { score = { atol = 1e-3 } }
[[diff.rule]]
name = "accuracy must not fall"
predictions = "holdout"
metric = "accuracy"
max_drop = 0.005
severity = "fail"
[[diff.rule]]
metric = "negative_flip_rate"
max = 0.02
slices = ["country"]
min_rows = 50
[[diff.rule]]
metric = "ece"
max_rise = 0.02
[[diff.rule]]
metric = "metrics.json:latency_ms_p99"
max_rise_rel = 0.10
severity = "warn"
[[diff.rule]]
metric = "mean(abs(n.score - o.score))"
max = 0.05
[[diff.fairness]]
sensitive_feature = "sex"
metric = "equalized_odds_difference"
max = 0.10
max_rise = 0.02
min_positives = 10
[check.clean-data]
table = "data/clean/*.csv"
label = "y"
baseline = "baseline/train.profile.json"
on_insufficient = "warn"
[[check.clean-data.column]]
name = "age"
type = "int"
required = true
nullable = 0.01
min = 0
max = 120
[[check.clean-data.column]]
name = "country"
type = "string"
values = ["FR", "DE", "ES"]
unique = false
[[check.clean-data.rule]]
kind = "drift"
columns = "*"
method = "ks"
max = 0.2
severity = "fail"
[[check.clean-data.rule]]
kind = "leakage"
against = "data/valid/*.csv"
near_digits = 4
group = "patient_id"
time = "ts"
max = 0.0
[[check.clean-data.rule]]
kind = "pii"
deny = ["email", "iban", "card", "art9"]
allow_columns = ["contact_hash"]
[[check.clean-data.rule]]
kind = "expr"
expr = "age >= 18 or guardian is not null"
max = 0.0
)toml";

std::string refused(const std::string& text) {
  try {
    parse_safeguards(text, "safeguards.toml");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::config);
    return error.message() + " | " + error.hint();
  }
  return "accepted";
}

std::string rule(const std::string& body) {
  return "schema = 1\n[[diff.rule]]\n" + body;
}

}  // namespace

TEST_CASE("every key of the sample is read") {
  const Safeguards policy = parse_safeguards(kSample, "safeguards.toml");
  CHECK(policy.diff.seed == 7);
  CHECK(policy.diff.column_tolerance.at("score").atol == 1e-3);
  REQUIRE(policy.rules.size() == 6);
  CHECK(policy.rules[0].name == "accuracy must not fall");
  CHECK(policy.rules[0].predictions == "holdout");
  CHECK(policy.rules[0].limit.max_drop == 0.005);
  CHECK(policy.rules[1].name == "negative_flip_rate <= 0.02");
  CHECK(policy.rules[1].min_rows == 50);
  CHECK(policy.rules[3].severity == Severity::warn);
  CHECK(policy.rules[5].sensitive_feature == "sex");
  CHECK(policy.rules[5].position.line > policy.rules[4].position.line);
  REQUIRE(policy.checks.size() == 1);
  CHECK(policy.checks[0].name == "clean-data");
  CHECK(policy.checks[0].columns.at(0).range == "0..120");
  CHECK(policy.checks[0].columns.at(1).values == std::vector<std::string>{"FR", "DE", "ES"});
  REQUIRE(policy.checks[0].rules.size() == 4);
  CHECK(policy.checks[0].rules[0].method == DriftMethod::ks);
  CHECK(policy.checks[0].rules[1].near_digits == 4);
}

TEST_CASE("a policy without rules is the defaults, an empty file is no policy") {
  const Safeguards policy = parse_safeguards("schema = 1\n", "safeguards.toml");
  CHECK_THROWS_AS(parse_safeguards(" \n", "safeguards.toml"), Error);
  CHECK(policy.rules.empty());
  CHECK(policy.diff.alpha == 0.05);
}

TEST_CASE("a metrics file has a format that holds numbers and lies in the repository") {
  const auto metric = [](const std::string& name) {
    return refused(rule("metric = \"" + name + "\"\nmax = 1\n"));
  };
  CHECK(metric("metrics/a.yml:loss") == "accepted");
  CHECK(metric("metrics.txt:loss").find("'metrics.txt' is no metrics file") != std::string::npos);
  for (const char* name : {"../m.json:x", "/m.json:x", "a//m.json:x", "a/./m.json:x"}) {
    CHECK(metric(name).find("is no path below the top") != std::string::npos);
  }
}

TEST_CASE("a key that does not exist is refused with a suggestion") {
  CHECK(refused(rule("metric = \"accuracy\"\nmax_dorp = 0.1\nmax = 1\n")).find("max_drop") !=
        std::string::npos);
  CHECK(refused(rule("metric = \"acuracy\"\nmax = 1\n")).find("accuracy") != std::string::npos);
  CHECK(refused("schema = 1\n[dif]\n").find("diff") != std::string::npos);
  CHECK(refused("schema = 1\n[check.a]\ntable = \"x\"\nlable = \"y\"\n").find("label") !=
        std::string::npos);
}

TEST_CASE("values that cannot be meant are refused") {
  CHECK(refused("schema = 2\n") != "accepted");
  CHECK(refused("[diff]\n") != "accepted");
  CHECK(refused("schema = 1\n[diff]\nalpha = 0\n") != "accepted");
  CHECK(refused("schema = 1\n[diff]\nalpha = nan\n") != "accepted");
  CHECK(refused("schema = 1\n[diff]\nmissing_rows = 1.5\n") != "accepted");
  CHECK(refused("schema = 1\n[diff]\nseed = -1\n") != "accepted");
  CHECK(refused("schema = 1\n[diff.tolerance]\nmode = \"ulp\"\n") != "accepted");
  CHECK(refused(rule("metric = \"accuracy\"\n")) != "accepted");
  CHECK(refused(rule("metric = \"accuracy\"\nmax_drop = -0.1\n")) != "accepted");
  CHECK(refused(rule("metric = \"accuracy\"\nmin = 0.9\nmax = 0.1\n")) != "accepted");
  CHECK(refused(rule("metric = \"churn\"\nmax_drop = 0.1\n")) != "accepted");
}

TEST_CASE("a metric that is none is answered with what was meant, or with what is wrong") {
  const auto metric = [](const std::string& name) {
    return refused(rule("metric = \"" + name + "\"\nmax = 1\n"));
  };
  CHECK(metric("mean(abs(n.x - o.x))") == "accepted");
  CHECK(metric("acuracy(x)") ==
        "safeguards.toml:3: diff.rule[0].metric: 'acuracy(x)' is no metric: there is no function "
        "'acuracy' | did you mean 'accuracy'?");
  CHECK(
      metric("mean(abs(n.x - o.x)); DROP TABLE x; f()").find("';' at character 21 fits nowhere") !=
      std::string::npos);
  CHECK(metric("difference(acuracy)").find("did you mean 'accuracy'?") != std::string::npos);
  CHECK(
      metric("zzzzzzz") ==
      "safeguards.toml:3: diff.rule[0].metric: 'zzzzzzz' is no metric | the metrics are listed in "
      "mlops-safeguards(5)");
}

TEST_CASE("a rule that names a set which nobody declares is an error at its place") {
  const Safeguards policy = parse_safeguards(
      rule("metric = \"accuracy\"\nmin = 0\npredictions = \"pionts\"\n"), "safeguards.toml");
  CHECK_NOTHROW(check_set_names(policy, {"other", "pionts"}, "no"));
  CHECK_NOTHROW(check_set_names(parse_safeguards(rule("metric = \"r2\"\nmin = 0\n"), "s"), {}, ""));
  try {
    check_set_names(policy, {"other", "points"}, "no");
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::config);
    CHECK(error.message() ==
          "safeguards.toml:5: diff.rule[0].predictions: there is no prediction set 'pionts'");
    CHECK(error.hint() == "did you mean 'points'?");
  }
  CHECK_THROWS_WITH(check_set_names(policy, {}, "otherwise"), Catch::Contains("'pionts'"));
}

TEST_CASE("rules and fairness rules are not mixed up") {
  CHECK(refused(rule("metric = \"difference(accuracy)\"\nmax = 1\n")).find("[[diff.fairness]]") !=
        std::string::npos);
  CHECK(refused("schema = 1\n[[diff.fairness]]\nsensitive_feature = \"sex\"\nmetric = "
                "\"accuracy\"\nmax = 1\n")
            .find("difference(accuracy)") != std::string::npos);
}

TEST_CASE("checks are validated key by key") {
  const std::string head = "schema = 1\n[check.a]\ntable = \"t.csv\"\n";
  CHECK(refused(head) == "accepted");
  CHECK(refused("schema = 1\n[check.a]\n") != "accepted");
  CHECK(refused(head + "[[check.a.column]]\nname = \"x\"\nmin = 2\nmax = 1\n") != "accepted");
  CHECK(refused(head + "[[check.a.column]]\nname = \"x\"\nregex = \"(\"\n") != "accepted");
  for (const std::string pattern :
       {"a{0,02000000003000000000}", "a{99999999999999999999}", "(a)\\\\99999999999999999999"}) {
    CHECK(refused(head + "[[check.a.column]]\nname = \"x\"\nregex = \"" + pattern + "\"\n")
              .find("digits") != std::string::npos);
  }
  CHECK(refused(head + "[[check.a.column]]\nname = \"x\"\nregex = \"a,12345{2,9999}\"\n") ==
        "accepted");
  CHECK(refused(head + "[[check.a.column]]\nname = \"x\"\n[[check.a.column]]\nname = \"x\"\n") !=
        "accepted");
  CHECK(refused(head + "[[check.a.rule]]\nkind = \"drfit\"\n").find("drift") != std::string::npos);
  CHECK(refused(head + "[[check.a.rule]]\nkind = \"leakage\"\n") != "accepted");
  CHECK(refused(head + "[[check.a.rule]]\nkind = \"drift\"\nexpr = \"1\"\n") != "accepted");
}

}  // namespace mlops::policy
