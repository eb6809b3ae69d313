#include "report/graph_layout.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace mlops::report {

namespace {

constexpr double kBetweenBoxes = 28;
constexpr double kBetweenLayers = 46;
constexpr double kMargin = 14;
constexpr double kBendWidth = 10;
constexpr std::size_t kSweeps = 12;
constexpr std::size_t kMaxBends = 20'000;  ///< beyond, long edges are drawn straight

using Index = std::size_t;
using Layers = std::vector<std::vector<Index>>;

/// Nodes of the caller first, then one for each layer that an edge passes through.
class Layering {
 public:
  Layering(const std::vector<double>& widths, const std::vector<std::pair<Index, Index>>& edges)
      : widths_(widths), rank_(widths.size()), above_(widths.size()), below_(widths.size()) {
    rank(edges);
    layers_.resize(rank_.empty() ? 0 : 1 + *std::max_element(rank_.begin(), rank_.end()));
    for (Index node = 0; node < widths.size(); ++node) {
      layers_[rank_[node]].push_back(node);
    }
    for (const auto& [from, to] : edges) {
      chains_.push_back(connect(from, to));
    }
  }

  const std::vector<std::vector<Index>>& chains() const { return chains_; }
  Index rank_of(Index node) const { return rank_[node]; }

  /// Moves nodes within their layers to where their neighbours are; keeps the best that it saw.
  void untangle() {
    auto best = layers_;
    auto fewest = count_crossings();
    for (std::size_t sweep = 0; sweep < kSweeps && fewest > 0; ++sweep) {
      sort_layers(sweep % 2 == 0);
      if (const auto crossings = count_crossings(); crossings < fewest) {
        fewest = crossings;
        best = layers_;
      }
    }
    layers_ = std::move(best);
  }

  /// Centres of all nodes, the leftmost box at the margin.
  std::vector<double> place() {
    std::vector<double> x(widths_.size());
    for (const auto& layer : layers_) {
      double at = 0;
      for (const auto node : layer) {
        x[node] = at + widths_[node] / 2;
        at += widths_[node] + kBetweenBoxes;
      }
    }
    for (std::size_t sweep = 0; sweep < kSweeps; ++sweep) {
      pull(x, sweep % 2 == 0);
    }
    auto left = std::numeric_limits<double>::max();
    for (Index node = 0; node < x.size(); ++node) {
      left = std::min(left, x[node] - widths_[node] / 2);
    }
    for (auto& one : x) {
      one += kMargin - left;
    }
    return x;
  }

  double width_of(Index node) const { return widths_[node]; }

 private:
  /// The longest way from any node that has nothing above it. Edges may come in any order.
  void rank(const std::vector<std::pair<Index, Index>>& edges) {
    std::vector<std::vector<Index>> down(rank_.size());
    std::vector<std::size_t> open(rank_.size());
    for (const auto& [from, to] : edges) {
      down[from].push_back(to);
      ++open[to];
    }
    std::vector<Index> ready;
    for (Index node = 0; node < open.size(); ++node) {
      if (open[node] == 0) {
        ready.push_back(node);
      }
    }
    for (std::size_t at = 0; at < ready.size(); ++at) {
      for (const auto to : down[ready[at]]) {
        rank_[to] = std::max(rank_[to], rank_[ready[at]] + 1);
        if (--open[to] == 0) {
          ready.push_back(to);
        }
      }
    }
  }

  std::vector<Index> connect(Index from, Index to) {
    std::vector<Index> chain{from};
    const bool bends = bends_ < kMaxBends;
    for (auto layer = rank_[from] + 1; bends && layer < rank_[to]; ++layer) {
      const auto bend = widths_.size();
      widths_.push_back(kBendWidth);
      rank_.push_back(layer);
      above_.emplace_back();
      below_.emplace_back();
      layers_[layer].push_back(bend);
      chain.push_back(bend);
      ++bends_;
    }
    chain.push_back(to);
    for (Index i = 0; bends && i + 1 < chain.size(); ++i) {
      below_[chain[i]].push_back(chain[i + 1]);
      above_[chain[i + 1]].push_back(chain[i]);
    }
    return chain;
  }

  std::vector<Index> positions() const {
    std::vector<Index> position(widths_.size());
    for (const auto& layer : layers_) {
      for (Index i = 0; i < layer.size(); ++i) {
        position[layer[i]] = i;
      }
    }
    return position;
  }

  void sort_layers(bool downwards) {
    auto position = positions();
    const auto sort_layer = [&](std::vector<Index>& layer) {
      std::vector<std::pair<double, Index>> wanted;
      for (const auto node : layer) {
        const auto& near = downwards ? above_[node] : below_[node];
        double sum = 0;
        for (const auto other : near) {
          sum += static_cast<double>(position[other]);
        }
        wanted.emplace_back(near.empty() ? static_cast<double>(position[node])
                                         : sum / static_cast<double>(near.size()),
                            node);
      }
      std::stable_sort(wanted.begin(), wanted.end(), [](const auto& a, const auto& b) {
        return a.first < b.first;
      });
      for (Index i = 0; i < layer.size(); ++i) {
        layer[i] = wanted[i].second;
        position[layer[i]] = i;
      }
    };
    if (downwards) {
      std::for_each(layers_.begin(), layers_.end(), sort_layer);
    } else {
      std::for_each(layers_.rbegin(), layers_.rend(), sort_layer);
    }
  }

  /// Inversions among the ends of the edges between two layers, counted in a Fenwick tree.
  std::size_t count_crossings() const {
    const auto position = positions();
    std::size_t crossings = 0;
    for (Index rank = 0; rank + 1 < layers_.size(); ++rank) {
      std::vector<std::size_t> tree(layers_[rank + 1].size() + 1);
      std::size_t seen = 0;
      for (const auto node : layers_[rank]) {
        for (const auto to : below_[node]) {
          std::size_t not_right = 0;
          for (auto i = position[to] + 1; i > 0; i &= i - 1) {
            not_right += tree[i];
          }
          crossings += seen - not_right;
        }
        for (const auto to : below_[node]) {
          ++seen;
          for (auto i = position[to] + 1; i < tree.size(); i += i & (~i + 1)) {
            ++tree[i];
          }
        }
      }
    }
    return crossings;
  }

  /// Each node towards the middle of its neighbours, as far as those beside it leave room: the mean
  /// of the leftmost and of the rightmost arrangement that respect the order.
  void pull(std::vector<double>& x, bool downwards) const {
    for (Index at = 0; at < layers_.size(); ++at) {
      const auto& layer = layers_[downwards ? at : layers_.size() - 1 - at];
      std::vector<double> wanted;
      for (const auto node : layer) {
        const auto& near = downwards ? above_[node] : below_[node];
        const auto sum = std::accumulate(
            near.begin(), near.end(), 0.0, [&](double all, Index other) { return all + x[other]; });
        wanted.push_back(near.empty() ? x[node] : sum / static_cast<double>(near.size()));
      }
      auto from_left = wanted;
      auto from_right = wanted;
      for (Index i = 1; i < layer.size(); ++i) {
        const auto apart = distance(layer[i - 1], layer[i]);
        from_left[i] = std::max(wanted[i], from_left[i - 1] + apart);
        const auto back = layer.size() - 1 - i;
        from_right[back] =
            std::min(wanted[back], from_right[back + 1] - distance(layer[back], layer[back + 1]));
      }
      for (Index i = 0; i < layer.size(); ++i) {
        x[layer[i]] = (from_left[i] + from_right[i]) / 2;
      }
    }
  }

  double distance(Index left, Index right) const {
    return (widths_[left] + widths_[right]) / 2 + kBetweenBoxes;
  }

  std::vector<double> widths_;
  std::vector<Index> rank_;
  std::vector<std::vector<Index>> above_;
  std::vector<std::vector<Index>> below_;
  Layers layers_;
  std::vector<std::vector<Index>> chains_;
  std::size_t bends_ = 0;
};

}  // namespace

GraphLayout lay_out(const std::vector<double>& widths,
                    double height,
                    const std::vector<std::pair<std::size_t, std::size_t>>& edges) {
  Layering layering(widths, edges);
  layering.untangle();
  const auto x = layering.place();
  const auto y_of = [&](Index node) {
    return kMargin + height / 2 +
           static_cast<double>(layering.rank_of(node)) * (height + kBetweenLayers);
  };
  GraphLayout layout;
  for (Index node = 0; node < widths.size(); ++node) {
    layout.centers.push_back({x[node], y_of(node)});
    layout.height = std::max(layout.height, y_of(node) + height / 2 + kMargin);
  }
  for (Index node = 0; node < x.size(); ++node) {
    layout.width = std::max(layout.width, x[node] + layering.width_of(node) / 2 + kMargin);
  }
  for (const auto& chain : layering.chains()) {
    std::vector<Point> points;
    for (const auto node : chain) {
      if (node != chain.front()) {
        points.push_back({x[node], y_of(node) - height / 2});
      }
      if (node != chain.back()) {
        points.push_back({x[node], y_of(node) + height / 2});
      }
    }
    layout.edges.push_back(std::move(points));
  }
  return layout;
}

}  // namespace mlops::report
