#include "pipeline/schema.h"

#include <nlohmann/json.hpp>

#include "app/context.h"
#include "pipeline/verbs.h"

namespace mlops::pipeline {
namespace {

app::ExitCode run_schema(app::Context& context, const app::Arguments& /*arguments*/) {
  context.print_json(pipeline_schema().dump(2));
  return app::ExitCode::done;
}

}  // namespace

app::Command schema_command() {
  return {.path = "pipeline schema",
          .summary = "print the JSON Schema of pipeline files, for editors",
          .examples = {{"mlops pipeline schema > pipeline.schema.json",
                        "then '#:schema ./pipeline.schema.json' on top of pipeline.toml"}},
          .run = run_schema};
}

}  // namespace mlops::pipeline
