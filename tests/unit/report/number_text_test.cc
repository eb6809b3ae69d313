#include "report/number_text.h"

#include <cmath>

#include <catch2/catch.hpp>

namespace mlops::report {

TEST_CASE("numbers keep their width") {
  CHECK(number_text(0.873239) == "0.8732");
  CHECK(number_text(48.144176) == "48.1442");
  CHECK(number_text(145.5061) == "145.506");
  CHECK(number_text(3.2e9) == "3.20e+09");
  CHECK(number_text(0.0) == "0");
  CHECK(number_text(1e-7) == "1.00e-07");
  CHECK(number_text(std::nan("")) == "NaN");
  CHECK(number_text(std::optional<double>()).empty());
}

TEST_CASE("changes carry their sign") {
  CHECK(change_text(0.0387) == "+0.0387");
  CHECK(change_text(-0.5) == "-0.5000");
  CHECK(change_text(0.0) == "0");
  CHECK(interval_text(stats::Interval{0.0059, 0.071}) == "+0.0059..+0.0710");
}

TEST_CASE("a small p is no zero") {
  CHECK(p_value_text(0.0266037) == "=0.0266");
  CHECK(p_value_text(1) == "=1.0000");
  CHECK(p_value_text(3e-9) == "<0.0001");
}

TEST_CASE("zeros after the point that say nothing are left out") {
  CHECK(plain_cell("126.000000") == "126");
  CHECK(plain_cell("126.500") == "126.5");
  CHECK(plain_cell("1260") == "1260");
  CHECK(plain_cell("1.2.0") == "1.2.0");
  CHECK(plain_cell(".50") == ".50");
  CHECK(plain_cell("v1.0").starts_with("v"));
}

TEST_CASE("names and levels") {
  CHECK(metric_title("ece") == "ece10");
  CHECK(metric_title("accuracy") == "accuracy");
  CHECK(confidence_text(0.05) == "95%");
  CHECK(confidence_text(0.001) == "99.9%");
}

}  // namespace mlops::report
