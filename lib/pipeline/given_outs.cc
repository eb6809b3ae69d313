#include "pipeline/given_outs.h"

#include <algorithm>
#include <set>

#include "pipeline/lock_read.h"
#include "pipeline/locked_form.h"
#include "pipeline/outputs.h"

namespace mlops::pipeline {

namespace {

/// The makers of what `selected` reads, without `selected` itself.
std::set<std::size_t> makers_outside(const RunContext& context,
                                     const std::vector<std::size_t>& selected) {
  std::set<std::size_t> makers;
  for (const auto index : selected) {
    const auto& inputs = context.graph.instances[index].inputs;
    std::copy_if(inputs.begin(), inputs.end(), std::inserter(makers, makers.end()), [&](auto up) {
      return !context.is_selected[up];
    });
  }
  return makers;
}

}  // namespace

GivenOuts find_given_outs(const RunContext& context, const std::vector<std::size_t>& selected) {
  GivenOuts given;
  const auto makers = makers_outside(context, selected);
  if (makers.empty()) {
    return given;
  }
  const auto lock = read_lock(context.workspace, context.pipeline.file);
  for (const auto maker : makers) {
    const auto* locked = find_locked(lock, context.graph.instances[maker]);
    for (std::size_t i = 0; locked != nullptr && i < locked->outs.size(); ++i) {
      const auto& out = locked->outs[i];
      const auto root = context.workspace.store().find_root(out.root);
      if (!root || context.workspace.tree().lstat(out.path)) {
        continue;
      }
      MadeOutRecord record{out.path, root->top, out.root};
      record.entry.name.clear();
      given[maker].push_back(std::move(record));
    }
  }
  return given;
}

void restore_given_outs(const RunContext& context, const GivenOuts& given) {
  for (const auto& [maker, outs] : given) {
    for (const auto& out : outs) {
      restore_out(context.workspace, out, context.progress, context.cancel);
    }
    ignore_outs(context.workspace, context.graph.instances[maker]);
  }
}

}  // namespace mlops::pipeline
