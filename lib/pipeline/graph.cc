#include "pipeline/graph.h"

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "pipeline/instantiate.h"
#include "pipeline/matrix.h"
#include "pipeline/path.h"

namespace mlops::pipeline {

namespace {

using Producers = std::map<std::string, std::size_t>;  ///< out path → instance

std::string place_of(const Instance& instance) {
  return config::to_string(instance.stage->position);
}

[[noreturn]] void fail(const Instance& instance,
                       const std::string& problem,
                       const std::string& hint = {}) {
  throw Error(ErrorKind::config, fmt::format("{}: {}", place_of(instance), problem), hint);
}

Producers index_outs(const std::vector<Instance>& instances) {
  Producers producers;
  for (std::size_t i = 0; i < instances.size(); ++i) {
    for (const auto& out : instances[i].outs) {
      const auto [at, is_new] = producers.emplace(out.path, i);
      if (!is_new) {
        fail(instances[i],
             fmt::format("{} and {} have the same out {}",
                         quote(instances[at->second].id),
                         quote(instances[i].id),
                         quote(out.path)),
             "put matrix values into its path, or rename one of them");
      }
    }
  }
  for (const auto& [path, owner] : producers) {
    for (auto slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
      const auto outer = producers.find(path.substr(0, slash));
      if (outer != producers.end()) {
        fail(instances[owner],
             fmt::format("the out {} of {} lies inside the out {} of {}",
                         quote(path),
                         quote(instances[owner].id),
                         quote(outer->first),
                         quote(instances[outer->second].id)),
             "give each a place of its own: what makes a directory makes all that is in it");
      }
    }
  }
  return producers;
}

using Visit = std::function<void(std::size_t producer, const std::string& out)>;

void visit_ancestors(const Producers& producers, const std::string& path, const Visit& visit) {
  for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    if (const auto found = producers.find(path.substr(0, slash)); found != producers.end()) {
      visit(found->second, found->first);
    }
  }
}

void visit_below(const Producers& producers, const std::string& directory, const Visit& visit) {
  const auto prefix = directory.empty() || directory == "." ? std::string{} : directory + "/";
  for (auto at = producers.lower_bound(prefix);
       at != producers.end() && at->first.starts_with(prefix);
       ++at) {
    visit(at->second, at->first);
  }
}

/// Everyone whose out the dep reads: the same path, a directory around it, or something inside it.
void visit_producers(const Producers& producers, const std::string& dep, const Visit& visit) {
  if (!is_glob(dep)) {
    visit_ancestors(producers, dep, visit);
    if (const auto found = producers.find(dep); found != producers.end()) {
      visit(found->second, found->first);
    }
    visit_below(producers, dep, visit);
    return;
  }
  const Visit judged = [&](std::size_t producer, const std::string& out) {
    if (glob_match(dep, out) || glob_reaches_into(dep, out)) {
      visit(producer, out);
    }
  };
  const auto prefix = literal_prefix(dep);
  visit_ancestors(producers, prefix + "/", judged);
  visit_below(producers, prefix, judged);
}

using Edges = std::vector<std::set<std::size_t>>;

Edges data_edges(const std::vector<Instance>& instances) {
  const auto producers = index_outs(instances);
  Edges edges(instances.size());
  for (std::size_t i = 0; i < instances.size(); ++i) {
    for (const auto& dep : instances[i].deps) {
      visit_producers(producers, dep, [&](std::size_t producer, const std::string& out) {
        if (producer == i) {
          fail(instances[i],
               fmt::format("cycle: {} reads its own out {} through the dep {}",
                           quote(instances[i].id),
                           quote(out),
                           quote(dep)),
               "take it out of deps; what a stage keeps from run to run is an out with persist");
        }
        edges[i].insert(producer);
      });
    }
  }
  return edges;
}

void add_order_edges(const Pipeline& pipeline,
                     const std::vector<Instance>& instances,
                     Edges& edges) {
  std::map<std::string, std::vector<std::size_t>> by_stage;
  std::vector<std::string> names;
  for (const auto& stage : pipeline.stages) {
    names.push_back(stage.name);
  }
  for (std::size_t i = 0; i < instances.size(); ++i) {
    by_stage[instances[i].stage->name].push_back(i);
  }
  for (std::size_t i = 0; i < instances.size(); ++i) {
    for (const auto& name : instances[i].stage->after) {
      const auto found = by_stage.find(name);
      if (found == by_stage.end()) {
        fail(instances[i],
             fmt::format("there is no stage {} to come after", quote(name)),
             did_you_mean(name, names));
      }
      if (name == instances[i].stage->name) {
        fail(instances[i],
             fmt::format("cycle: {} comes after itself", quote(name)),
             "take it out of after");
      }
      edges[i].insert(found->second.begin(), found->second.end());
    }
  }
}

/// Every instance that is left over has an upstream that is left over: walking up must come back.
[[noreturn]] void fail_cycle(const std::vector<Instance>& instances,
                             const Edges& edges,
                             const std::vector<std::size_t>& open_edges) {
  std::size_t at = 0;
  while (open_edges[at] == 0) {
    ++at;
  }
  std::vector<std::size_t> path;
  std::set<std::size_t> seen;
  while (seen.insert(at).second) {
    path.push_back(at);
    at = *std::find_if(
        edges[at].begin(), edges[at].end(), [&](std::size_t up) { return open_edges[up] > 0; });
  }
  path.erase(path.begin(), std::find(path.begin(), path.end(), at));
  std::reverse(path.begin(), path.end());
  path.insert(path.begin(), path.back());
  std::vector<std::string> names;
  names.reserve(path.size());
  for (const auto index : path) {
    names.push_back(quote(instances[index].id));
  }
  fail(instances[at],
       fmt::format("cycle: {}", join(names, " → ")),
       "one of them has to do without what the one before it makes: see their deps and after");
}

/// Kahn's algorithm; the lowest file position among the ready ones goes first.
std::vector<std::size_t> sort(const std::vector<Instance>& instances, const Edges& edges) {
  std::vector<std::size_t> open_edges(instances.size());
  std::vector<std::vector<std::size_t>> downstream(instances.size());
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
  for (std::size_t i = 0; i < instances.size(); ++i) {
    open_edges[i] = edges[i].size();
    for (const auto up : edges[i]) {
      downstream[up].push_back(i);
    }
    if (edges[i].empty()) {
      ready.push(i);
    }
  }
  std::vector<std::size_t> order;
  while (!ready.empty()) {
    const auto next = ready.top();
    ready.pop();
    order.push_back(next);
    for (const auto down : downstream[next]) {
      if (--open_edges[down] == 0) {
        ready.push(down);
      }
    }
  }
  if (order.size() < instances.size()) {
    fail_cycle(instances, edges, open_edges);
  }
  return order;
}

std::vector<std::size_t> translate(const std::set<std::size_t>& indices,
                                   const std::vector<std::size_t>& position) {
  std::vector<std::size_t> translated;
  translated.reserve(indices.size());
  for (const auto index : indices) {
    translated.push_back(position[index]);
  }
  std::sort(translated.begin(), translated.end());
  return translated;
}

}  // namespace

bool Instance::is_input(std::size_t index) const {
  return std::binary_search(inputs.begin(), inputs.end(), index);
}

Graph build_graph(const Pipeline& pipeline, const config::Params& params) {
  std::vector<Instance> instances;
  for (const auto& stage : pipeline.stages) {
    auto some = instantiate(stage, params);
    if (instances.size() + some.size() > kMaxInstances) {
      fail(some.front(), fmt::format("more than {} instances", kMaxInstances));
    }
    std::move(some.begin(), some.end(), std::back_inserter(instances));
  }
  const auto inputs = data_edges(instances);
  auto edges = inputs;
  add_order_edges(pipeline, instances, edges);
  const auto order = sort(instances, edges);
  std::vector<std::size_t> position(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    position[order[i]] = i;
  }
  Graph graph;
  for (const auto old : order) {
    graph.instances.push_back(std::move(instances[old]));
    graph.instances.back().upstream = translate(edges[old], position);
    graph.instances.back().inputs = translate(inputs[old], position);
  }
  return graph;
}

}  // namespace mlops::pipeline
