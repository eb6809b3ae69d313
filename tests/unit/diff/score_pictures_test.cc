#include "diff/score_pictures.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include <catch2/catch.hpp>

namespace mlops::diff {
namespace {

std::uint64_t total(const Histogram& histogram) {
  return std::accumulate(histogram.counts.begin(), histogram.counts.end(), std::uint64_t{0});
}

}  // namespace

TEST_CASE("differences are counted in bins up to the next power of two") {
  DifferenceHistogram differences;
  for (const double value : {0.31, -0.11, 0.5, 0.0, -0.001}) {
    differences.add(value);
  }
  const Histogram found = differences.finish("change");
  REQUIRE(found.edges.size() == 41);
  CHECK(found.edges.front() == -0.5);
  CHECK(found.edges[20] == 0.0);
  CHECK(found.edges.back() == 0.5);
  CHECK(found.counts[32] == 1);
  CHECK(found.counts[15] == 1);
  CHECK(found.counts[39] == 1);
  CHECK(found.counts[20] == 1);
  CHECK(found.counts[19] == 1);
  CHECK(total(found) == 5);
}

TEST_CASE("a power of two is the end of the picture, or the begin of a bin of a larger one") {
  DifferenceHistogram differences;
  differences.add(0.25);
  CHECK(differences.finish("").counts[39] == 1);
  differences.add(-0.75);
  const Histogram found = differences.finish("");
  CHECK(found.edges.back() == 1.0);
  CHECK(found.edges[25] == 0.25);
  CHECK(found.counts[25] == 1);
}

TEST_CASE("nothing, zeros and what is not finite have a picture, too") {
  DifferenceHistogram differences;
  differences.add(std::numeric_limits<double>::quiet_NaN());
  differences.add(-std::numeric_limits<double>::infinity());
  CHECK(total(differences.finish("")) == 0);
  differences.add(0);
  CHECK(differences.finish("").edges.back() == 1.0);
  CHECK(total(differences.finish("")) == 1);
  differences.add(std::numeric_limits<double>::max());
  differences.add(std::numeric_limits<double>::denorm_min());
  CHECK(total(differences.finish("")) == 3);
  CHECK(std::isfinite(differences.finish("").edges.back()));
}

TEST_CASE("differences that are counted apart and added up are counted together") {
  std::mt19937 random(5);
  DifferenceHistogram whole;
  DifferenceHistogram parts[3];
  ScoreGrid grid;
  ScoreGrid grids[3];
  for (std::size_t i = 0; i < 2000; ++i) {
    const double o = static_cast<double>(random() % 1001) / 1000;
    const double n = static_cast<double>(random() % 1001) / 1000;
    whole.add(n - o);
    parts[i % 3].add(n - o);
    grid.add(o, n);
    grids[i % 3].add(o, n);
  }
  parts[2].add(parts[0]);
  parts[2].add(parts[1]);
  CHECK(parts[2].finish("").counts == whole.finish("").counts);
  CHECK(parts[2].finish("").edges == whole.finish("").edges);
  grids[0].add(grids[1]);
  grids[0].add(grids[2]);
  CHECK(grids[0].finish().counts == grid.finish().counts);
}

}  // namespace mlops::diff
