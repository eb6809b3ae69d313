#pragma once

#include <map>
#include <string>
#include <vector>

#include "pipeline/environment_identity.h"
#include "pipeline/graph.h"
#include "pipeline/inputs.h"
#include "pipeline/run.h"
#include "store/id.h"

namespace mlops::pipeline {

/// Everything that a result may depend on, by name: "command", "workdir", "dep prepare.py",
/// "param train.lr", "env LANG", "environment", "out model.bin", "platform". Names of stages and
/// pipelines, pools, resources, retries, times, users, hosts and absolute paths are not among them.
using KeyParts = std::map<std::string, std::string>;

KeyParts make_key_parts(const Instance& instance,
                        const std::vector<Input>& inputs,
                        const EnvironmentIdentity& environment,
                        const std::map<std::string, std::string>& user_environment);

/// SHA-256 over the record "mlops-run-key/1" and then name and value of each part in the order of
/// names; each record is its length (8 bytes, little endian) and its bytes.
store::ObjectId compute_key(const KeyParts& parts);

/// What differs, in the order of names; an empty value: not there.
std::vector<KeyDifference> compare_parts(const KeyParts& before, const KeyParts& now);

}  // namespace mlops::pipeline
