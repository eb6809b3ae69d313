#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "pipeline/parse_stage.h"
#include "pipeline/path.h"

namespace mlops::pipeline {

namespace {

using config::Table;
using config::Value;

/// "path" or { path = …, persist = …, cache = … }; a plot also has its axes, which reports read.
Out read_out(const Value& value, OutKind kind) {
  Out out;
  out.kind = kind;
  if (value.is(Value::Kind::string)) {
    out.path = read_path(value);
    return out;
  }
  const auto table = value.as_table();
  out.path = read_path(table.require("path"));
  if (kind == OutKind::data) {
    out.persist = table.find_bool("persist").value_or(false);
    out.cache = table.find_bool("cache").value_or(true);
  }
  if (kind == OutKind::plot) {
    table.find_string("x");
    table.find_string("y");
  }
  table.finish();
  return out;
}

bool is_out_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxName &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos;
}

void read_named_outs(const Table& names, Stage& stage) {
  for (const auto& name : names.keys()) {
    const auto value = names.require(name);
    if (!is_out_name(name)) {
      value.fail(fmt::format("{} is not a name of an out", quote(name)),
                 "names are made of a-z, 0-9, '_' and '-'");
    }
    auto out = read_out(value, OutKind::data);
    out.name = name;
    stage.outs.push_back(std::move(out));
  }
}

void read_list(const Value& list, OutKind kind, Stage& stage) {
  for (const auto& value : list.as_array()) {
    stage.outs.push_back(read_out(value, kind));
  }
}

void check_outs(const StageKeys& keys, const Stage& stage) {
  std::set<std::string> paths;
  for (const auto& out : stage.outs) {
    if (out.path == ".") {
      keys.own().fail("the top of the repository cannot be an out");
    }
    if (!paths.insert(out.path).second) {
      keys.own().fail(fmt::format("{} is declared twice", quote(out.path)));
    }
  }
}

/// A persistent out is what stays when an attempt fails: on this machine that is all it takes.
void read_checkpoint(const Value& checkpoint, const Stage& stage) {
  const auto table = checkpoint.as_table();
  const auto path = read_path(table.require("path"));
  const bool is_kept = std::any_of(stage.outs.begin(), stage.outs.end(), [&](const Out& out) {
    return out.persist && is_same_or_inside(path, out.path);
  });
  if (!is_kept) {
    table.require("path").fail(
        fmt::format("{} is in no persistent out", quote(path)),
        "add { path = " + config::toml_string(path) + ", persist = true, cache = false } to outs");
  }
  if (const auto every = table.find("every"); every) {
    read_duration(*every);
  }
  table.finish();
}

}  // namespace

void read_outs(const StageKeys& keys, Stage& stage) {
  if (const auto outs = keys.find("outs"); outs) {
    if (outs->is(Value::Kind::table)) {
      read_named_outs(outs->as_table(), stage);
    } else {
      read_list(*outs, OutKind::data, stage);
    }
  }
  if (const auto metrics = keys.find("metrics"); metrics) {
    read_list(*metrics, OutKind::metrics, stage);
  }
  if (const auto plots = keys.find("plots"); plots) {
    read_list(*plots, OutKind::plot, stage);
  }
  if (const auto checkpoint = keys.find("checkpoint"); checkpoint) {
    read_checkpoint(*checkpoint, stage);
  }
  check_outs(keys, stage);
}

}  // namespace mlops::pipeline
