#include "pipeline/venv.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "os/lock.h"
#include "os/process.h"
#include "os/random.h"
#include "pipeline/installed_packages.h"
#include "pipeline/process_environment.h"
#include "pipeline/record_hash.h"

namespace mlops::pipeline {

namespace {

namespace fs = std::filesystem;

/// In a venv that is ours: what it was made from.
constexpr const char* kMark = ".mlops-requirements";
constexpr std::uint64_t kMaxVenvFileBytes = 4ULL << 20U;
constexpr std::size_t kMaxIncludes = 100;

std::string config_text(const fs::path& venv) {
  return os::read_file_if_exists(venv / "pyvenv.cfg", kMaxVenvFileBytes).value_or("");
}

/// The value of a key of pyvenv.cfg; empty when it is not there.
std::string config_value(const std::string& text, std::string_view key) {
  for (const auto line : split(text, '\n')) {
    const auto equals = line.find('=');
    if (equals != std::string_view::npos && trim(line.substr(0, equals)) == key) {
      return std::string(trim(line.substr(equals + 1)));
    }
  }
  return "";
}

/// The files that a line of a requirements file includes.
std::string included_file(std::string_view line) {
  for (const std::string_view flag : {"--requirement", "--constraint", "-r", "-c"}) {
    if (line.starts_with(flag)) {
      auto rest = line.substr(flag.size());
      if (flag.starts_with("--") && !rest.empty() && rest.front() != ' ' && rest.front() != '=') {
        continue;
      }
      rest = trim(rest);
      return std::string(trim(rest.starts_with('=') ? rest.substr(1) : rest));
    }
  }
  return "";
}

/// Scripts know where their interpreter is; after the rename it is elsewhere.
void replace_in_scripts(const fs::path& venv, const std::string& from, const std::string& to) {
  auto files = std::vector<fs::path>{venv / "pyvenv.cfg"};
  for (const auto& name : os::list_directory(venv / "bin")) {
    files.push_back(venv / "bin" / name);
  }
  for (const auto& file : files) {
    const auto stat = os::lstat_file(file);
    if (!stat || stat->kind != os::FileKind::regular || stat->size > kMaxVenvFileBytes) {
      continue;
    }
    auto text = os::read_file(file, kMaxVenvFileBytes);
    bool is_changed = false;
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
      text.replace(at, from.size(), to);
      is_changed = true;
    }
    if (is_changed) {
      os::write_file_atomic(file, text, os::Durability::relaxed);
    }
  }
}

}  // namespace

Venv::Venv(const RunContext& context, const Environment& declared)
    : context_(context), declared_(declared), place_(origin_of(context) / declared.path) {}

bool Venv::is_there() const {
  return os::lstat_file(place_ / "pyvenv.cfg").has_value() &&
         os::find_executable((place_ / "bin" / "python").string(), "").has_value();
}

/// A venv that is made again goes away whole.
void Venv::refuse_tracked() const {
  if (context_.workspace.repository().is_tracked(declared_.path)) {
    throw Error(ErrorKind::config,
                fmt::format("{}.path: git tracks files in {}: no venv is made there",
                            config::to_string(declared_.position),
                            quote(declared_.path)),
                "choose another path, or git rm --cached them");
  }
}

/// Over the requirements and what they include.
std::string Venv::wanted() const {
  RecordHash hash;
  std::vector<fs::path> files;
  for (const auto& file : declared_.requirements) {
    files.push_back(context_.workspace.top() / file);
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto text = os::read_file_if_exists(files[i], kMaxVenvFileBytes);
    if (!text) {
      throw Error(ErrorKind::config,
                  fmt::format("{}.requirements: there is no {}",
                              config::to_string(declared_.position),
                              quote(files[i].string())));
    }
    hash.add(*text);
    for (const auto line : split(*text, '\n')) {
      const auto included = included_file(trim(line));
      if (included.empty() || included.find("://") != std::string::npos) {
        continue;
      }
      const auto file = (files[i].parent_path() / included).lexically_normal();
      if (std::find(files.begin(), files.end(), file) == files.end()) {
        files.push_back(file);
      }
    }
    if (files.size() > kMaxIncludes) {
      throw Error(ErrorKind::config,
                  fmt::format("{}.requirements: more than {} files",
                              config::to_string(declared_.position),
                              kMaxIncludes));
    }
  }
  return hash.hex();
}

void Venv::prepare() {
  if (is_prepared_) {
    return;
  }
  const auto wanted_now = wanted();
  const auto locks = context_.workspace.state_directory() / "locks";
  os::make_directories(locks);
  RecordHash name;
  const os::Waiter waiter{context_.progress, context_.cancel};
  const auto lock =
      os::FileLock::acquire(locks / ("venv-" + name.add(place_.string()).hex().substr(0, 16)),
                            os::LockMode::exclusive,
                            waiter,
                            "waiting for another run that makes the venv");
  // The mark alone makes nothing ours: it could have come with the repository.
  const auto mark = os::lstat_file(place_ / "pyvenv.cfg")
                        ? os::read_file_if_exists(place_ / kMark, kMaxVenvFileBytes)
                        : std::nullopt;
  const bool is_present = os::lstat_file(place_).has_value();
  if (is_present && !mark) {
    if (!is_there()) {
      throw Error(ErrorKind::config,
                  fmt::format("{}.path: {} is there, and is no venv that works",
                              config::to_string(declared_.position),
                              quote(declared_.path)),
                  "move it away: the next run makes a new one");
    }
    if (!declared_.requirements.empty()) {
      context_.progress.warn(
          fmt::format("the venv {} was not made by mlops: it is used as it is, whatever its "
                      "requirements say now",
                      quote(declared_.path)));
    }
  } else if (!is_present || mark != wanted_now || !is_there()) {
    refuse_tracked();
    create(wanted_now);
  }
  is_prepared_ = true;
}

void Venv::run_python(std::vector<std::string> argv, const std::string& what) const {
  auto variables = base_variables(context_.options.environment);
  for (const auto& [name, value] : context_.options.environment) {
    // The user's index, proxy and certificates; not his PYTHONPATH or another active venv.
    const auto lower = to_lower_ascii(name);
    if (name.starts_with("PIP_") || name.starts_with("SSL_CERT") || lower.ends_with("_proxy")) {
      variables[name] = value;
    }
  }
  variables["PIP_DISABLE_PIP_VERSION_CHECK"] = "1";
  variables["PIP_NO_INPUT"] = "1";
  os::ProcessSpec spec;
  spec.argv = std::move(argv);
  spec.env = to_environment_list(variables);
  spec.cwd = context_.workspace.top();
  spec.on_our_death = os::OnOurDeath::kill_group;
  const auto captured = os::capture(std::move(spec), context_.cancel);
  context_.cancel.check();
  if (captured.result.end != os::ProcessEnd::exited || captured.result.exit_code != 0) {
    Error error(ErrorKind::io,
                fmt::format("{}: {} failed with exit code {}",
                            config::to_string(declared_.position),
                            what,
                            captured.result.exit_code),
                "mend the requirements or the index; nothing was left behind");
    const auto text = std::string(trim(captured.err.empty() ? captured.out : captured.err));
    for (const auto line : split(text, '\n')) {
      error.add_context(std::string(line));
    }
    throw error;
  }
}

void Venv::create(const std::string& wanted_now) {
  const auto variables = base_variables(context_.options.environment);
  const auto search = variables.find("PATH");
  const auto python =
      os::find_executable("python3", search == variables.end() ? "" : search->second);
  if (!python) {
    throw Error(ErrorKind::io,
                fmt::format("{}: python3 is not in PATH", config::to_string(declared_.position)),
                "install python3 and its venv module (Debian: python3-venv)");
  }
  const auto parent = place_.parent_path();
  os::make_directories(parent);
  const auto prefix = place_.filename().string() + ".mlops-tmp-";
  for (const auto& name : os::list_directory(parent)) {
    if (name.starts_with(prefix)) {
      os::remove_tree(parent / name);
    }
  }
  context_.progress.begin_wait(
      fmt::format("making the venv {}", escape_for_terminal(declared_.path)));
  const os::TempDir made(parent, prefix);
  const auto at = made.path() / "venv";
  std::vector<std::string> make{python->string(), "-m", "venv"};
  if (declared_.requirements.empty()) {
    make.emplace_back("--without-pip");  // there is nothing for it to do, and it takes seconds
  }
  make.push_back(at.string());
  run_python(std::move(make), "python3 -m venv");
  if (!declared_.requirements.empty()) {
    std::vector<std::string> install{(at / "bin" / "python").string(), "-m", "pip", "install"};
    for (const auto& file : declared_.requirements) {
      install.emplace_back("-r");
      install.push_back((context_.workspace.top() / file).string());
    }
    run_python(std::move(install), "pip install");
  }
  replace_in_scripts(at, at.string(), place_.string());
  os::write_file_atomic(at / ".gitignore", "*\n", os::Durability::relaxed);
  os::write_file_atomic(at / kMark, wanted_now, os::Durability::relaxed);
  if (os::lstat_file(place_)) {
    os::rename_no_replace(place_, made.path() / "old");
  }
  os::rename_no_replace(at, place_);
  context_.progress.end();
}

EnvironmentIdentity Venv::identify() {
  if (identity_) {
    return *identity_;
  }
  if (context_.options.mode == RunMode::run) {
    prepare();
  } else {
    const auto mark = os::read_file_if_exists(place_ / kMark, kMaxVenvFileBytes);
    if (!is_there() || (mark && *mark != wanted())) {
      return {"",
              "pinned",
              fmt::format("the venv {} is not made yet, or its requirements changed",
                          quote(declared_.path))};
    }
  }
  RecordHash hash;
  hash.add("mlops-venv/1");
  const auto text = config_text(place_);
  const auto version = config_value(text, "version");
  hash.add(version.empty() ? config_value(text, "version_info") : version);
  hash.add(config_value(text, "include-system-site-packages"));
  hash.add(digest_of_file(place_ / "bin" / "python", context_.cancel));
  for (const auto& [name, digest] : digest_python_packages(place_, "", context_.cancel)) {
    hash.add(name).add(digest);
  }
  identity_ = EnvironmentIdentity{"venv:" + hash.hex(), "pinned", ""};
  return *identity_;
}

std::map<std::string, std::string> Venv::activate(std::map<std::string, std::string> base) {
  auto& path = base["PATH"];
  path = (place_ / "bin").string() + (path.empty() ? "" : ":" + path);
  base["VIRTUAL_ENV"] = place_.string();
  return base;
}

}  // namespace mlops::pipeline
