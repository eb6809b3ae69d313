#include "model/remote_model.h"

#include <catch2/catch.hpp>

namespace mlops::model {
namespace {

struct Broken {
  Rule rule;
  Setup::Erasure erasure;
  int steps;
};

/// The whole: 2 attempts of each pusher, 2 rounds of gc, erasure. Some seconds, optimised.
TEST_CASE("no order of steps loses a chunk", "[.whole]") {
  const Outcome outcome = explore({});
  CHECK(outcome.violation.empty());
  CHECK(outcome.states == 1'725'698);
  CHECK(outcome.saw_late_upload);
}

TEST_CASE("no order of steps of one attempt and one round of gc loses a chunk") {
  const Outcome outcome = explore({.attempts = 1, .gc_rounds = 1});
  CHECK(outcome.violation.empty());
  CHECK(outcome.states == 93'958);
  CHECK(outcome.saw_late_upload);
}

TEST_CASE("without erasure no order of steps loses a chunk") {
  const Outcome outcome = explore({.gc_rounds = 1, .erasure = Setup::Erasure::no});
  CHECK(outcome.violation.empty());
  CHECK(outcome.states == 11'971);
  CHECK_FALSE(outcome.saw_late_upload);
}

TEST_CASE("each rule keeps data: without it the shortest loss is found") {
  const Broken broken = GENERATE(Broken{Rule::revalidate, Setup::Erasure::no, 7},
                                 Broken{Rule::unique_names, Setup::Erasure::no, 9},
                                 Broken{Rule::gc_compares, Setup::Erasure::no, 7},
                                 Broken{Rule::push_compares, Setup::Erasure::no, 7},
                                 Broken{Rule::delete_only_listed, Setup::Erasure::no, 10},
                                 Broken{Rule::fencing_counts, Setup::Erasure::no, 11},
                                 Broken{Rule::erasure_sees_trash, Setup::Erasure::yes, 5},
                                 Broken{Rule::erasure_fences, Setup::Erasure::yes, 9});
  CAPTURE(static_cast<int>(broken.rule));
  const Outcome outcome = explore({.erasure = broken.erasure, .without = broken.rule});
  CHECK_FALSE(outcome.violation.empty());
  CHECK(outcome.steps == broken.steps);
}

TEST_CASE("an outcome that nobody tells loses nothing, where it is looked up") {
  const Setup setup{.attempts = 1, .gc_rounds = 1, .outcomes = Setup::Outcomes::unknown};
  const Outcome outcome = explore(setup);
  CHECK(outcome.violation.empty());
  CHECK(outcome.states > 93'958);
  Setup broken = setup;
  broken.without = Rule::outcome_is_looked_up;
  const Outcome found = explore(broken);
  CHECK_FALSE(found.violation.empty());
  CHECK(found.steps == 5);
}

/// Kept nevertheless: it costs nothing, and says sooner what is wrong.
TEST_CASE("an erasure that closes all sessions makes the look for tombstones redundant") {
  const Outcome outcome =
      explore({.attempts = 1, .gc_rounds = 1, .without = Rule::erased_stays_erased});
  CHECK(outcome.violation.empty());
}

}  // namespace
}  // namespace mlops::model
