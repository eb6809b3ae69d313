#include "pipeline/dvc_convert.h"

#include "config/params.h"
#include "pipeline/graph.h"
#include "pipeline/pipeline.h"
#include "pipeline/run.h"
#include "workspace/data_sets.h"
#include "workspace/dvc_files.h"
#include "workspace/tree_path.h"
#include "workspace/tree_write.h"

namespace mlops::pipeline {

namespace {

DvcParamFiles::Read reader_of(workspace::Workspace& workspace) {
  return [&workspace](const std::string& path) {
    return workspace::read_text(workspace.tree(), path, kMaxDvcParamsBytes);
  };
}

}  // namespace

std::optional<DvcConversion> DvcConversion::read(workspace::Workspace& workspace,
                                                 const std::vector<std::string>& shell) {
  const git::Repository& repository = workspace.repository();
  const workspace::IndexView index(repository);
  DvcConversion conversion;
  DvcSources sources;
  for (const git::TreeEntry& entry : index.entries()) {
    const bool is_file =
        entry.kind == git::EntryKind::file || entry.kind == git::EntryKind::executable;
    if (!is_file || workspace::leaf_of(entry.path) != workspace::kDvcPipeline) {
      continue;
    }
    sources.files.push_back({entry.path, repository.read_blob(entry.oid, kMaxDvcPipelineBytes)});
    conversion.replaced_.push_back(entry.path);
    const std::string lock =
        workspace::join_path(workspace::parent_of(entry.path), workspace::kDvcLock);
    if (index.has_file(lock)) {
      conversion.locks_[entry.path] =
          repository.read_blob(index.blob(lock), workspace::kMaxDvcLockBytes);
      conversion.replaced_.push_back(lock);
    }
  }
  if (sources.files.empty()) {
    return std::nullopt;
  }
  sources.read = reader_of(workspace);
  sources.is_tracked = [&](const std::string& path) {
    return index.has_file(path) || index.has_directory(path);
  };
  sources.shell = shell;
  conversion.translation_ = translate_dvc(sources, kFile);
  return conversion;
}

std::vector<std::string> DvcConversion::written() {
  return {kFile, lock_file_of(kFile)};
}

DvcResults DvcConversion::take_over(workspace::Workspace& workspace,
                                    const std::map<std::string, std::string>& environment,
                                    Progress& progress,
                                    const CancelToken& cancel) const {
  const Pipeline pipeline = parse_pipeline(translation_.text, kFile);
  config::Params params;
  for (const std::string& file : pipeline.params_files) {
    params.merge_text(reader_of(workspace)(file).value_or(""), file);
  }
  const Graph graph = build_graph(pipeline, params);
  RunOptions options;
  options.mode = RunMode::dry_run;
  options.environment = environment;
  const RunContext context{workspace,
                           pipeline,
                           graph,
                           std::vector<bool>(graph.instances.size(), true),
                           options,
                           progress,
                           cancel};
  return take_over_results(context, translation_.instances, locks_);
}

std::map<std::string, std::string> DvcConversion::texts(const DvcResults& results) const {
  std::map<std::string, std::string> texts{{kFile, translation_.text}};
  if (!results.lock.empty()) {
    texts[lock_file_of(kFile)] = results.lock;
  }
  return texts;
}

}  // namespace mlops::pipeline
