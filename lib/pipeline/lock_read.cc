#include "pipeline/lock_read.h"

#include "base/error.h"
#include "base/text.h"
#include "pipeline/run.h"
#include "workspace/data_sets.h"
#include "workspace/tree_write.h"

namespace mlops::pipeline {

namespace {

/// Git may have a sound one; what is gone, a run finds in the cache and writes again.
std::string mending_step(const workspace::Workspace& workspace,
                         std::string_view text,
                         const std::string& file) {
  const workspace::IndexView index(workspace.repository());
  const std::string shown = workspace.to_display(file);
  return index.has_file(file) && index.blob(file) != workspace.repository().hash_blob(text)
             ? shell_join({"git", "checkout", "--", shown})
             : "mend it, or: " + shell_join({"rm", "--", shown}) +
                   " && mlops run   (writes it anew)";
}

}  // namespace

workspace::Lock read_lock(const workspace::Workspace& workspace, std::string_view pipeline_file) {
  const std::string file = lock_file_of(pipeline_file);
  const auto text = workspace::read_text(workspace.tree(), file, workspace::kMaxLockBytes);
  return text ? parse_lock_of(workspace, *text, file) : workspace::Lock{};
}

workspace::Lock parse_lock_of(const workspace::Workspace& workspace,
                              std::string_view text,
                              const std::string& file) {
  try {
    return workspace::parse_lock(text, file);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::config || !error.hint().empty()) {
      throw;
    }
    Error named(error.kind(), error.message(), mending_step(workspace, text, file));
    for (const std::string& line : error.context()) {
      named.add_context(line);
    }
    throw named;
  }
}

}  // namespace mlops::pipeline
