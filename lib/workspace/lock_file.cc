#include "workspace/lock_file.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "config/params.h"
#include "config/toml.h"
#include "workspace/tracked_text.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

namespace {

using nlohmann::json;

constexpr std::string_view kFirstWords = "# written by mlops run";

// ---- values: canonical JSON <-> TOML. What TOML cannot hold exactly (null, tables, integers
// beyond 64 bits, NUL) or not within our limit of depth stands as { json = "…" }; a table of the
// user stands so too, so nothing is ambiguous.

constexpr int kMaxNativeDepth = 4;  ///< of lists: parse_tracked reads no deeper
constexpr int kMaxJsonDepth = 32;   ///< as in parameter files

bool is_native(const json& value, int depth = kMaxNativeDepth) {
  switch (value.type()) {
    case json::value_t::string:
      return value.get_ref<const std::string&>().find('\0') == std::string::npos;
    case json::value_t::boolean:
    case json::value_t::number_integer:
    case json::value_t::number_float:
      return true;
    case json::value_t::number_unsigned:
      return value.get<std::uint64_t>() <=
             static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    case json::value_t::array:
      return depth > 0 && std::all_of(value.begin(), value.end(), [&](const json& element) {
               return is_native(element, depth - 1);
             });
    default:
      return false;
  }
}

std::string native_text(const json& value) {
  if (value.is_string()) {
    return config::toml_string(value.get_ref<const std::string&>());
  }
  if (!value.is_array()) {
    return config::canonical_json(value);
  }
  std::vector<std::string> parts;
  for (const json& element : value) {
    parts.push_back(native_text(element));
  }
  return "[" + join(parts, ", ") + "]";
}

std::string param_text(const std::string& canonical) {
  const json value = json::parse(canonical, nullptr, false);
  if (value.is_discarded()) {
    throw Error(ErrorKind::internal, "a parameter of the lock is not JSON: " + quote(canonical));
  }
  return is_native(value) ? native_text(value)
                          : fmt::format("{{ json = {} }}", config::toml_string(canonical));
}

json native_json(const config::Value& value) {
  using Kind = config::Value::Kind;
  switch (value.kind()) {
    case Kind::string:
      return value.as_string();
    case Kind::integer:
      return value.as_integer();
    case Kind::number:
      return value.as_number();
    case Kind::boolean:
      return value.as_bool();
    case Kind::array: {
      json array = json::array();
      for (const config::Value& element : value.as_array()) {
        array.push_back(native_json(element));
      }
      return array;
    }
    default:
      value.fail("must be a string, a number, true or false, or an array of them");
  }
}

std::string param_json(const config::Value& value) {
  if (!value.is(config::Value::Kind::table)) {
    return config::canonical_json(native_json(value));
  }
  const config::Table table = value.as_table();
  const config::Value text = table.require("json");
  table.finish();
  // Bounded while it is parsed: what comes after recurses.
  const auto check_depth = [&](int depth, json::parse_event_t, const json&) {
    if (depth > kMaxJsonDepth) {
      text.fail(fmt::format("is JSON nested deeper than {} levels", kMaxJsonDepth));
    }
    return true;
  };
  const json parsed = json::parse(text.as_string(), check_depth, false);
  if (parsed.is_discarded()) {
    text.fail("is not JSON");
  }
  return config::canonical_json(parsed);
}

std::string matrix_text(const config::Value& value) {
  if (value.is(config::Value::Kind::array) || value.is(config::Value::Kind::table)) {
    value.fail("must be a string, a number, true or false");
  }
  return native_text(native_json(value));
}

// ---- reading

/// Outs are written by checkout: the rules of data. Deps are only read, .git/HEAD may be one.
std::string read_out_path(const config::Table& table) {
  const config::Value value = table.require("path");
  std::string path = value.as_string();
  if (const std::string problem = path_problem(path); !problem.empty()) {
    value.fail(fmt::format("{} {}", quote(path), problem));
  }
  return path;
}

std::string read_dep_path(const config::Table& table) {
  const config::Value value = table.require("path");
  std::string path = value.as_string();
  for (const std::string_view component : split(path, '/')) {
    if (component.empty() || component == "." || component == "..") {
      value.fail(fmt::format("{} is not a plain path below the top", quote(path)));
    }
  }
  return path;
}

store::ObjectId read_root(const config::Value& value) {
  const auto root = store::parse_root(value.as_string());
  if (!root) {
    value.fail("must be 'r1:' and 64 hex digits");
  }
  return *root;
}

bool is_blob_id(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

LockedDep read_dep(const config::Table& table) {
  LockedDep dep;
  dep.path = read_dep_path(table);
  const auto root = table.find("root");
  const auto git = table.find("git");
  if (root.has_value() == git.has_value()) {
    table.fail("must have either root or git");
  }
  if (root) {
    dep.root = read_root(*root);
  } else {
    dep.git = git->as_string();
    if (!is_blob_id(dep.git)) {
      git->fail("must be a git object id");
    }
  }
  table.finish();
  return dep;
}

LockedOut read_out(const config::Table& table) {
  LockedOut out;
  out.path = read_out_path(table);
  out.root = read_root(table.require("root"));
  out.files = read_count(table, "files");
  out.bytes = read_count(table, "bytes");
  table.finish();
  return out;
}

template <typename Entry, typename Reader>
std::vector<Entry> read_entries(const config::Table& table, std::string_view key, Reader reader) {
  std::vector<Entry> entries;
  if (const auto list = table.find(key)) {
    for (const config::Value& value : list->as_array()) {
      entries.push_back(reader(value.as_table()));
    }
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return a.path < b.path;
  });
  const auto twice =
      std::adjacent_find(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return a.path == b.path;
      });
  if (twice != entries.end()) {
    table.fail(fmt::format("{} names {} twice", key, quote(twice->path)));
  }
  return entries;
}

template <typename Reader>
std::map<std::string, std::string> read_map(const config::Table& table,
                                            std::string_view key,
                                            Reader reader) {
  std::map<std::string, std::string> map;
  if (const auto values = table.find_table(key)) {
    for (const std::string& name : values->keys()) {
      map.emplace(name, reader(values->require(name)));
    }
  }
  return map;
}

LockedInstance read_instance(const config::Table& table) {
  static const std::array<std::string, 4> kGrades = {"strong", "pinned", "observed", "weak"};
  LockedInstance instance;
  instance.stage = table.require("stage").as_string();
  instance.matrix = read_map(table, "matrix", matrix_text);
  const config::Value cmd = table.require("cmd");
  instance.shell = cmd.is(config::Value::Kind::string);
  instance.cmd = instance.shell ? std::vector<std::string>{cmd.as_string()} : cmd.as_strings();
  if (instance.cmd.empty()) {
    cmd.fail("must not be empty");
  }
  instance.params = read_map(table, "params", param_json);
  instance.environment = table.require("environment").as_string();
  table.require("grade");
  instance.grade = table.find_choice("grade", kGrades).value_or("");
  instance.deps = read_entries<LockedDep>(table, "deps", read_dep);
  instance.outs = read_entries<LockedOut>(table, "outs", read_out);
  table.finish();
  return instance;
}

bool comes_before(const LockedInstance& a, const LockedInstance& b) {
  return std::tie(a.stage, a.matrix) < std::tie(b.stage, b.matrix);
}

/// One instance, one entry; one path, one maker: else a bad merge would decide by its order.
void refuse_repeats(const Lock& lock, const std::string& file) {
  std::set<std::string_view> outs;
  const LockedInstance* before = nullptr;
  for (const LockedInstance& instance : lock.instances) {
    if (before != nullptr && before->stage == instance.stage && before->matrix == instance.matrix) {
      throw Error(
          ErrorKind::config,
          fmt::format(
              "{}: has two entries of the same instance of stage {}", file, quote(instance.stage)),
          "remove both, then: mlops run");
    }
    before = &instance;
    for (const LockedOut& out : instance.outs) {
      if (!outs.insert(out.path).second) {
        throw Error(ErrorKind::config,
                    fmt::format("{}: two instances make {}", file, quote(out.path)),
                    "remove both, then: mlops run");
      }
    }
  }
}

// ---- writing

template <typename Formatter>
std::string inline_table(const std::map<std::string, std::string>& map, Formatter formatter) {
  if (map.empty()) {
    return "{}";
  }
  std::vector<std::string> parts;
  parts.reserve(map.size());
  for (const auto& [name, value] : map) {
    parts.push_back(config::toml_key(name) + " = " + formatter(value));
  }
  return "{ " + join(parts, ", ") + " }";
}

template <typename Entry, typename Formatter>
std::string entry_list(std::vector<Entry> entries, Formatter formatter) {
  if (entries.empty()) {
    return "[]";
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return a.path < b.path;
  });
  std::string text = "[\n";
  for (const Entry& entry : entries) {
    text += "  " + formatter(entry) + ",\n";
  }
  return text + "]";
}

std::string dep_text(const LockedDep& dep) {
  const std::string path = config::toml_string(dep.path);
  return dep.root
             ? fmt::format("{{ path = {}, root = \"{}\" }}", path, store::format_root(*dep.root))
             : fmt::format("{{ path = {}, git = {} }}", path, config::toml_string(dep.git));
}

std::string out_text(const LockedOut& out) {
  return fmt::format("{{ path = {}, root = \"{}\", files = {}, bytes = {} }}",
                     config::toml_string(out.path),
                     store::format_root(out.root),
                     out.files,
                     out.bytes);
}

std::string cmd_text(const LockedInstance& instance) {
  if (instance.shell) {
    return config::toml_string(instance.cmd.at(0));
  }
  std::vector<std::string> words;
  for (const std::string& word : instance.cmd) {
    words.push_back(config::toml_string(word));
  }
  return "[" + join(words, ", ") + "]";
}

std::string instance_text(const LockedInstance& instance) {
  return fmt::format(
      "\n[[instance]]\n"
      "stage = {}\n"
      "matrix = {}\n"
      "cmd = {}\n"
      "params = {}\n"
      "environment = {}\n"
      "grade = {}\n"
      "deps = {}\n"
      "outs = {}\n",
      config::toml_string(instance.stage),
      inline_table(instance.matrix, [](const std::string& text) { return text; }),
      cmd_text(instance),
      inline_table(instance.params, param_text),
      config::toml_string(instance.environment),
      config::toml_string(instance.grade),
      entry_list(instance.deps, dep_text),
      entry_list(instance.outs, out_text));
}

}  // namespace

Lock parse_lock(std::string_view text, const std::string& file) {
  const config::Table table = parse_tracked(text, file, kMaxLockBytes);
  Lock lock;
  for (const config::Table& instance : table.find_tables("instance")) {
    lock.instances.push_back(read_instance(instance));
  }
  table.finish();
  std::sort(lock.instances.begin(), lock.instances.end(), comes_before);
  refuse_repeats(lock, file);
  return lock;
}

bool looks_like_lock(std::string_view text) {
  return text.starts_with(kFirstWords) || !store::find_roots_in(text).empty();
}

std::string format_lock(const Lock& lock) {
  std::vector<const LockedInstance*> sorted;
  for (const LockedInstance& instance : lock.instances) {
    sorted.push_back(&instance);
  }
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) {
    return comes_before(*a, *b);
  });
  std::string text = fmt::format("{}; commit it\nschema = {}\n", kFirstWords, kTrackedSchema);
  for (const LockedInstance* instance : sorted) {
    text += instance_text(*instance);
  }
  return text;
}

}  // namespace mlops::workspace
