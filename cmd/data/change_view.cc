#include "data/change_view.h"

#include "report/data_change.h"

namespace mlops::data {
namespace {

using workspace::ChangeKind;

}  // namespace

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
  return report::status_letters(change) + '\0' +
         (old_path.empty() ? std::string() : old_path + '\0') + path + '\0';
}

}  // namespace mlops::data
