#include "pipeline/metrics.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "codec/bytes.h"
#include "config/params.h"
#include "pipeline/graph.h"
#include "pipeline/run.h"
#include "pipeline/run_version.h"
#include "workspace/revision.h"

namespace mlops::pipeline {

namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxTextBytes = 16ULL << 20U;
constexpr std::size_t kMaxFigures = 100'000;

void add_flat(const json& value, const std::string& name, Figures& figures) {
  if (value.is_object()) {
    for (const auto& [key, element] : value.items()) {
      add_flat(element, name.empty() ? key : fmt::format("{}.{}", name, key), figures);
    }
    return;
  }
  if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      add_flat(value[i], fmt::format("{}[{}]", name, i), figures);
    }
    return;
  }
  if (figures.size() == kMaxFigures) {
    throw Error(ErrorKind::config, fmt::format("more than {} figures", kMaxFigures));
  }
  figures[name] = config::canonical_json(value);
}

/// Declared by the stages of that version, with its params.
std::set<std::string> declared_files(const workspace::Revision& version,
                                     const std::string& pipeline_file) {
  const auto text = version.read_text(pipeline_file, kMaxTextBytes);
  std::set<std::string> paths;
  if (!text) {
    return paths;
  }
  const auto pipeline = parse_pipeline(*text, pipeline_file);
  config::Params params;
  for (const auto& file : pipeline.params_files) {
    if (const auto values = version.read_text(file, kMaxTextBytes)) {
      params.merge_text(*values, file);
    }
  }
  const auto graph = build_graph(pipeline, params);
  for (const auto& instance : graph.instances) {
    for (const auto& out : instance.outs) {
      if (out.kind == OutKind::metrics) {
        paths.insert(out.path);
      }
    }
  }
  return paths;
}

std::string read_whole(const workspace::Revision& version, const std::string& path) {
  std::string text;
  version.read(path, [&](std::span<const std::uint8_t> piece) {
    if (text.size() + piece.size() > kMaxTextBytes) {
      throw Error(ErrorKind::config, fmt::format("{} is no metrics file: too large", quote(path)));
    }
    text.append(codec::as_text(piece));
  });
  return text;
}

/// Python writes NaN, Infinity and -Infinity, which JSON does not have: they become text.
std::string quote_non_finite(std::string_view text) {
  constexpr std::array<std::string_view, 3> kWords{"NaN", "Infinity", "-Infinity"};
  std::string quoted;
  quoted.reserve(text.size());
  bool is_in_text = false;
  for (std::size_t at = 0; at < text.size();) {
    const auto rest = text.substr(at);
    const auto* const word = std::find_if(kWords.begin(), kWords.end(), [&](auto one) {
      return !is_in_text && rest.starts_with(one);
    });
    if (word != kWords.end()) {
      quoted.append("\"").append(*word).append("\"");
      at += word->size();
      continue;
    }
    const std::size_t length = is_in_text && rest.front() == '\\' && rest.size() > 1 ? 2 : 1;
    is_in_text = is_in_text != (rest.front() == '"');
    quoted.append(rest.substr(0, length));
    at += length;
  }
  return quoted;
}

void read_files(const workspace::Revision& version,
                const std::string& pipeline_file,
                Metrics& metrics) {
  for (const auto& path : declared_files(version, pipeline_file)) {
    if (version.locate(path).origin == workspace::Revision::Origin::absent) {
      metrics.missing.push_back(path);
      continue;
    }
    config::Params values;
    const auto text = read_whole(version, path);
    values.merge_text(path.ends_with(".json") ? quote_non_finite(text) : text, path);
    metrics.files[path] = flatten(values);
  }
}

std::optional<double> as_number(const std::string& text) {
  const auto value = text.empty() ? json() : json::parse(text);
  return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

const std::string& text_of(const Figures& figures, const std::string& name) {
  static const std::string kNothing;
  const auto found = figures.find(name);
  return found == figures.end() ? kNothing : found->second;
}

}  // namespace

Figures flatten(const config::Params& values) {
  Figures figures;
  add_flat(values.all(), "", figures);
  return figures;
}

Metrics read_metrics(workspace::Workspace& workspace,
                     const std::optional<std::string>& revision,
                     const std::string& pipeline_file) {
  const auto version = open_version(workspace, revision, {lock_file_of(pipeline_file)});
  Metrics metrics;
  metrics.version = version.name();
  try {
    read_files(version, pipeline_file, metrics);
  } catch (Error& error) {
    error.add_context(fmt::format("in {}", quote(metrics.version)));
    throw;
  }
  return metrics;
}

std::vector<FigureChange> compare_figures(const FiguresByFile& before, const FiguresByFile& after) {
  std::map<std::string, std::set<std::string>> names;
  for (const auto* files : {&before, &after}) {
    for (const auto& [file, figures] : *files) {
      for (const auto& [name, value] : figures) {
        names[file].insert(name);
      }
    }
  }
  static const Figures kNone;
  const auto figures_of = [](const FiguresByFile& files,
                             const std::string& file) -> const Figures& {
    const auto found = files.find(file);
    return found == files.end() ? kNone : found->second;
  };
  std::vector<FigureChange> changes;
  for (const auto& [file, all] : names) {
    for (const auto& name : all) {
      FigureChange change{file,
                          name,
                          text_of(figures_of(before, file), name),
                          text_of(figures_of(after, file), name),
                          std::nullopt};
      const auto old_number = as_number(change.before);
      const auto new_number = as_number(change.after);
      if (old_number && new_number) {
        change.change = *new_number - *old_number;
      }
      changes.push_back(std::move(change));
    }
  }
  return changes;
}

std::vector<FigureChange> compare_metrics(const Metrics& before, const Metrics& after) {
  return compare_figures(before.files, after.files);
}

}  // namespace mlops::pipeline
