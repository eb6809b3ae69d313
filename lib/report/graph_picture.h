#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pipeline/graph.h"

namespace mlops::report {

/// Boxes and arrows of a pipeline. Texts are raw; they are escaped here and cut where a box ends,
/// the whole of them stands in a tooltip.
struct PictureNode {
  std::string label;
  std::string note;            ///< a second line, smaller
  std::string tooltip;         ///< lines
  std::string_view style{""};  ///< "good", "bad", "cached", "idle"
};
struct PictureEdge {
  std::size_t from = 0;
  std::size_t to = 0;
  bool is_order = false;  ///< dashed: no data passes
};
struct Picture {
  std::vector<PictureNode> nodes;
  std::vector<PictureEdge> edges;
};

/// An <svg> element of a fixed size, styled by picture_style().
std::string draw(const Picture& picture, std::string_view title);
/// The rules for it; colours are those of page_style().
std::string_view picture_style();

/// "train@fold=1,model=xgb": stage and matrix values, which may be empty.
std::pair<std::string, std::string> split_instance(const std::string& id);

/// A file of its own, light and dark: instances, or, where there are too many of them to be seen,
/// stages with their number.
std::string graph_as_svg(const pipeline::Graph& graph, std::string_view title);

/// Beyond this number of instances a picture shows stages.
inline constexpr std::size_t kMaxBoxes = 80;

}  // namespace mlops::report
