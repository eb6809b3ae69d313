#include "report/data_change.h"

#include <nlohmann/json.hpp>

namespace mlops::report {
namespace {

using Json = nlohmann::ordered_json;
using workspace::ChangeKind;
using workspace::DataSetChange;

Json path_or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json amount(const workspace::DataAmount& amount) {
  return {{"files", amount.files}, {"bytes", amount.bytes}};
}

}  // namespace

std::string status_letters(ChangeKind change) {
  switch (change) {
    case ChangeKind::added:
      return "A";
    case ChangeKind::removed:
      return "D";
    case ChangeKind::changed:
      return "M";
    case ChangeKind::renamed:
      return "R100";
  }
  return "M";
}

Json files_json(const std::vector<workspace::FileChange>& files) {
  Json changes = Json::array();
  for (const workspace::FileChange& file : files) {
    changes.push_back({{"path", file.path},
                       {"old_path", path_or_null(file.old_path)},
                       {"change", to_string(file.change)},
                       {"bytes_before", file.old_bytes},
                       {"bytes_after", file.new_bytes}});
  }
  return changes;
}

Json data_set_json(const DataSetChange& set, WithFiles with_files) {
  const DataSetChange::Counts counts = set.count();
  return {{"path", set.path},
          {"old_path", path_or_null(set.old_path)},
          {"change", to_string(set.change)},
          {"kind", set.is_directory ? "directory" : "file"},
          {"before", amount(set.before)},
          {"after", amount(set.after)},
          {"added", counts.added},
          {"removed", counts.removed},
          {"changed", counts.changed},
          {"renamed", counts.renamed},
          {"changes", with_files == WithFiles::yes ? files_json(set.files) : Json()}};
}

}  // namespace mlops::report
