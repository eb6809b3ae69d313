#include "data/change_view.h"

#include <nlohmann/json.hpp>

namespace mlops::data {
namespace {

using workspace::ChangeKind;

nlohmann::ordered_json text_or_null(const std::string& text) {
  return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
}

nlohmann::ordered_json amount(const workspace::DataAmount& amount) {
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

ui::Style style_of(ChangeKind change) {
  switch (change) {
    case ChangeKind::added:
      return ui::Style::green;
    case ChangeKind::removed:
      return ui::Style::red;
    case ChangeKind::changed:
      return ui::Style::yellow;
    case ChangeKind::renamed:
      return ui::Style::cyan;
  }
  return ui::Style::plain;
}

std::string shown_path(app::Context& context, const workspace::DataSetChange& set) {
  const std::string slash = set.is_directory ? "/" : "";
  const std::string path = context.workspace().to_display(set.path) + slash;
  return set.old_path.empty()
             ? path
             : context.workspace().to_display(set.old_path) + slash + " => " + path;
}

std::string raw_record(const workspace::DataStatus& status) {
  std::string text(to_string(status.state));
  return text.append(1, '\0').append(status.path).append(1, '\0');
}

std::string raw_record(ChangeKind change, const std::string& old_path, const std::string& path) {
  return status_letters(change) + '\0' + (old_path.empty() ? std::string() : old_path + '\0') +
         path + '\0';
}

nlohmann::ordered_json to_json(const std::vector<workspace::FileChange>& files) {
  nlohmann::ordered_json changes = nlohmann::ordered_json::array();
  for (const workspace::FileChange& file : files) {
    changes.push_back({{"path", file.path},
                       {"old_path", text_or_null(file.old_path)},
                       {"change", to_string(file.change)},
                       {"bytes_before", file.old_bytes},
                       {"bytes_after", file.new_bytes}});
  }
  return changes;
}

nlohmann::ordered_json to_json(const workspace::DataSetChange& set, WithFiles with_files) {
  const workspace::DataSetChange::Counts counts = set.count();
  nlohmann::ordered_json record{{"path", set.path},
                                {"old_path", text_or_null(set.old_path)},
                                {"change", to_string(set.change)},
                                {"kind", set.is_directory ? "directory" : "file"},
                                {"before", amount(set.before)},
                                {"after", amount(set.after)},
                                {"added", counts.added},
                                {"removed", counts.removed},
                                {"changed", counts.changed},
                                {"renamed", counts.renamed},
                                {"changes", nlohmann::ordered_json()}};
  if (with_files == WithFiles::yes) {
    record["changes"] = to_json(set.files);
  }
  return record;
}

}  // namespace mlops::data
