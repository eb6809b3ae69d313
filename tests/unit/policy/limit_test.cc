#include "policy/limit.h"

#include <limits>

#include <catch2/catch.hpp>

namespace mlops::policy {
namespace {

Figure figure(double before, double after) {
  Figure result;
  result.old_value = before;
  result.new_value = after;
  result.change = after - before;
  result.n = 100;
  return result;
}

template <typename Member>
Limit only(Member Limit::*member, double value) {
  Limit limit;
  limit.*member = value;
  return limit;
}

Verdict point(const Limit& limit, const Figure& f) {
  return judge(limit, f, Decide::point).verdict;
}

}  // namespace

TEST_CASE("limits are described as the table shows them") {
  CHECK(describe(only(&Limit::max, 0.02)) == "<= 0.02");
  CHECK(describe(only(&Limit::max_drop, 0.005)) == "drop <= 0.005");
  CHECK(describe(only(&Limit::max_rise_rel, 0.1)) == "rise <= 10%");
  Limit both = only(&Limit::min, 0.5);
  both.max_drop = 0.25;
  CHECK(describe(both) == ">= 0.5, drop <= 0.25");
  CHECK(describe({}).empty());
}

TEST_CASE("a value on the limit keeps it, also after rounding") {
  // 0.9 - 0.8 is a little more than 0.1 in doubles.
  CHECK(point(only(&Limit::max_drop, 0.1), figure(0.9, 0.8)) == Verdict::pass);
  CHECK(point(only(&Limit::max_drop, 0.1), figure(0.9, 0.79999)) == Verdict::fail);
  CHECK(point(only(&Limit::max, 0.3), figure(0, 0.1 + 0.2)) == Verdict::pass);
  CHECK(point(only(&Limit::max_rise, 0), figure(1, 1.0000001)) == Verdict::fail);
}

TEST_CASE("relative limits are shares of the old value's size") {
  CHECK(point(only(&Limit::max_drop_rel, 0.1), figure(100, 91)) == Verdict::pass);
  CHECK(point(only(&Limit::max_drop_rel, 0.1), figure(100, 89)) == Verdict::fail);
  CHECK(point(only(&Limit::max_rise_rel, 0.1), figure(0, 0)) == Verdict::pass);
  CHECK(point(only(&Limit::max_rise_rel, 0.1), figure(0, 1e-9)) == Verdict::fail);
}

TEST_CASE("a gain is measured in the direction that is better") {
  Figure error = figure(10, 8);
  error.better = Better::lower;
  CHECK(point(only(&Limit::min_gain, 2), error) == Verdict::pass);
  CHECK(point(only(&Limit::min_gain, 2.5), error) == Verdict::fail);
  CHECK(point(only(&Limit::min_gain, 2), figure(10, 8)) == Verdict::fail);
}

TEST_CASE("an undefined figure is insufficient, never a pass") {
  Figure none;
  CHECK(point(only(&Limit::max, 1), none) == Verdict::insufficient);
  CHECK(point(only(&Limit::max_drop, 1), none) == Verdict::insufficient);
  none.new_value = std::numeric_limits<double>::quiet_NaN();
  CHECK(point(only(&Limit::max, 1), none) == Verdict::insufficient);
  CHECK(point({}, figure(1, 1)) == Verdict::insufficient);
}

TEST_CASE("an infinite figure is beyond every limit, on its side") {
  Figure infinite;
  infinite.new_value = std::numeric_limits<double>::infinity();
  CHECK(point(only(&Limit::min, 30), infinite) == Verdict::pass);
  CHECK(point(only(&Limit::max, 30), infinite) == Verdict::fail);
  infinite.new_value = -std::numeric_limits<double>::infinity();
  CHECK(point(only(&Limit::min, 30), infinite) == Verdict::fail);
  CHECK(point(only(&Limit::max, 30), infinite) == Verdict::pass);
}

TEST_CASE("of several parts a broken one decides before one without a figure") {
  Limit limit = only(&Limit::max, 0.5);
  limit.max_drop = 0.1;
  Figure f;
  f.new_value = 0.4;
  CHECK(point(limit, f) == Verdict::insufficient);
  f.new_value = 0.6;
  CHECK(point(limit, f) == Verdict::fail);
}

TEST_CASE("sure fails on the favourable end only, noninferior passes on the other") {
  Figure f = figure(0.9, 0.85);
  f.change_ci = stats::Interval{-0.09, -0.01};
  const Limit limit = only(&Limit::max_drop, 0.02);
  CHECK(judge(limit, f, Decide::point).verdict == Verdict::fail);
  CHECK(judge(limit, f, Decide::sure).verdict == Verdict::pass);
  f.change_ci = stats::Interval{-0.09, -0.03};
  CHECK(judge(limit, f, Decide::sure).verdict == Verdict::fail);
  f = figure(0.9, 0.9);
  f.change_ci = stats::Interval{-0.03, 0.03};
  CHECK(judge(limit, f, Decide::noninferior).verdict == Verdict::fail);
  f.change_ci = stats::Interval{-0.01, 0.01};
  CHECK(judge(limit, f, Decide::noninferior).verdict == Verdict::pass);
  f.change_ci.reset();
  CHECK(judge(limit, f, Decide::sure).verdict == Verdict::insufficient);
}

TEST_CASE("what a limit is held against is told with its margin") {
  Limit limit;
  limit.max_drop = 0.05;
  limit.max = 1;
  Figure f;
  f.old_value = 0.9;
  f.new_value = 0.8;
  f.change = -0.1;
  f.change_ci = stats::Interval{-0.12, -0.02};
  const auto parts = hold(limit, f, Decide::point);
  REQUIRE(parts.size() == 2);
  CHECK(parts[0].of == "the new value");
  CHECK(parts[0].margin.value() == Approx(0.2));
  CHECK(parts[1].of == "the change");
  CHECK(parts[1].kind == HeldPart::Bound::at_least);
  CHECK(parts[1].bound == -0.05);
  CHECK(parts[1].margin.value() == Approx(-0.05));
  const auto sure = hold(limit, f, Decide::sure);
  CHECK(sure[1].of == "the high end of the change");
  CHECK(sure[1].margin.value() == Approx(0.03));
  CHECK_FALSE(sure[0].decisive.has_value());  // the new value has no interval
  CHECK(hold(limit, f, Decide::noninferior)[1].of == "the low end of the change");
  // What judge() keeps within rounding has no negative margin.
  f.change = -0.05 - 1e-17;
  CHECK(hold(limit, f, Decide::point)[1].margin.value() >= 0);
  CHECK_FALSE(hold(limit, {}, Decide::point)[1].margin.has_value());
}

}  // namespace mlops::policy
