#include "pipeline/key.h"

#include <fmt/format.h>

#include "codec/bytes.h"
#include "codec/sha256.h"

namespace mlops::pipeline {

namespace {

/// A result of one machine type is not another's: floating point and compiled outs differ.
constexpr std::string_view kPlatform =
#if defined(__x86_64__)
    "linux/amd64";
#elif defined(__aarch64__)
    "linux/arm64";
#else
    "linux/other";
#endif

void add_key_record(codec::Sha256& hash, std::string_view text) {
  codec::ByteWriter length;
  length.u64(text.size());
  hash.update(length.bytes());
  hash.update(codec::as_bytes(text));
}

std::string_view kind_name(store::EntryKind kind) {
  switch (kind) {
    case store::EntryKind::file:
      return "file";
    case store::EntryKind::executable:
      return "executable";
    case store::EntryKind::symlink:
      return "symlink";
    case store::EntryKind::directory:
      return "directory";
  }
  return "file";
}

/// Each word with its length in front: no two argument vectors have one text.
std::string list_text(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) {
    text += fmt::format("{}:{},", word.size(), word);
  }
  return text;
}

std::string out_text(const Out& out) {
  return fmt::format(
      "{}{}{}", to_string(out.kind), out.persist ? " persist" : "", out.cache ? "" : " uncached");
}

}  // namespace

KeyParts make_key_parts(const Instance& instance,
                        const std::vector<Input>& inputs,
                        const EnvironmentIdentity& environment,
                        const std::map<std::string, std::string>& user_environment) {
  KeyParts parts;
  parts["command"] = (instance.stage->script ? "shell " : "argv ") + list_text(instance.argv);
  parts["workdir"] = instance.workdir;
  parts["environment"] = environment.identity;
  parts["platform"] = kPlatform;
  for (const auto& input : inputs) {
    parts["dep " + input.path] = fmt::format(
        "{} {} {}", kind_name(input.entry.kind), input.entry.size, input.entry.id.hex());
  }
  for (const auto& [path, value] : instance.params) {
    parts["param " + path] = value;
  }
  for (const auto& [name, value] : instance.variables) {
    parts["env " + name] = "set " + value;
  }
  for (const auto& name : instance.stage->variables.hash) {
    const auto found = user_environment.find(name);
    parts["env " + name] = found == user_environment.end() ? "unset" : "set " + found->second;
  }
  for (const auto& secret : instance.stage->secrets) {
    const bool is_variable = secret.target == Secret::Target::variable;
    parts["secret " + secret.name] = is_variable ? "env" : "file";
  }
  if (const auto& resources = instance.stage->resources; resources.gpu > 0) {
    const auto named = resources.declared.find("gpu_resource");
    parts["gpu " + (named == resources.declared.end() ? "nvidia.com/gpu" : named->second)] =
        "asked";
  }
  for (const auto& out : instance.outs) {
    parts["out " + out.path] = out_text(out);
  }
  return parts;
}

store::ObjectId compute_key(const KeyParts& parts) {
  codec::Sha256 hash;
  add_key_record(hash, "mlops-run-key/1");
  for (const auto& [name, value] : parts) {
    add_key_record(hash, name);
    add_key_record(hash, value);
  }
  store::ObjectId key;
  key.bytes = hash.finish();
  return key;
}

std::vector<KeyDifference> compare_parts(const KeyParts& before, const KeyParts& now) {
  std::vector<KeyDifference> differences;
  for (const auto& [name, value] : now) {
    const auto old = before.find(name);
    if (old == before.end()) {
      differences.push_back({name, "", value});
    } else if (old->second != value) {
      differences.push_back({name, old->second, value});
    }
  }
  for (const auto& [name, value] : before) {
    if (!now.contains(name)) {
      differences.push_back({name, value, ""});
    }
  }
  return differences;
}

}  // namespace mlops::pipeline
