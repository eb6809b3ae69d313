#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "pipeline/graph.h"

namespace mlops::pipeline {

namespace {

/// "train@model=xgb" names every instance of train with that value.
bool has_values(const Instance& instance, std::string_view wanted) {
  const auto at = wanted.find('@');
  if (at == std::string_view::npos || wanted.substr(0, at) != instance.stage->name) {
    return false;
  }
  const auto values = split(wanted.substr(at + 1), ',');
  return std::all_of(values.begin(), values.end(), [&](std::string_view value) {
    const auto equals = value.find('=');
    if (equals == std::string_view::npos) {
      return false;
    }
    const auto found = instance.matrix.find(std::string(value.substr(0, equals)));
    return found != instance.matrix.end() && found->second == value.substr(equals + 1);
  });
}

[[noreturn]] void fail_unknown(const Graph& graph, const std::string& wanted) {
  std::set<std::string> names;
  for (const auto& instance : graph.instances) {
    names.insert(instance.stage->name);
    names.insert(instance.id);
  }
  const std::vector<std::string> candidates(names.begin(), names.end());
  auto hint = did_you_mean(wanted, candidates);
  throw Error(ErrorKind::usage,
              fmt::format("no stage or instance matches {}", quote(wanted)),
              hint.empty() ? "mlops pipeline graph lists them" : std::move(hint));
}

/// Each pattern has to name something.
std::vector<bool> choose(const Graph& graph, const std::vector<std::string>& wanted) {
  std::vector<bool> chosen(graph.instances.size(), false);
  for (const auto& one : wanted) {
    bool matched = false;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      if (is_called(graph.instances[i], one)) {
        chosen[i] = true;
        matched = true;
      }
    }
    if (!matched) {
      fail_unknown(graph, one);
    }
  }
  return chosen;
}

/// Upstream indices are lower: one pass from the end closes the set.
void add_upstream(const Graph& graph, std::vector<bool>& chosen) {
  for (std::size_t i = chosen.size(); i-- > 0;) {
    for (const auto up : graph.instances[i].upstream) {
      chosen[up] = chosen[up] || chosen[i];
    }
  }
}

void add_downstream(const Graph& graph, std::vector<bool>& chosen) {
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    for (const auto up : graph.instances[i].upstream) {
      chosen[i] = chosen[i] || chosen[up];
    }
  }
}

void keep_common(std::vector<bool>& chosen, const std::vector<bool>& others) {
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    chosen[i] = chosen[i] && others[i];
  }
}

}  // namespace

bool is_called(const Instance& instance, const std::string& wanted) {
  if (wanted == instance.id || wanted == instance.stage->name || has_values(instance, wanted)) {
    return true;
  }
  return is_glob(wanted) &&
         (glob_match(wanted, instance.id) || glob_match(wanted, instance.stage->name));
}

std::vector<std::size_t> Graph::select(const std::vector<std::string>& wanted) const {
  Choice choice;
  choice.wanted = wanted;
  return resolve(choice);
}

std::vector<std::size_t> Graph::resolve(const Choice& choice) const {
  auto chosen = choice.wanted.empty() ? std::vector<bool>(instances.size(), true)
                                      : choose(*this, choice.wanted);
  if (choice.upstream == Choice::Upstream::follow) {
    add_upstream(*this, chosen);
  }
  if (!choice.from.empty()) {
    auto after = choose(*this, choice.from);
    add_downstream(*this, after);
    keep_common(chosen, after);
  }
  if (!choice.until.empty()) {
    auto before = choose(*this, choice.until);
    add_upstream(*this, before);
    keep_common(chosen, before);
  }
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < instances.size(); ++i) {
    if (chosen[i]) {
      indices.push_back(i);
    }
  }
  if (indices.empty() && !instances.empty()) {
    throw Error(ErrorKind::usage,
                "no stage is left: those that are chosen lie outside of --from and --until",
                "mlops pipeline graph shows what depends on what");
  }
  return indices;
}

std::vector<bool> Graph::flags(const std::vector<std::size_t>& selected) const {
  std::vector<bool> flags(instances.size(), false);
  for (const auto index : selected) {
    flags[index] = true;
  }
  return flags;
}

}  // namespace mlops::pipeline
