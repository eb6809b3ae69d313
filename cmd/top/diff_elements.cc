#include "top/diff_elements.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "diff/elements.h"
#include "os/file.h"
#include "report/elements_report.h"
#include "top/diff_output.h"
#include "top/diff_tables.h"
#include "top/table_engine.h"

namespace mlops::top {

app::ExitCode diff_elements(app::Context& context,
                            const DiffRequest& request,
                            const Policy& policy,
                            const std::vector<Output>& outputs) {
  for (const Output& output : outputs) {
    if (output.kind != "table" && output.kind != "json") {
      throw Error(ErrorKind::usage,
                  fmt::format("--format {} shows predictions, and no column is said to be one",
                              output.kind),
                  "name it with --prediction, or choose --format table or json");
    }
  }
  const os::TempDir scratch(scratch_parent(context), "mlops-diff-");
  const std::unique_ptr<table::Engine> engine =
      open_engine(context, scratch.path(), request.memory_bytes);
  const diff::Versions tables =
      open_tables(context, *request.tables, request.sets, policy.safeguards, scratch.path());
  if (tables.inputs.size() != 1 || !tables.missing.empty()) {
    throw Error(
        ErrorKind::usage,
        "two directories are compared by their predictions, and no column is said to be one",
        "name it with --prediction, or name one table on each side");
  }
  diff::CompareInput input = tables.inputs.front();
  input.other_keys = request.other_keys;
  input.digests = digests_for(outputs);
  const diff::ElementReport report =
      diff::compare_elements(*engine, input, policy.safeguards, context.cancel());
  write_outputs(context, outputs, [&](const Output& output, const report::TextStyle& style) {
    return output.kind == "json" ? report::elements_as_json(report, policy.file, policy.sha256)
                                 : report::elements_as_text(report, style);
  });
  return code_of(request, report.verdict);
}

}  // namespace mlops::top
