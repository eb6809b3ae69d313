#include "pipeline/secrets.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "os/random.h"
#include "pipeline/scrubber.h"

namespace mlops::pipeline {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxSecretBytes = 1ULL << 20U;
constexpr std::string_view kLock = "alive";

[[noreturn]] void fail(const Secret& secret, const std::string& problem, const std::string& hint) {
  throw Error(
      ErrorKind::config,
      fmt::format(
          "{}: the secret {} {}", config::to_string(secret.position), quote(secret.name), problem),
      hint);
}

std::string find_variable(const RunOptions& options, const std::string& name) {
  const auto found = options.environment.find(name);
  return found == options.environment.end() ? "" : found->second;
}

fs::path file_of(const Secret& secret, const RunOptions& options, const fs::path& top) {
  const auto path = secret.local.substr(secret.local.find(':') + 1);
  return path.starts_with("~/") ? fs::path(find_variable(options, "HOME")) / path.substr(2)
                                : top / path;
}

std::string read_secret_value(const Secret& secret,
                              const RunOptions& options,
                              const fs::path& top) {
  if (secret.local.empty()) {
    fail(secret, "has no 'local'", "add local = \"env:NAME\" or local = \"file:PATH\"");
  }
  const auto source = secret.local.substr(secret.local.find(':') + 1);
  const bool is_file = secret.local.starts_with("file:");
  std::string value;
  if (is_file) {
    const auto file = file_of(secret, options, top);
    const auto text = os::read_file_if_exists(file, kMaxSecretBytes);
    if (!text) {
      fail(secret, fmt::format("comes from {}, which does not exist", quote(file.string())), "");
    }
    value = *text;
  } else {
    value = find_variable(options, source);
  }
  // An editor's newline is no part of a password, but may be one of a file.
  auto bare = secret.target == Secret::Target::variable ? std::string(trim(value)) : value;
  if (trim(value).empty()) {
    fail(secret,
         fmt::format("comes from {}, which is {}", quote(source), is_file ? "empty" : "not set"),
         is_file ? "" : fmt::format("export {}=... before mlops run", source));
  }
  if (trim(value).size() < Scrubber::kLeastBytes) {
    fail(secret,
         fmt::format("is shorter than {} bytes: it could not be kept out of logs",
                     Scrubber::kLeastBytes),
         "use a longer one");
  }
  return bare;
}

void write_secret(const fs::path& directory, const std::string& path, const std::string& value) {
  const auto file = directory / fs::path(path).relative_path();
  os::make_directories(file.parent_path());
  os::write_file_atomic(file, value, os::Durability::relaxed, 0600);
}

/// Of runs that were killed: their lock is free.
void sweep(const fs::path& secrets) {
  for (const auto& name : os::list_directory(secrets)) {
    const auto directory = secrets / name;
    if (os::FileLock::try_acquire(directory / kLock, os::LockMode::exclusive)) {
      os::remove_tree(directory);
    }
  }
}

}  // namespace

std::vector<std::string> SecretValues::all() const {
  std::vector<std::string> values;
  for (const auto* group : {&variables, &files}) {
    for (const auto& [name, value] : *group) {
      values.emplace_back(trim(value));
    }
  }
  return values;
}

std::string to_shell_script(const std::map<std::string, std::string>& variables) {
  std::string script;
  for (const auto& [name, value] : variables) {
    std::string quoted = "'";
    for (const char c : value) {
      quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    script += fmt::format("export {}={}'\n", name, quoted);
  }
  return script;
}

SecretValues read_secret_values(const Stage& stage,
                                const RunOptions& options,
                                const fs::path& top) {
  SecretValues values;
  for (const auto& secret : stage.secrets) {
    auto& group = secret.target == Secret::Target::variable ? values.variables : values.files;
    group[secret.name] = read_secret_value(secret, options, top);
  }
  return values;
}

SecretFiles::SecretFiles(const fs::path& runtime_directory,
                         const std::map<std::string, std::string>& files) {
  const auto secrets = runtime_directory / "secrets";
  os::make_private_directory(secrets);
  {
    NoProgress progress;
    const CancelToken never;
    // Nobody sweeps between the making of the directory and its lock.
    const auto turn = os::FileLock::acquire(runtime_directory / "secrets.lock",
                                            os::LockMode::exclusive,
                                            {progress, never},
                                            "waiting for another run");
    sweep(secrets);
    directory_ = secrets / os::random_name(16);
    os::make_private_directory(directory_);
    alive_ = os::FileLock::try_acquire(directory_ / kLock, os::LockMode::exclusive);
  }
  for (const auto& [path, value] : files) {
    write_secret(directory_, path, value);
  }
}

SecretFiles::~SecretFiles() {
  try {
    os::remove_tree(directory_);
  } catch (const Error&) {
    // The lock ends with this: the next run removes it.
    alive_.reset();
  }
}

}  // namespace mlops::pipeline
