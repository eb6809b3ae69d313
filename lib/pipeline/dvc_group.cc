#include "pipeline/dvc_group.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "config/params.h"
#include "pipeline/pipeline.h"
#include "pipeline/toml_stage.h"

namespace mlops::pipeline {

namespace {

using config::YamlNode;
using nlohmann::json;

constexpr const char* kItem = "item";
constexpr const char* kKey = "key";

DvcValue inline_value(json value) {
  return {std::make_shared<const json>(std::move(value)), "", "", ""};
}

class GroupReader {
 public:
  GroupReader(const DvcNames& names, DvcGroup& group) : names_(names), group_(group) {}

  /// The list or table that `node` is or names.
  void read_axis(const YamlNode& node, DvcAxis& axis, const DvcPlace& place) {
    if (node.kind == YamlNode::Kind::list) {
      for (std::size_t i = 0; i < node.children.size(); ++i) {
        const auto at = place.at(fmt::format("[{}]", i), node.children[i].line);
        axis.values.push_back(value_of(node.children[i], at));
      }
    } else if (node.kind == YamlNode::Kind::table) {
      for (std::size_t i = 0; i < node.children.size(); ++i) {
        axis.keys.push_back(node.keys[i]);
        axis.values.push_back(
            value_of(node.children[i], place.at(node.keys[i], node.children[i].line)));
      }
    } else {
      read_reference(node, axis, place);
    }
    if (axis.values.empty()) {
      place.fail("has no values");
    }
    if (axis.values.size() > kMaxDvcMembers) {
      place.fail(fmt::format("has more than {} values", kMaxDvcMembers));
    }
  }

 private:
  void read_reference(const YamlNode& node, DvcAxis& axis, const DvcPlace& place) {
    const std::string* const text = node.text();
    const auto name = text == nullptr ? std::string_view{} : whole_reference(*text);
    if (name.empty()) {
      place.fail("must be a list, a table or one '${…}'");
    }
    const DvcValue all = names_.find(name, place);
    if (!all.value->is_structured()) {
      place.fail(fmt::format("{} is no list or table", quote(name)));
    }
    for (const auto& [key, value] : all.value->items()) {
      DvcValue element{std::shared_ptr<const json>(all.value, &value)};
      element.file = all.file;
      if (all.value->is_object()) {
        axis.keys.push_back(key);
        element.path = all.path.empty() ? "" : all.path + "." + key;
      }
      axis.values.push_back(std::move(element));
    }
    if (all.value->is_array() && !all.file.empty() && !all.path.empty()) {
      axis.reference = fmt::format("${{params.{}}}", all.path);
      group_.uses.kept.push_back({all.file, all.path, place});
    }
  }

  DvcValue value_of(const YamlNode& node, const DvcPlace& place) {
    const std::string* const text = node.text();
    const auto name = text == nullptr ? std::string_view{} : whole_reference(*text);
    return name.empty() ? inline_value(resolved(node, place)) : names_.find(name, place);
  }

  json resolved(const YamlNode& node, const DvcPlace& place) {
    if (const std::string* const text = node.text()) {
      const auto name = whole_reference(*text);
      return name.empty()
                 ? json(render_dvc_text(*text, names_, DvcTextKind::path, place, group_.uses)
                            .resolved())
                 : *names_.find(name, place).value;
    }
    if (node.kind == YamlNode::Kind::scalar) {
      return node.to_json();
    }
    json all = node.kind == YamlNode::Kind::list ? json::array() : json::object();
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      if (all.is_array()) {
        all.push_back(resolved(node.children[i], place));
      } else {
        all[node.keys[i]] = resolved(node.children[i], place);
      }
    }
    return all;
  }

  const DvcNames& names_;
  DvcGroup& group_;
};

/// Letters, digits and '_', no digit in front.
std::string axis_name(const std::string& name, std::size_t index, std::set<std::string>& taken) {
  std::string ours;
  for (const char c : name) {
    const bool is_word =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9');
    ours += is_word ? c : '_';
  }
  const bool is_good = !ours.empty() && !(ours.front() >= '0' && ours.front() <= '9') &&
                       ours.size() <= kMaxName && ours != "exclude";
  if (!is_good || !taken.insert(ours).second) {
    ours = fmt::format("axis_{}", index);
    taken.insert(ours);
  }
  return ours;
}

std::string text_of(const DvcValue& value) {
  return dvc_text(*value.value).value_or("");
}

/// What DVC calls it in the name of a stage.
std::string fragment_of(const DvcGroup& group, std::size_t axis, std::size_t index) {
  const DvcAxis& of = group.axes[axis];
  if (!of.keys.empty() && !group.is_matrix) {
    return of.keys[index];
  }
  const bool has_tables = std::any_of(of.values.begin(), of.values.end(), [](const DvcValue& one) {
    return one.value->is_structured();
  });
  if (group.is_matrix && of.values[index].value->is_structured()) {
    return fmt::format("{}{}", of.name, index);
  }
  return !group.is_matrix && has_tables ? fmt::format("{}", index) : text_of(of.values[index]);
}

}  // namespace

DvcGroup read_dvc_group(const YamlNode& stage, const DvcNames& names, const DvcPlace& place) {
  DvcGroup group;
  GroupReader reader(names, group);
  if (const YamlNode* const foreach = stage.find("foreach")) {
    group.body = stage.find("do");
    for (std::size_t i = 0; i < stage.keys.size(); ++i) {
      if (stage.keys[i] != "foreach" && stage.keys[i] != "do") {
        place.at(stage.keys[i], stage.children[i].line).fail("no key that stands beside foreach");
      }
    }
    if (group.body == nullptr) {
      place.fail("has foreach, but no do");
    }
    group.axes.push_back({kItem, kItem, {}, {}, ""});
    reader.read_axis(*foreach, group.axes.back(), place.at("foreach", foreach->line));
    return group;
  }
  if (stage.find("matrix") == nullptr) {
    place.fail("has do, but no foreach");
  }
  const YamlNode& matrix = *stage.find("matrix");
  group.body = &stage;
  group.is_matrix = true;
  if (matrix.kind != YamlNode::Kind::table || matrix.children.empty()) {
    place.at("matrix", matrix.line).fail("must be a table of lists");
  }
  std::set<std::string> taken;
  std::size_t combinations = 1;
  for (std::size_t i = 0; i < matrix.children.size(); ++i) {
    const auto at = place.at("matrix", matrix.line).at(matrix.keys[i], matrix.children[i].line);
    group.axes.push_back({matrix.keys[i], axis_name(matrix.keys[i], i, taken), {}, {}, ""});
    reader.read_axis(matrix.children[i], group.axes.back(), at);
    if (!group.axes.back().keys.empty()) {
      at.fail("must be a list");
    }
    if (combinations > kMaxDvcMembers / group.axes.back().values.size()) {
      at.fail(fmt::format("more than {} stages", kMaxDvcMembers));
    }
    combinations *= group.axes.back().values.size();
  }
  return group;
}

std::vector<DvcMember> list_members(const DvcGroup& group) {
  std::vector<DvcMember> members{DvcMember{}};
  for (std::size_t axis = 0; axis < group.axes.size(); ++axis) {
    std::vector<DvcMember> wider;
    for (const DvcMember& member : members) {
      for (std::size_t i = 0; i < group.axes[axis].values.size(); ++i) {
        wider.push_back(member);
        wider.back().key += (axis == 0 ? "" : "-") + fragment_of(group, axis, i);
        wider.back().chosen.push_back(i);
      }
    }
    members = std::move(wider);
  }
  std::set<std::string> seen;
  std::vector<DvcMember> last_of_each;
  for (auto member = members.rbegin(); member != members.rend(); ++member) {
    if (seen.insert(member->key).second) {
      last_of_each.push_back(std::move(*member));
    }
  }
  std::reverse(last_of_each.begin(), last_of_each.end());
  return last_of_each;
}

bool can_be_matrix(const DvcGroup& group) {
  return std::all_of(group.axes.begin(), group.axes.end(), [](const DvcAxis& axis) {
    std::set<std::string> seen;
    return axis.keys.empty() &&
           std::all_of(axis.values.begin(), axis.values.end(), [&](const DvcValue& one) {
             const json& value = *one.value;
             return has_same_text(value) && is_plain_word(text_of(one)) &&
                    text_of(one).find("..") == std::string::npos &&
                    seen.insert(text_of(one)).second;
           });
  });
}

std::string matrix_as_toml(const DvcGroup& group) {
  std::vector<std::string> axes;
  for (const DvcAxis& axis : group.axes) {
    std::vector<std::string> values;
    for (const DvcValue& value : axis.values) {
      values.push_back(value.value->is_string() ? toml_text(value.value->get<std::string>())
                                                : config::canonical_json(*value.value));
    }
    axes.push_back(fmt::format(
        "{} = {}",
        axis.ours,
        axis.reference.empty() ? "[" + join(values, ", ") + "]" : toml_text(axis.reference)));
  }
  return "{ " + join(axes, ", ") + " }";
}

std::map<std::string, std::string> matrix_values(const DvcGroup& group, const DvcMember& member) {
  std::map<std::string, std::string> values;
  for (std::size_t i = 0; i < group.axes.size(); ++i) {
    values[group.axes[i].ours] =
        config::canonical_json(*group.axes[i].values[member.chosen[i]].value);
  }
  return values;
}

void add_member_names(const DvcGroup& group,
                      const DvcMember& member,
                      Reference reference,
                      DvcNames& names) {
  json all = json::object();
  std::string key_kept;
  for (std::size_t i = 0; i < group.axes.size(); ++i) {
    const DvcAxis& axis = group.axes[i];
    DvcValue value = axis.values[member.chosen[i]];
    if (reference == Reference::matrix) {
      value.kept = fmt::format("${{matrix.{}}}", axis.ours);
      key_kept += (key_kept.empty() ? "" : "-") + value.kept;
    }
    all[axis.name] = *value.value;
    names.add_local(group.is_matrix ? fmt::format("{}.{}", kItem, axis.name) : kItem, value);
  }
  if (group.is_matrix) {
    names.add_local(kItem, inline_value(std::move(all)));
  }
  if (group.is_matrix || !group.axes.front().keys.empty()) {
    DvcValue key = inline_value(member.key);
    key.kept = key_kept;
    names.add_local(kKey, std::move(key));
  }
}

}  // namespace mlops::pipeline
