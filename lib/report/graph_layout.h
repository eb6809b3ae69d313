#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace mlops::report {

/// A drawing of a graph without cycles in layers from top to bottom: every edge points down, few
/// edges cross, long ones bend around boxes. The same graph gives the same drawing.

struct Point {
  double x = 0;
  double y = 0;
};

struct GraphLayout {
  std::vector<Point> centers;  ///< of each node's box
  std::vector<std::vector<Point>>
      edges;  ///< of each edge: from box to box; it passes a layer upright
  double width = 0;
  double height = 0;
};

/// Nodes are known by their widths; all are `height` high. Edges name nodes by index; who draws an
/// instance's edges must give them from upstream to downstream.
GraphLayout lay_out(const std::vector<double>& widths,
                    double height,
                    const std::vector<std::pair<std::size_t, std::size_t>>& edges);

}  // namespace mlops::report
