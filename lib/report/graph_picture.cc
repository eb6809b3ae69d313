#include "report/graph_picture.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "report/graph_layout.h"
#include "report/html_page.h"
#include "report/layout.h"

namespace mlops::report {

namespace {

constexpr double kBoxHeight = 42;
constexpr double kLetterWidth = 9.0;  ///< of bold 13 px in a wide font: no text leaves its box
constexpr double kSmallLetterWidth = 7.0;
constexpr double kPadding = 26;
constexpr double kLeastWidth = 84;
constexpr std::size_t kMaxLabel = 34;

constexpr std::string_view kPictureStyle = R"css(
.graph{display:block;max-width:none;overflow:visible}
.graph .box{fill:var(--card);stroke:var(--line);stroke-width:1.2}
.graph .good .box{fill:var(--good-bg);stroke:var(--good)}.graph .bad .box{fill:var(--bad-bg);stroke:var(--bad)}
.graph .cached .box{fill:var(--none-bg);stroke:var(--faint)}
.graph .idle .box{stroke:var(--faint);stroke-dasharray:4 3}
.graph .way{fill:none;stroke:var(--faint);stroke-width:1.3}.graph .order{stroke-dasharray:5 4}
.graph .tip{fill:var(--faint)}
.graph text{fill:var(--ink);font-size:13px;font-weight:550;text-anchor:middle}
.graph .note{fill:var(--soft);font-size:11px;font-weight:400}
)css";

/// What page_style() declares, for a file that has no page around it.
constexpr std::string_view kColours = R"css(
svg{color-scheme:light dark;background:#f6f7f9;font-family:system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
--card:#fff;--ink:#1b1f27;--soft:#5c6573;--faint:#69727f;--line:#b9c0cb;--good:#187a4a;--bad:#c2303a;
--good-bg:#e5f5ec;--bad-bg:#fdeaeb;--none-bg:#eef0f3}
@media (prefers-color-scheme:dark){svg{background:#12151b;
--card:#1a1e26;--ink:#e7eaf0;--soft:#a5aebc;--faint:#8590a1;--line:#4a5363;--good:#5ecb93;--bad:#f5808a;
--good-bg:#16301f;--bad-bg:#3a1a1e;--none-bg:#262b35}}
)css";

std::string shown(const std::string& text) {
  return cut(escape_for_terminal(text), kMaxLabel);
}

double width_of(const PictureNode& node) {
  const auto label = kLetterWidth * static_cast<double>(display_width(shown(node.label)));
  const auto note = kSmallLetterWidth * static_cast<double>(display_width(shown(node.note)));
  return std::max(kLeastWidth, kPadding + std::max(label, note));
}

/// From layer to layer in an S that leaves and arrives straight down; the tip is drawn apart.
std::string draw_edge(const std::vector<Point>& points, bool is_order) {
  constexpr double kTip = 7;
  auto path = fmt::format("M{:.1f} {:.1f}", points.front().x, points.front().y);
  for (std::size_t i = 1; i < points.size(); ++i) {
    const auto& a = points[i - 1];
    auto b = points[i];
    b.y -= i + 1 == points.size() ? kTip : 0;
    if (i % 2 == 0) {
      path += fmt::format("V{:.1f}", b.y);  // beside the boxes of a layer
      continue;
    }
    const auto middle = (a.y + b.y) / 2;
    path += fmt::format(
        "C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}", a.x, middle, b.x, middle, b.x, b.y);
  }
  const auto& end = points.back();
  return fmt::format(R"(<path class="way{}" d="{}"/>)", is_order ? " order" : "", path) +
         fmt::format(R"(<path class="tip" d="M{:.1f} {:.1f}l-4 -{}h8z"/>)", end.x, end.y, kTip);
}

std::string draw_text(double x, double y, std::string_view style, const std::string& text) {
  return fmt::format(
      R"(<text x="{:.1f}" y="{:.1f}"{}>{}</text>)", x, y, style, escape_html(text, kMaxLabel));
}

std::string draw_node(const PictureNode& node, const Point& center, double width) {
  constexpr std::size_t kMaxTooltip = 2000;
  auto text = fmt::format(R"(<g class="{}"><title>)", node.style);
  const auto lines = split(node.tooltip.empty() ? node.label : node.tooltip, '\n');
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += (i == 0 ? "" : "\n") + escape_html(lines[i], kMaxTooltip);
  }
  text += fmt::format(
      R"(</title><rect class="box" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="7"/>)",
      center.x - width / 2,
      center.y - kBoxHeight / 2,
      width,
      kBoxHeight);
  text += draw_text(center.x, center.y + (node.note.empty() ? 4.5 : -2.5), "", node.label);
  if (!node.note.empty()) {
    text += draw_text(center.x, center.y + 13, R"( class="note")", node.note);
  }
  return text + "</g>";
}

Picture picture_of_instances(const pipeline::Graph& graph) {
  Picture picture;
  for (std::size_t i = 0; i < graph.instances.size(); ++i) {
    const auto& instance = graph.instances[i];
    const auto [stage, values] = split_instance(instance.id);
    PictureNode node{stage, values, instance.id, instance.enabled ? "" : "idle"};
    if (!instance.enabled) {
      node.note = values.empty() ? "skipped" : "skipped · " + values;
      node.tooltip += "\nskipped: 'when' does not hold";
    }
    for (const auto& out : instance.outs) {
      node.tooltip += "\nmakes " + out.path;
    }
    picture.nodes.push_back(std::move(node));
    for (const auto up : instance.upstream) {
      const bool reads = instance.is_input(up);
      picture.edges.push_back({up, i, !reads});
    }
  }
  return picture;
}

/// Stages of a graph can wait for each other where their instances do not: those edges, which would
/// point up, are left out.
Picture picture_of_stages(const pipeline::Graph& graph) {
  Picture picture;
  std::map<const pipeline::Stage*, std::size_t> nodes;
  std::vector<std::size_t> counts;
  std::map<std::pair<std::size_t, std::size_t>, bool> edges;
  for (const auto& instance : graph.instances) {
    const auto [found, is_new] = nodes.try_emplace(instance.stage, picture.nodes.size());
    if (is_new) {
      picture.nodes.push_back({instance.stage->name, "", instance.stage->name, ""});
      counts.push_back(0);
    }
    ++counts[found->second];
    for (const auto up : instance.upstream) {
      const auto from = nodes.at(graph.instances[up].stage);
      const bool reads = instance.is_input(up);
      if (from < found->second) {
        const auto [edge, is_first] = edges.try_emplace({from, found->second}, !reads);
        edge->second = edge->second && !reads;
        static_cast<void>(is_first);
      }
    }
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    picture.nodes[i].note = counts[i] == 1 ? "" : plural(counts[i], "instance");
  }
  for (const auto& [ends, is_order] : edges) {
    picture.edges.push_back({ends.first, ends.second, is_order});
  }
  return picture;
}

}  // namespace

std::pair<std::string, std::string> split_instance(const std::string& id) {
  const auto at = id.find('@');
  return at == std::string::npos ? std::pair(id, std::string())
                                 : std::pair(id.substr(0, at), id.substr(at + 1));
}

std::string draw(const Picture& picture, std::string_view title) {
  std::vector<double> widths;
  std::transform(picture.nodes.begin(), picture.nodes.end(), std::back_inserter(widths), width_of);
  std::vector<std::pair<std::size_t, std::size_t>> edges;
  for (const auto& edge : picture.edges) {
    edges.emplace_back(edge.from, edge.to);
  }
  const auto layout = lay_out(widths, kBoxHeight, edges);
  auto svg = fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" class="graph" width="{0:.0f}" height="{1:.0f}" )"
      R"(style="width:{0:.0f}px;height:{1:.0f}px" )"
      R"(viewBox="0 0 {0:.0f} {1:.0f}" role="img" aria-label="{2}">)",
      layout.width,
      layout.height,
      escape_html(title));
  for (std::size_t i = 0; i < edges.size(); ++i) {
    svg += draw_edge(layout.edges[i], picture.edges[i].is_order);
  }
  for (std::size_t i = 0; i < widths.size(); ++i) {
    svg += draw_node(picture.nodes[i], layout.centers[i], widths[i]);
  }
  return svg + "</svg>";
}

std::string_view picture_style() {
  return kPictureStyle;
}

std::string graph_as_svg(const pipeline::Graph& graph, std::string_view title) {
  const auto picture =
      graph.instances.size() > kMaxBoxes ? picture_of_stages(graph) : picture_of_instances(graph);
  auto svg = draw(picture, title);
  const auto end_of_tag = svg.find('>') + 1;
  svg.insert(
      end_of_tag,
      fmt::format(
          "<title>{}</title><style>{}{}</style>", escape_html(title), kColours, kPictureStyle));
  return svg + "\n";
}

}  // namespace mlops::report
