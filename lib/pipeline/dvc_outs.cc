#include "pipeline/dvc_outs.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/suggest.h"
#include "base/text.h"

namespace mlops::pipeline {

namespace {

using config::YamlNode;

constexpr std::array<std::string_view, 4> kAnnotations{"desc", "type", "labels", "meta"};
constexpr std::array<std::string_view, 5> kPlotLooks{
    "template", "x_label", "y_label", "title", "header"};

template <std::size_t kSize>
bool holds(const std::array<std::string_view, kSize>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool boolean_of(const YamlNode& value, const DvcPlace& place) {
  const bool* const flag = value.boolean();
  if (flag == nullptr) {
    place.fail("must be true or false");
  }
  return *flag;
}

void add_remark(std::string& remark, const std::string& name, const YamlNode& value) {
  remark += fmt::format("{}{}: {}", remark.empty() ? "" : ", ", name, value.to_json().dump());
}

}  // namespace

void DvcOuts::read(const YamlNode& list, const std::string& key, const DvcPlace& place) {
  if (list.kind != YamlNode::Kind::list) {
    place.fail("must be a list");
  }
  for (std::size_t i = 0; i < list.children.size(); ++i) {
    const YamlNode& child = list.children[i];
    const DvcPlace at = place.at(fmt::format("[{}]", i), child.line);
    if (const std::string* const text = child.text()) {
      add(key, place_path_(*text, at), {}, at);
      continue;
    }
    if (child.kind != YamlNode::Kind::table) {
      at.fail("must be a path, or a path with flags");
    }
    for (std::size_t k = 0; k < child.keys.size(); ++k) {
      const DvcPlace flagged = at.at(child.keys[k], child.children[k].line);
      const Flags flags = read_flags(child.children[k], key, flagged);
      add(key, place_path_(child.keys[k], flagged), flags, flagged);
    }
  }
}

DvcOuts::Flags DvcOuts::read_flags(const YamlNode& table,
                                   const std::string& key,
                                   const DvcPlace& place) {
  Flags flags;
  const YamlNode* values = &table;
  if (table.kind == YamlNode::Kind::list && key == "plots") {
    if (table.children.size() != 1) {
      place.fail("is drawn in several ways, and a plot has one here");
    }
    values = &table.children.front();
  }
  if (values->is_null()) {
    return flags;
  }
  if (values->kind != YamlNode::Kind::table) {
    place.fail("must be a table of flags");
  }
  for (std::size_t i = 0; i < values->keys.size(); ++i) {
    read_flag(values->children[i],
              values->keys[i],
              key,
              place.at(values->keys[i], values->children[i].line),
              flags);
  }
  return flags;
}

void DvcOuts::read_flag(const YamlNode& value,
                        const std::string& name,
                        const std::string& key,
                        const DvcPlace& place,
                        Flags& flags) {
  if (name == "cache") {
    flags.cache = boolean_of(value, place);
  } else if (name == "persist") {
    flags.persist = boolean_of(value, place);
  } else if (name == "push") {
    if (!boolean_of(value, place)) {
      place.fail("there are no outs here that are stored and never pushed",
                 "take it out of dvc.yaml if it may be pushed, or write cache: false");
    }
  } else if (name == "remote") {
    place.fail("outs have no remote of their own here", "take it out of dvc.yaml");
  } else if (name == "checkpoint") {
    if (boolean_of(value, place)) {
      place.fail("checkpoints of DVC are not translated",
                 "write persist: true, and checkpoint in pipeline.toml; see man mlops-pipeline");
    }
  } else if (key == "plots" && (name == "x" || name == "y")) {
    const std::string* const column = value.text();
    if (column == nullptr) {
      place.fail("must be the name of a column");
    }
    (name == "x" ? flags.x : flags.y) = *column;
  } else if (holds(kAnnotations, name) || (key == "plots" && holds(kPlotLooks, name))) {
    add_remark(flags.remark, name, value);
  } else {
    const std::vector<std::string> known{"cache", "persist", "push", "remote", "desc"};
    place.fail("no flag that DVC 3 has", did_you_mean(name, known));
  }
}

void DvcOuts::add(const std::string& key,
                  const DvcPath& path,
                  const Flags& flags,
                  const DvcPlace& place) {
  if (path.resolved == ".") {
    place.fail("the top of the repository cannot be an out");
  }
  const bool is_shown = surroundings_.shown_metrics.contains(path.resolved);
  const bool is_metrics = key == "metrics" || is_shown;
  if (key != "outs" && flags.persist) {
    place.fail("metrics and plots cannot be persistent here", "make it one of outs");
  }
  if (is_metrics && !flags.persist && path.resolved.ends_with(".json")) {
    metrics_.push_back({toml_text(path.ours), flags.remark});
  } else if (key == "plots") {
    add_plot(path, flags, flags.remark);
  } else if (key == "metrics") {
    add_plot(path, flags, "metrics, but no JSON: 'mlops metrics' does not read it");
  } else if (!flags.cache && surroundings_.is_tracked(path.resolved)) {
    if (flags.persist) {
      place.fail("is persistent, and git tracks it: outs are not tracked by git here",
                 shell_join({"git", "rm", "--cached", "--", path.resolved}));
    }
    add_plot(path, flags, "an out that git tracks: what stays in git is metrics or plots");
  } else if (flags.persist || !flags.cache) {
    outs_.push_back({fmt::format("{{ path = {}{}{} }}",
                                 toml_text(path.ours),
                                 flags.persist ? ", persist = true" : "",
                                 flags.cache ? "" : ", cache = false"),
                     flags.remark});
  } else {
    outs_.push_back({toml_text(path.ours), flags.remark});
  }
}

void DvcOuts::add_plot(const DvcPath& path, const Flags& flags, std::string remark) {
  std::string value = toml_text(path.ours);
  if (!flags.x.empty() || !flags.y.empty()) {
    value = "{ path = " + value;
    value += flags.x.empty() ? "" : ", x = " + toml_text(flags.x);
    value += flags.y.empty() ? "" : ", y = " + toml_text(flags.y);
    value += " }";
  }
  plots_.push_back({std::move(value), std::move(remark)});
}

void DvcOuts::write(TomlStage& stage) const {
  stage.add_list("outs", outs_);
  stage.add_list("metrics", metrics_);
  stage.add_list("plots", plots_);
}

}  // namespace mlops::pipeline
