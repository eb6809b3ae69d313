#include <array>

#include "pipeline/schema.h"
#include "pipeline/schema_shapes.h"

namespace mlops::pipeline {

namespace {

constexpr std::array kStageKeys{
    SchemaKey{
        "cmd",
        kOptionalKey,
        R"json({"oneOf": [{"type": "string", "minLength": 1}, {"$ref": "#/$defs/command"}]})json",
        "An array runs without a shell; a string runs in one.",
        R"json([["python", "train.py"], "python train.py > log.txt"])json"},
    SchemaKey{"shell",
              kOptionalKey,
              shape::kCommand,
              "The shell of a string command.",
              R"json([["bash", "-euo", "pipefail", "-c"]])json"},
    SchemaKey{"workdir",
              kOptionalKey,
              shape::kPath,
              "Where it runs, relative to the top.",
              R"json(["."])json"},
    SchemaKey{"deps",
              kOptionalKey,
              shape::kPaths,
              "Files, directories, globs and data sets that it reads.",
              R"json([["data/raw", "src/**/*.py"]])json"},
    SchemaKey{
        "outs",
        kOptionalKey,
        R"json({"oneOf": [{"type": "array", "items": {"$ref": "#/$defs/any-out"}}, {"type": "object", "propertyNames": {"pattern": "^[a-z0-9_-]{1,30}$"}, "additionalProperties": {"$ref": "#/$defs/any-out"}}]})json",
        "What it makes: a list, or a table of names for ${outs.NAME}.",
        R"json([["model.bin"], {"data": "data/clean"}])json"},
    SchemaKey{"metrics",
              kOptionalKey,
              R"json({"type": "array", "items": {"$ref": "#/$defs/any-metrics"}})json",
              "Outs that hold figures and stay in git.",
              R"json([["metrics.json"]])json"},
    SchemaKey{"plots",
              kOptionalKey,
              R"json({"type": "array", "items": {"$ref": "#/$defs/any-plot"}})json",
              "Outs that hold points and stay in git.",
              R"json([[{"path": "roc.csv", "x": "fpr", "y": "tpr"}]])json"},
    SchemaKey{"checkpoint",
              kOptionalKey,
              R"json({"$ref": "#/$defs/checkpoint"})json",
              "What is kept over lost nodes.",
              R"json([{"path": "ckpt"}])json"},
    SchemaKey{"params",
              kOptionalKey,
              shape::kWords,
              "Parameters that enter the cache key, as dotted paths.",
              R"json([["train.lr"]])json"},
    SchemaKey{"after",
              kOptionalKey,
              shape::kWords,
              "Stages that come first although nothing of theirs is read.",
              R"json([["warm-up"]])json"},
    SchemaKey{"matrix",
              kOptionalKey,
              R"json({"$ref": "#/$defs/matrix"})json",
              "One instance for each combination of values.",
              R"json([{"fold": [0, 1, 2]}])json"},
    SchemaKey{"environment", kOptionalKey, shape::kText, "What it runs in.", R"json(["py"])json"},
    SchemaKey{"pool", kOptionalKey, shape::kText, "Where it runs.", R"json(["gpu"])json"},
    SchemaKey{"env",
              kOptionalKey,
              R"json({"$ref": "#/$defs/env"})json",
              "Environment variables beside PATH, HOME, TMPDIR and TZ.",
              R"json([{"set": {"OMP_NUM_THREADS": "4"}}])json"},
    SchemaKey{"secrets",
              kOptionalKey,
              R"json({"type": "array", "items": {"$ref": "#/$defs/secret"}})json",
              "Values that never reach logs, records or the key.",
              R"json([[{"env": "TOKEN", "local": "env:TOKEN"}]])json"},
    SchemaKey{"resources",
              kOptionalKey,
              R"json({"$ref": "#/$defs/resources"})json",
              "What it needs.",
              R"json([{"cpu": 8, "memory": "32GiB"}])json"},
    SchemaKey{"timeout",
              kOptionalKey,
              R"json({"oneOf": [{"$ref": "#/$defs/duration"}, {"$ref": "#/$defs/timeout"}]})json",
              "How long it may run.",
              R"json(["2h", {"run": "4h", "grace": "60s"}])json"},
    SchemaKey{"retry",
              kOptionalKey,
              R"json({"$ref": "#/$defs/retry"})json",
              "What is tried again.",
              R"json([{"max": 1}])json"},
    SchemaKey{"when",
              kOptionalKey,
              shape::kWord,
              "Run only if this holds: a dotted path, optional == != < > and a literal.",
              R"json(["params.train.enabled"])json"},
    SchemaKey{"checks",
              kOptionalKey,
              shape::kWords,
              "Checks of safeguards.toml that judge its outs.",
              R"json([["clean-data"]])json"},
    SchemaKey{"cache",
              kOptionalKey,
              R"json({"enum": [true, false, "always"]})json",
              "false: always run; \"always\": cache even without deps and params.",
              R"json([true, "always"])json"},
    SchemaKey{
        "allow_failure", kOptionalKey, shape::kBoolean, "The run goes on without it.", "[true]"},
    SchemaKey{"description",
              kOptionalKey,
              shape::kText,
              "For people.",
              R"json(["one model per fold"])json"},
};

constexpr std::array kOutKeys{
    SchemaKey{"path", kRequiredKey, shape::kPath, "Where it lies.", R"json(["ckpt"])json"},
    SchemaKey{"persist", kOptionalKey, shape::kBoolean, "It stays there before a run.", "[true]"},
    SchemaKey{"cache", kOptionalKey, shape::kBoolean, "false: never stored.", "[false]"},
};

constexpr std::array kMetricsKeys{
    SchemaKey{"path", kRequiredKey, shape::kPath, "Where it lies.", R"json(["metrics.json"])json"},
};

constexpr std::array kPlotKeys{
    SchemaKey{"path", kRequiredKey, shape::kPath, "Where it lies.", R"json(["roc.csv"])json"},
    SchemaKey{
        "x", kOptionalKey, shape::kText, "Column of the horizontal axis.", R"json(["fpr"])json"},
    SchemaKey{
        "y", kOptionalKey, shape::kText, "Column of the vertical axis.", R"json(["tpr"])json"},
};

constexpr std::array kCheckpointKeys{
    SchemaKey{"path", kRequiredKey, shape::kPath, "Where it lies.", R"json(["ckpt"])json"},
    SchemaKey{
        "every", kOptionalKey, shape::kDuration, "How often it is saved.", R"json(["10m"])json"},
};

constexpr std::array kMatrixKeys{
    SchemaKey{
        "exclude",
        kOptionalKey,
        R"json({"type": "array", "items": {"type": "object", "minProperties": 1, "additionalProperties": {"$ref": "#/$defs/scalar"}}})json",
        "Combinations without an instance.",
        R"json([[{"fold": 1}]])json"},
    SchemaKey{
        "*",
        kOptionalKey,
        R"json({"oneOf": [{"type": "array", "items": {"$ref": "#/$defs/scalar"}, "minItems": 1, "uniqueItems": true}, {"type": "string", "pattern": "^[$][{]params[.].+[}]$"}]})json",
        "Values of the axis, or the parameter that lists them.",
        R"json([[0, 1.5, "xgb", true], "${params.train.models}"])json"},
};

constexpr std::array kEnvKeys{
    SchemaKey{
        "set",
        kOptionalKey,
        R"json({"type": "object", "propertyNames": {"$ref": "#/$defs/variable"}, "additionalProperties": {"type": "string"}})json",
        "Variables with their values.",
        R"json([{"OMP_NUM_THREADS": "4"}])json"},
    SchemaKey{"hash",
              kOptionalKey,
              R"json({"type": "array", "items": {"$ref": "#/$defs/variable"}})json",
              "Variables of the user that enter the cache key.",
              R"json([["LANG"]])json"},
    SchemaKey{"pass",
              kOptionalKey,
              R"json({"type": "array", "items": {"$ref": "#/$defs/variable"}})json",
              "Variables of the user that do not.",
              R"json([["NCCL_DEBUG"]])json"},
};

constexpr std::array kSecretKeys{
    SchemaKey{"env", kOptionalKey, shape::kText, "The variable.", R"json(["TOKEN"])json"},
    SchemaKey{"file", kOptionalKey, shape::kText, "The file.", R"json(["/run/token"])json"},
    SchemaKey{"local",
              kOptionalKey,
              shape::kText,
              "Where a local run takes it from: env:NAME or file:PATH.",
              R"json(["env:TOKEN"])json"},
    SchemaKey{"kubernetes",
              kOptionalKey,
              shape::kText,
              "Where a pod takes it from: SECRET/KEY.",
              R"json(["s3/secret"])json"},
};

constexpr std::array kResourcesKeys{
    SchemaKey{"cpu", kOptionalKey, shape::kProcessors, "Processors.", "[8]"},
    SchemaKey{"memory", kOptionalKey, shape::kSize, "Memory.", R"json(["32GiB"])json"},
    SchemaKey{"disk", kOptionalKey, shape::kSize, "Free disk.", R"json(["50GiB"])json"},
    SchemaKey{"gpu", kOptionalKey, shape::kGpus, "Graphics processors.", "[1]"},
    SchemaKey{"gpu_resource",
              kOptionalKey,
              shape::kText,
              "What Kubernetes calls them.",
              R"json(["nvidia.com/gpu"])json"},
    SchemaKey{"shm", kOptionalKey, shape::kSize, "Shared memory.", R"json(["8GiB"])json"},
};

constexpr std::array kTimeoutKeys{
    SchemaKey{"run", kOptionalKey, shape::kDuration, "How long it may run.", R"json(["4h"])json"},
    SchemaKey{"grace",
              kOptionalKey,
              shape::kDuration,
              "How long it may take to stop.",
              R"json(["60s"])json"},
};

constexpr std::array kRetryKeys{
    SchemaKey{"max",
              kRequiredKey,
              R"json({"type": "integer", "minimum": 0, "maximum": 100})json",
              "How often.",
              "[3]"},
    SchemaKey{
        "on",
        kOptionalKey,
        R"json({"type": "array", "items": {"type": "string", "pattern": "^(infra|oom|timeout|exit:[0-9]{1,3})$"}, "uniqueItems": true})json",
        "After which failures: infra, oom, timeout, exit:N.",
        R"json([["infra", "exit:75"]])json"},
    SchemaKey{
        "backoff", kOptionalKey, shape::kDuration, "How long to wait first.", R"json(["30s"])json"},
    SchemaKey{"factor",
              kOptionalKey,
              R"json({"type": "number", "minimum": 1, "maximum": 100})json",
              "How the wait grows.",
              "[2.0, 2]"},
    SchemaKey{"max_backoff",
              kOptionalKey,
              shape::kDuration,
              "How long to wait at most.",
              R"json(["10m"])json"},
    SchemaKey{"oom_memory_factor",
              kOptionalKey,
              R"json({"type": "number", "minimum": 1})json",
              "How memory grows after it ran out.",
              "[1.5, 2]"},
};

constexpr std::array kStageObjects{
    SchemaObject{"stage",
                 "A step: a command, what it reads and what it makes.",
                 R"json([{"cmd": ["true"]},
                         {"cmd": ["true"], "outs": [{"path": "ckpt", "persist": true}]}])json",
                 "{}",
                 kStageKeys},
    SchemaObject{"out", "An out with options.", R"json([{"path": "ckpt"}])json", "{}", kOutKeys},
    SchemaObject{
        "metrics", "A metrics file.", R"json([{"path": "m.json"}])json", "{}", kMetricsKeys},
    SchemaObject{"plot", "A file of points.", R"json([{"path": "roc.csv"}])json", "{}", kPlotKeys},
    SchemaObject{
        "checkpoint", "A checkpoint.", R"json([{"path": "ckpt"}])json", "{}", kCheckpointKeys},
    SchemaObject{
        "matrix",
        "Axes by name; exclude lists combinations that are left out.",
        R"json([{"fold": [0, 1]}])json",
        R"json({"propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_]{0,29}$"}, "minProperties": 1})json",
        kMatrixKeys},
    SchemaObject{"env", "Environment variables.", "[{}]", "{}", kEnvKeys},
    SchemaObject{"secret",
                 "A secret: a variable or a file, and where its value is.",
                 R"json([{"env": "TOKEN"}, {"file": "/run/token"}])json",
                 R"json({"oneOf": [{"required": ["env"]}, {"required": ["file"]}]})json",
                 kSecretKeys},
    SchemaObject{"resources", "Resources of one instance.", "[{}]", "{}", kResourcesKeys},
    SchemaObject{"timeout", "Limits of time.", "[{}]", "{}", kTimeoutKeys},
    SchemaObject{
        "retry", "What is tried again, and when.", R"json([{"max": 1}])json", "{}", kRetryKeys},
};

}  // namespace

std::span<const SchemaObject> schema_objects_of_stages() {
  return kStageObjects;
}

}  // namespace mlops::pipeline
