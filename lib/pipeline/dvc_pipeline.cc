#include "pipeline/dvc_pipeline.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "config/params.h"
#include "config/yaml_tree.h"
#include "pipeline/dvc_group.h"
#include "pipeline/graph.h"
#include "pipeline/pipeline.h"

namespace mlops::pipeline {

namespace {

using config::YamlNode;

constexpr std::uint32_t kMaxDvcDepth = 32;
constexpr std::size_t kMaxProblems = 20;
constexpr std::size_t kMaxText = 4U << 20U;

/// Names that our format takes: lower case, short, each once.
class StageNames {
 public:
  std::string make(const std::string& of_dvc) {
    std::string name;
    for (const char c : to_lower_ascii(of_dvc)) {
      const bool is_kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (is_kept || (!name.empty() && name.back() != '-')) {
        name += is_kept ? c : '-';
      }
    }
    name = shortened(name, kMaxName);
    const std::string first = name.empty() ? "stage" : name;
    name = first;
    for (int i = 2; !taken_.insert(name).second; ++i) {
      const std::string suffix = fmt::format("-{}", i);
      name = shortened(first, kMaxName - suffix.size()) + suffix;
    }
    return name;
  }

 private:
  static std::string shortened(std::string name, std::size_t size) {
    name.resize(std::min(name.size(), size));
    while (name.ends_with('-')) {
      name.pop_back();
    }
    return name;
  }
  std::set<std::string> taken_;
};

std::string dvc_directory(const std::string& file) {
  const auto slash = file.rfind('/');
  return slash == std::string::npos ? "" : file.substr(0, slash);
}

class Translator {
 public:
  explicit Translator(const DvcSources& sources) : sources_(sources), files_(sources.read) {}

  DvcTranslation run(const std::string& pipeline_file) {
    for (const DvcPipelineFile& file : sources_.files) {
      attempt([&] { read_file(file); });
    }
    const config::Params params = attempt_params();
    refuse_problems();
    result_.text = text();
    if (result_.text.size() > kMaxText) {
      throw Error(ErrorKind::config,
                  fmt::format("the pipeline would have {} stages in more than 4 MiB",
                              result_.instances.size()));
    }
    check(pipeline_file, params);
    return std::move(result_);
  }

 private:
  template <typename Step>
  void attempt(Step step) {
    try {
      step();
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::config) {
        throw;
      }
      problems_.push_back(error);
    }
  }

  /// One is told as it is; of several each with its place.
  void refuse_problems() const {
    if (problems_.empty()) {
      return;
    }
    if (problems_.size() == 1) {
      throw Error(problems_.front());
    }
    Error all(
        ErrorKind::config,
        fmt::format("{} things in DVC's pipelines have no counterpart here", problems_.size()),
        problems_.front().hint());
    for (std::size_t i = 0; i < std::min(problems_.size(), kMaxProblems); ++i) {
      all.add_context(problems_[i].message());
    }
    if (problems_.size() > kMaxProblems) {
      all.add_context(fmt::format("and {} more", problems_.size() - kMaxProblems));
    }
    throw all;
  }

  void read_file(const DvcPipelineFile& file) {
    const YamlNode top =
        config::parse_yaml_tree(file.text, file.path, {kMaxDvcPipelineBytes, kMaxDvcDepth});
    static const std::vector<std::string> kKnown{
        "stages", "vars", "params", "metrics", "plots", "artifacts", "datasets"};
    const DvcPlace place{file.path, 0, ""};
    for (std::size_t i = 0; i < top.keys.size(); ++i) {
      if (std::find(kKnown.begin(), kKnown.end(), top.keys[i]) == kKnown.end()) {
        place.at(top.keys[i], top.children[i].line)
            .fail("no key that DVC 3 has", did_you_mean(top.keys[i], kKnown));
      }
    }
    const std::string directory = dvc_directory(file.path);
    DvcNames names;
    const std::string defaults = directory.empty() ? "params.yaml" : directory + "/params.yaml";
    if (const auto values = files_.find(defaults)) {
      names.add_file(defaults, values, {}, place);
    }
    if (const YamlNode* const vars = top.find("vars"); vars != nullptr && !vars->is_null()) {
      add_dvc_vars(*vars, directory, place.at("vars", vars->line), files_, names);
    }
    DvcSurroundings surroundings{files_, sources_.is_tracked, sources_.shell, {}};
    read_views(top, directory, names, place, surroundings);
    const YamlNode* const stages = top.find("stages");
    if (stages == nullptr || stages->is_null()) {
      return;
    }
    const DvcPlace at = place.at("stages", stages->line);
    if (stages->kind != YamlNode::Kind::table) {
      at.fail("must be a table");
    }
    for (std::size_t i = 0; i < stages->keys.size(); ++i) {
      const YamlNode& body = stages->children[i];
      const DvcPlace stage = at.at(stages->keys[i], body.line);
      attempt([&] {
        if (body.kind != YamlNode::Kind::table) {
          stage.fail("must be a table");
        }
        read_stage({body, stage, directory, names, "", ""}, stages->keys[i], surroundings);
      });
    }
  }

  /// What only `dvc metrics`, `dvc plots` and the model registry read.
  void read_views(const YamlNode& top,
                  const std::string& directory,
                  const DvcNames& names,
                  const DvcPlace& place,
                  DvcSurroundings& surroundings) {
    for (const char* const key : {"params", "metrics", "plots", "artifacts", "datasets"}) {
      const YamlNode* const view = top.find(key);
      if (view == nullptr || view->is_null() || view->children.empty()) {
        continue;
      }
      result_.remarks.push_back(fmt::format(
          "{} of {}, which its views read: {}", key, place.file, view->to_json().dump()));
      for (const YamlNode& child : view->children) {
        const std::string* const text = child.text();
        if (std::string_view(key) == "metrics" && text != nullptr) {
          DvcUses unused;
          const DvcPlace at = place.at(key, child.line);
          surroundings.shown_metrics.insert(place_dvc_path(
              directory,
              render_dvc_text(*text, names, DvcTextKind::path, at, unused).resolved(),
              at));
        }
      }
    }
  }

  void read_stage(const DvcStageSource& source,
                  const std::string& name,
                  const DvcSurroundings& surroundings) {
    if (source.body.find("foreach") == nullptr && source.body.find("matrix") == nullptr &&
        source.body.find("do") == nullptr) {
      add_single(source, name, surroundings);
      return;
    }
    const DvcGroup group = read_dvc_group(source.body, source.names, source.place);
    if (group.body->kind != YamlNode::Kind::table) {
      source.place.fail("must be a table");
    }
    if (!can_be_matrix(group) || !add_as_matrix(group, source, name, surroundings)) {
      add_unfolded(group, source, name, surroundings);
    }
  }

  std::string make_name(const std::string& of_dvc) {
    std::string name = names_.make(of_dvc);
    if (name != of_dvc) {
      result_.renamed[of_dvc] = name;
    }
    return name;
  }

  void add_single(DvcStageSource source,
                  const std::string& name,
                  const DvcSurroundings& surroundings) {
    source.name = make_name(name);
    add(translate_dvc_stage(source, surroundings));
    result_.instances.push_back(
        {source.place.file, name, source.name, {}, resolve_dvc_command(source, surroundings)});
  }

  /// False where values of the axes stand in places that a matrix cannot fill.
  bool add_as_matrix(const DvcGroup& group,
                     const DvcStageSource& outer,
                     const std::string& name,
                     const DvcSurroundings& surroundings) {
    const auto members = list_members(group);
    DvcStageSource source{
        *group.body, outer.place, outer.directory, outer.names, "", matrix_as_toml(group)};
    add_member_names(group, members.front(), Reference::matrix, source.names);
    try {
      source.name = "x";
      translate_dvc_stage(source, surroundings);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::config) {
        throw;
      }
      return false;
    }
    source.name = make_name(name);
    DvcStage stage = translate_dvc_stage(source, surroundings);
    stage.uses.kept.insert(stage.uses.kept.end(), group.uses.kept.begin(), group.uses.kept.end());
    add(std::move(stage));
    for (const DvcMember& member : members) {
      DvcStageSource one = source;
      add_member_names(group, member, Reference::matrix, one.names);
      result_.instances.push_back({source.place.file,
                                   name + "@" + member.key,
                                   source.name,
                                   matrix_values(group, member),
                                   resolve_dvc_command(one, surroundings)});
    }
    return true;
  }

  void add_unfolded(const DvcGroup& group,
                    const DvcStageSource& outer,
                    const std::string& name,
                    const DvcSurroundings& surroundings) {
    constexpr std::size_t kMaxUnfolded = 2'000;
    const auto members = list_members(group);
    unfolded_ += members.size();
    if (unfolded_ > kMaxUnfolded) {
      outer.place.fail(fmt::format("would be written out as more than {} stages", kMaxUnfolded),
                       "a foreach over a list of plain words becomes one stage with a matrix");
    }
    for (const DvcMember& member : members) {
      DvcStageSource source{*group.body, outer.place, outer.directory, outer.names, "", ""};
      add_member_names(group, member, Reference::none, source.names);
      add_single(source, name + "@" + member.key, surroundings);
    }
  }

  void add(DvcStage stage) {
    stages_ += stage.toml.text();
    uses_.insert(uses_.end(), stage.uses.kept.begin(), stage.uses.kept.end());
    if (!stage.uses.written_out.empty()) {
      result_.remarks.push_back(fmt::format(
          "stage {}: written out: {}", stage.toml.name(), join(stage.uses.written_out, ", ")));
    }
  }

  /// Our parameters are one table; each name must mean there what it means in its own file.
  config::Params attempt_params() {
    config::Params params;
    std::set<std::string> known;
    for (const DvcParamUse& use : uses_) {
      if (known.insert(use.file).second) {
        params_files_.push_back(use.file);
        params.merge_text(sources_.read(use.file).value_or(""), use.file);
      }
    }
    std::set<std::pair<std::string, std::string>> checked;
    for (const DvcParamUse& use : uses_) {
      if (!checked.emplace(use.file, use.path).second) {
        continue;
      }
      config::Params own;
      own.merge_text(sources_.read(use.file).value_or(""), use.file);
      const auto* const merged = params.find(use.path);
      const auto* const alone = own.find(use.path);
      const bool is_same = merged != nullptr && alone != nullptr &&
                           config::canonical_json(*merged) == config::canonical_json(*alone);
      if (!is_same) {
        attempt([&] {
          use.place.fail(
              fmt::format("another parameter file has {} too, with another value than {}",
                          quote(use.path),
                          quote(use.file)),
              "parameters are one table here: rename one of them");
        });
      }
    }
    return params;
  }

  std::string text() {
    std::string text = "# Made of DVC's pipeline by mlops convert dvc; see man mlops-pipeline.\n";
    text += toml_remark(
        "DVC gave stages all of your variables. Here they get HOME, PATH, TMPDIR and TZ, and what");
    text += toml_remark(
        "env names: default = { env = { pass = [\"CUDA_VISIBLE_DEVICES\"] } } gives one to all.");
    if (!params_files_.empty()) {
      text += toml_remark(
          "With --isolated, where CI is set too, a stage that reads a parameter file by itself has "
          "to");
      text += toml_remark("name it in deps; MLOPS_PARAMS names a file with what params has.");
    }
    for (const std::string& remark : result_.remarks) {
      text += toml_remark(remark);
    }
    text += "schema = 1\n";
    std::vector<std::string> files;
    for (const std::string& file : params_files_) {
      files.push_back(toml_text(file));
    }
    if (!files.empty()) {
      text += fmt::format("params = [{}]\n", join(files, ", "));
    }
    return text + stages_;
  }

  /// What DVC accepts and our parser does not is our limit, or DVC's error: told, not written.
  void check(const std::string& file, const config::Params& params) const {
    try {
      const Pipeline pipeline = parse_pipeline(result_.text, file);
      build_graph(pipeline, params);
    } catch (Error& error) {
      error.add_context(fmt::format("in the {} that it would become", quote(file)));
      throw;
    }
  }

  const DvcSources& sources_;
  DvcParamFiles files_;
  StageNames names_;
  DvcTranslation result_;
  std::vector<Error> problems_;
  std::vector<DvcParamUse> uses_;
  std::vector<std::string> params_files_;
  std::string stages_;
  std::size_t unfolded_ = 0;
};

}  // namespace

DvcTranslation translate_dvc(const DvcSources& sources, const std::string& pipeline_file) {
  return Translator(sources).run(pipeline_file);
}

}  // namespace mlops::pipeline
