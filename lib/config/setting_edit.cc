#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "config/setting_file.h"
#include "config/settings.h"
#include "config/toml.h"
#include "config/toml_scan.h"

namespace mlops::config {

namespace {

using Segments = std::vector<std::string>;

/// Where a key stands in the text, or where it would have to go.
struct Place {
  std::optional<TomlStatement> found;  ///< the assignment itself
  std::size_t insert_at = 0;
  bool table_exists = false;
};

bool fits_at(const Segments& table, const Segments& key, const Segments& name) {
  return table.size() + key.size() == name.size() &&
         std::equal(table.begin(), table.end(), name.begin()) &&
         std::equal(
             key.begin(), key.end(), name.begin() + static_cast<std::ptrdiff_t>(table.size()));
}

Place find_place(std::string_view text, const std::string& file, const Segments& name) {
  const Segments wanted_table(name.begin(), name.end() - 1);
  Place place;
  Segments table;
  for (auto& statement : scan_statements(text, file)) {
    if (statement.kind != TomlStatement::Kind::assignment) {
      table = statement.key;
    } else if (fits_at(table, statement.key, name)) {
      place.found = std::move(statement);
      return place;
    }
    if (table == wanted_table) {
      place.table_exists = true;
      place.insert_at = statement.end;
    }
  }
  return place;
}

std::string header_of(const Segments& name) {
  std::string header;
  for (std::size_t i = 0; i + 1 < name.size(); ++i) {
    header += (header.empty() ? "" : ".") + toml_key(name[i]);
  }
  return "[" + header + "]";
}

std::string line_break_of(std::string_view text) {
  return text.find("\r\n") != std::string_view::npos ? "\r\n" : "\n";
}

/// The text with `value` (TOML) at `name`.
std::string with_value(std::string_view text,
                       const Place& place,
                       const Segments& name,
                       const std::string& value) {
  std::string out(text);
  if (place.found) {
    const auto& at = *place.found;
    out.replace(at.value_begin, at.value_end - at.value_begin, value);
    return out;
  }
  const auto line_break = line_break_of(text);
  if (out.empty()) {
    out = "schema = 1" + line_break;
  }
  const auto line = toml_key(name.back()) + " = " + value + line_break;
  if (place.table_exists) {
    const bool open_line = place.insert_at > 0 && out[place.insert_at - 1] != '\n';
    out.insert(place.insert_at, (open_line ? line_break : "") + line);
    return out;
  }
  if (!out.ends_with('\n')) {
    out += line_break;
  }
  return out + header_of(name) + line_break + line;
}

/// Without the header of a table that has neither a key nor a comment, and the blank lines below.
std::string without_empty_table(std::string text, const std::string& file, const Segments& table) {
  const auto statements = scan_statements(text, file);
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const TomlStatement& header = statements[i];
    const std::size_t end = i + 1 < statements.size() ? statements[i + 1].begin : text.size();
    const bool is_last_of_table =
        end == text.size() || statements[i + 1].kind != TomlStatement::Kind::assignment;
    const std::string_view all = std::string_view(text).substr(header.begin, end - header.begin);
    if (header.kind == TomlStatement::Kind::header && header.key == table && is_last_of_table &&
        all.find('#') == std::string_view::npos) {
      text.erase(header.begin, end - header.begin);
      break;
    }
  }
  return text;
}

std::string value_as_toml(const SettingKey& key, std::string_view value) {
  return key.type == "bool" ? std::string(value) : toml_string(value);
}

/// What a file says, by name.
std::map<std::string, std::string> meaning(std::string_view text, const std::string& file) {
  std::map<std::string, std::string> values;
  for (const auto& entry : read_setting_entries(text, file)) {
    const auto& value = entry.value;
    values[entry.name()] = value.is(Value::Kind::boolean)   ? (value.as_bool() ? "true" : "false")
                           : value.is(Value::Kind::integer) ? std::to_string(value.as_integer())
                                                            : value.as_string();
  }
  return values;
}

}  // namespace

std::string edit_setting(std::string_view text,
                         const std::string& file,
                         std::string_view name,
                         std::optional<std::string_view> value) {
  const auto resolved = resolve_setting(name);
  if (value) {
    check_setting(*resolved.key, *value, resolved.name);
  }
  auto expected = meaning(text, file);
  const auto place = find_place(text, file, resolved.segments);
  std::string edited(text);
  if (value) {
    expected[resolved.name] = *value;
    edited = with_value(text, place, resolved.segments, value_as_toml(*resolved.key, *value));
  } else if (expected.erase(resolved.name) > 0 && place.found) {
    edited.erase(place.found->begin, place.found->end - place.found->begin);
    edited = without_empty_table(
        std::move(edited), file, {resolved.segments.begin(), resolved.segments.end() - 1});
  }
  // The edit worked on bytes; what it means must be the old meaning and the one change.
  if (meaning(edited, file) != expected) {
    throw Error(ErrorKind::config,
                fmt::format("{}: {} cannot be edited in place", file, resolved.name),
                "edit the file by hand");
  }
  return edited;
}

}  // namespace mlops::config
