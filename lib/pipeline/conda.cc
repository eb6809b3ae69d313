#include "pipeline/conda.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "os/lock.h"
#include "os/process.h"
#include "pipeline/installed_packages.h"
#include "pipeline/process_environment.h"
#include "pipeline/record_hash.h"

namespace mlops::pipeline {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxTextBytes = 16ULL << 20U;
constexpr std::chrono::milliseconds kActivateLimit{60'000};
/// In a prefix that is ours: written last.
constexpr const char* kMark = "conda-meta/mlops-complete";
constexpr std::string_view kPlatform =
#if defined(__aarch64__)
    "linux-aarch64";
#else
    "linux-64";
#endif

std::string variable(const std::map<std::string, std::string>& variables, const char* name) {
  const auto found = variables.find(name);
  return found == variables.end() ? "" : found->second;
}

std::vector<std::string> names_in(const fs::path& directory, std::string_view ending) {
  std::vector<std::string> names;
  const auto stat = os::lstat_file(directory);
  if (stat && stat->kind == os::FileKind::directory) {
    for (auto& name : os::list_directory(directory)) {
      if (name.ends_with(ending)) {
        names.push_back(std::move(name));
      }
    }
  }
  return names;
}

/// {"NAME": "value"}; in conda-meta/state below "env_vars".
void add_variables(const fs::path& file,
                   const char* below,
                   std::map<std::string, std::string>& variables) {
  const auto text = os::read_file_if_exists(file, kMaxTextBytes);
  if (!text) {
    return;
  }
  auto value = nlohmann::json::parse(*text, nullptr, false);
  if (value.is_object() && below != nullptr) {
    value = value.value(below, nlohmann::json::object());
  }
  if (!value.is_object()) {
    throw Error(ErrorKind::config, fmt::format("{} does not hold variables", quote(file.string())));
  }
  for (const auto& [name, one] : value.items()) {
    if (one.is_string()) {
      variables[name] = one.get<std::string>();
    }
  }
}

[[noreturn]] void fail_call(std::string problem, const os::CapturedOutput& captured) {
  Error error(ErrorKind::io, std::move(problem));
  const auto text = std::string(trim(captured.err.empty() ? captured.out : captured.err));
  for (const auto line : split(text, '\n')) {
    error.add_context(std::string(line));
  }
  throw error;
}

/// Of another environment that is active where the user stands.
bool is_of_activation(std::string_view name) {
  return name == "CONDA_PREFIX" || name.starts_with("CONDA_PREFIX_") ||
         name == "CONDA_DEFAULT_ENV" || name == "CONDA_SHLVL" || name == "CONDA_PROMPT_MODIFIER";
}

bool succeeded(const os::CapturedOutput& captured) {
  return captured.result.end == os::ProcessEnd::exited && captured.result.exit_code == 0;
}

}  // namespace

Conda::Conda(const RunContext& context, const Environment& declared)
    : context_(context), declared_(declared), place_(find_place()) {}

std::string Conda::read_declared(const std::string& file, std::string_view key) const {
  const auto text = os::read_file_if_exists(context_.workspace.top() / file, kMaxTextBytes);
  if (!text) {
    throw Error(
        ErrorKind::config,
        fmt::format(
            "{}.{}: there is no {}", config::to_string(declared_.position), key, quote(file)));
  }
  return *text;
}

fs::path Conda::find_place() const {
  if (declared_.prefix.empty()) {
    RecordHash hash;
    hash.add(read_declared(declared_.file, "file"));
    hash.add(declared_.lock.empty() ? "" : read_declared(declared_.lock, "lock"));
    return context_.workspace.state_directory() / "conda" /
           fmt::format("{}-{}", declared_.name, hash.hex().substr(0, 16));
  }
  if (declared_.prefix.starts_with("~/")) {
    return fs::path(variable(context_.options.environment, "HOME")) / declared_.prefix.substr(2);
  }
  return (origin_of(context_) / declared_.prefix).lexically_normal();
}

bool Conda::is_there() const {
  const auto stat = os::lstat_file(place_ / "conda-meta");
  const bool is_prefix = stat && stat->kind == os::FileKind::directory;
  return is_prefix && (!declared_.prefix.empty() || os::lstat_file(place_ / kMark));
}

void Conda::prepare() {
  if (is_prepared_) {
    return;
  }
  if (!is_there()) {
    if (!declared_.prefix.empty()) {
      throw Error(ErrorKind::config,
                  fmt::format("{}.prefix: {} is no conda environment",
                              config::to_string(declared_.position),
                              quote(place_.string())),
                  "conda env list shows those that there are; or give 'file' to have it made");
    }
    const auto locks = context_.workspace.state_directory() / "locks";
    os::make_directories(locks);
    const os::Waiter waiter{context_.progress, context_.cancel};
    const auto lock = os::FileLock::acquire(locks / ("conda-" + place_.filename().string()),
                                            os::LockMode::exclusive,
                                            waiter,
                                            "waiting for another run that makes the environment");
    if (!is_there()) {
      create();
    }
  }
  is_prepared_ = true;
}

std::vector<std::string> Conda::create_command() const {
  const auto path = variable(base_variables(context_.options.environment), "PATH");
  const bool is_list = !declared_.lock.empty() &&
                       read_declared(declared_.lock, "lock").find("@EXPLICIT") != std::string::npos;
  const bool needs_micromamba = !declared_.lock.empty() && !is_list;
  const auto top = context_.workspace.top();
  for (const auto* name : {"micromamba", "mamba", "conda"}) {
    const auto program = os::find_executable(name, path);
    const bool is_micromamba = std::string_view(name) == "micromamba";
    if (!program || (needs_micromamba && !is_micromamba)) {
      continue;
    }
    const auto file = (top / (declared_.lock.empty() ? declared_.file : declared_.lock)).string();
    if (is_micromamba || !declared_.lock.empty()) {
      return {program->string(), "create", "--yes", "--prefix", place_.string(), "--file", file};
    }
    return {program->string(), "env", "create", "--prefix", place_.string(), "--file", file};
  }
  throw Error(ErrorKind::io,
              fmt::format("{}: {} is in PATH",
                          config::to_string(declared_.position),
                          needs_micromamba ? "a conda-lock.yml needs micromamba, which is not"
                                           : "none of micromamba, mamba and conda"),
              "install one of them, or name an existing environment with 'prefix'");
}

/// The user's channels, proxy and certificates; not what else he has, secrets among it.
std::map<std::string, std::string> Conda::variables_to_create() const {
  auto variables = base_variables(context_.options.environment);
  for (const auto& [name, value] : context_.options.environment) {
    const auto lower = to_lower_ascii(name);
    const bool is_wanted = name.starts_with("CONDA_") || name.starts_with("MAMBA_") ||
                           name.starts_with("PIP_") || name.starts_with("SSL_CERT") ||
                           name.starts_with("XDG_") || name == "REQUESTS_CA_BUNDLE" ||
                           name == "CURL_CA_BUNDLE" || lower.ends_with("_proxy");
    if (is_wanted && !is_of_activation(name)) {
      variables[name] = value;
    }
  }
  return variables;
}

void Conda::create() const {
  auto command = create_command();
  // Not whole: a creation that was interrupted. A prefix holds its own path, so it is made in
  // place.
  os::remove_tree(place_);
  os::make_directories(place_.parent_path());
  context_.progress.begin_wait(
      fmt::format("making the conda environment {}", escape_for_terminal(declared_.name)));
  os::ProcessSpec spec;
  spec.argv = std::move(command);
  spec.env = to_environment_list(variables_to_create());
  spec.cwd = context_.workspace.top();
  spec.on_our_death = os::OnOurDeath::kill_group;
  const auto captured = os::capture(std::move(spec), context_.cancel);
  context_.progress.end();
  context_.cancel.check();
  if (!succeeded(captured)) {
    fail_call(fmt::format("{}: the conda environment cannot be made",
                          config::to_string(declared_.position)),
              captured);
  }
  os::make_directories(place_ / "conda-meta");
  os::write_file_atomic(place_ / kMark, "1\n", os::Durability::relaxed);
}

EnvironmentIdentity Conda::identify() {
  if (identity_) {
    return *identity_;
  }
  if (context_.options.mode == RunMode::run) {
    prepare();
  } else if (!is_there()) {
    return {
        "", "pinned", fmt::format("the conda environment {} is not there", quote(declared_.name))};
  }
  const auto packages = read_conda_meta(place_);
  const auto python = digest_python_packages(place_, "conda", context_.cancel);
  RecordHash hash;
  hash.add("mlops-conda/1");
  for (const auto& [name, digest] : packages) {
    hash.add(name).add(digest);
  }
  hash.add("pip");
  for (const auto& [name, digest] : python) {
    hash.add(name).add(digest);
  }
  const auto locked =
      declared_.lock.empty()
          ? std::nullopt
          : parse_conda_lock(read_declared(declared_.lock, "lock"), declared_.lock, kPlatform);
  // A lock says nothing of what pip added.
  const bool is_locked = locked && *locked == packages && python.empty();
  identity_ = EnvironmentIdentity{"conda:" + hash.hex(), is_locked ? "strong" : "pinned", ""};
  return *identity_;
}

std::map<std::string, std::string> Conda::activate(std::map<std::string, std::string> base) {
  const auto outer_path = base["PATH"];
  base["PATH"] = (place_ / "bin").string() + (outer_path.empty() ? "" : ":" + outer_path);
  base["CONDA_PREFIX"] = place_.string();
  base["CONDA_DEFAULT_ENV"] = place_.filename().string();
  base["CONDA_SHLVL"] = "1";
  for (const auto& name : names_in(place_ / "etc" / "conda" / "env_vars.d", ".json")) {
    add_variables(place_ / "etc" / "conda" / "env_vars.d" / name, nullptr, base);
  }
  add_variables(place_ / "conda-meta" / "state", "env_vars", base);
  const auto directory = place_ / "etc" / "conda" / "activate.d";
  const auto scripts = names_in(directory, ".sh");
  if (scripts.empty()) {
    return base;
  }
  // Scripts of packages are shell; they get nothing but what a stage would get.
  const auto path = variable(base_variables(context_.options.environment), "PATH");
  auto shell = os::find_executable("bash", path);
  shell = shell ? shell : os::find_executable("sh", path);
  const auto print = os::find_executable("env", path);
  if (!shell || !print) {
    throw Error(ErrorKind::io, "the scripts of a conda environment need 'sh' and 'env' in PATH");
  }
  os::ProcessSpec spec;
  spec.argv = {shell->string(),
               "-c",
               "print=$1; shift; for f in \"$@\"; do . \"$f\" >&2; done; exec \"$print\" -0",
               "activate",
               print->string()};
  for (const auto& name : scripts) {
    spec.argv.push_back((directory / name).string());
  }
  spec.env = to_environment_list(base);
  spec.cwd = context_.workspace.top();
  spec.timeout = kActivateLimit;
  spec.on_our_death = os::OnOurDeath::kill_group;
  const auto captured = os::capture(std::move(spec), context_.cancel, kMaxTextBytes);
  context_.cancel.check();
  if (!succeeded(captured)) {
    fail_call(fmt::format("{}: a script in {} failed",
                          config::to_string(declared_.position),
                          quote(directory.string())),
              captured);
  }
  std::map<std::string, std::string> activated;
  for (const auto entry : split(captured.out, '\0')) {
    const auto equals = entry.find('=');
    const auto name = entry.substr(0, equals);
    if (equals != std::string_view::npos && name != "_" && name != "SHLVL" && name != "PWD" &&
        name != "OLDPWD") {
      activated.emplace(name, entry.substr(equals + 1));
    }
  }
  return activated;
}

}  // namespace mlops::pipeline
