#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "config/yaml_tree.h"
#include "pipeline/dvc_names.h"
#include "pipeline/dvc_template.h"

namespace mlops::pipeline {

/// What `foreach` or `matrix` makes of one stage.

struct DvcAxis {
  std::string name;  ///< in DVC; of foreach: "item"
  std::string ours;  ///< as our matrix may call it
  std::vector<DvcValue> values;
  std::vector<std::string> keys;  ///< of a foreach over a table: what `${key}` is; else empty
  std::string reference;          ///< "${params.models}" where the list is a parameter
};

struct DvcGroup {
  const config::YamlNode* body = nullptr;  ///< of the stage
  bool is_matrix = false;
  std::vector<DvcAxis> axes;
  DvcUses uses;  ///< of the lists themselves
};

/// One of its stages.
struct DvcMember {
  std::string key;                  ///< "us" of "train@us"
  std::vector<std::size_t> chosen;  ///< of each axis the index of its value
};

inline constexpr std::size_t kMaxDvcMembers = 10'000;

/// Error{config} for lists that are none, are empty or have more than kMaxDvcMembers combinations.
DvcGroup read_dvc_group(const config::YamlNode& stage,
                        const DvcNames& names,
                        const DvcPlace& place);

/// In the order of DVC; of two with one key the last.
std::vector<DvcMember> list_members(const DvcGroup& group);

/// Whether it can be a matrix of ours: scalars that need no quotes, and are one text for both.
bool can_be_matrix(const DvcGroup& group);
/// That matrix as TOML.
std::string matrix_as_toml(const DvcGroup& group);
/// The values of a member as its instance has them: axis → canonical JSON.
std::map<std::string, std::string> matrix_values(const DvcGroup& group, const DvcMember& member);

/// `item` and `key` for one member; with Reference::matrix our file says "${matrix.item}".
enum class Reference { matrix, none };
void add_member_names(const DvcGroup& group,
                      const DvcMember& member,
                      Reference reference,
                      DvcNames& names);

}  // namespace mlops::pipeline
