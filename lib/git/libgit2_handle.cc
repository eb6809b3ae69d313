#include "git/libgit2_handle.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

#if defined(__SANITIZE_ADDRESS__)
/// libgit2 1.5 does not free what a regular expression that finds nothing took (git_regexp_match).
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming): LSan's own name
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libpcre2-8";
}
#endif

namespace mlops::git {

namespace {

ErrorKind kind_of(int code) {
  const git_error* const last = git_error_last();
  switch (code) {
    case GIT_ELOCKED:
      return ErrorKind::locked;
    case GIT_ENOTFOUND:
    case GIT_EMISMATCH:
      return ErrorKind::corrupt;
    default:
      break;
  }
  switch (last != nullptr ? last->klass : GIT_ERROR_NONE) {
    case GIT_ERROR_OS:
    case GIT_ERROR_FILESYSTEM:
      return ErrorKind::io;
    case GIT_ERROR_ODB:
    case GIT_ERROR_OBJECT:
    case GIT_ERROR_TREE:
    case GIT_ERROR_ZLIB:
    case GIT_ERROR_INDEX:
      return ErrorKind::corrupt;
    default:
      return ErrorKind::config;
  }
}

/// An empty path means: look nowhere.
void set_search_path(git_config_level_t level, const std::string& path) {
  check_git2(git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, static_cast<int>(level), path.c_str()),
             "cannot set git's search path");
}

}  // namespace

Git2Library::Git2Library() {
  check_git2(git_libgit2_init(), "cannot start libgit2");
}

Git2Library::~Git2Library() {
  git_libgit2_shutdown();
}

void Git2Library::set_search_paths(const std::vector<std::string>& environment) {
  const auto home = find_variable(environment, "HOME").value_or("");
  const auto xdg = find_variable(environment, "XDG_CONFIG_HOME").value_or("");
  const auto no_system =
      to_lower_ascii(find_variable(environment, "GIT_CONFIG_NOSYSTEM").value_or(""));
  const bool no_global = find_variable(environment, "GIT_CONFIG_GLOBAL").has_value();
  const bool skip_system = find_variable(environment, "GIT_CONFIG_SYSTEM").has_value() ||
                           !(no_system.empty() || no_system == "0" || no_system == "false" ||
                             no_system == "no" || no_system == "off");
  const auto xdg_git = !xdg.empty() ? xdg + "/git" : home.empty() ? "" : home + "/.config/git";
  set_search_path(GIT_CONFIG_LEVEL_GLOBAL, no_global ? "" : home);
  // The user's ignore file stands beside the XDG config: GIT_CONFIG_GLOBAL does not hide it.
  set_search_path(GIT_CONFIG_LEVEL_XDG, xdg_git);
  set_search_path(GIT_CONFIG_LEVEL_SYSTEM, skip_system ? "" : "/etc");
  set_search_path(GIT_CONFIG_LEVEL_PROGRAMDATA, "");
}

void fail_git2(int code, std::string_view doing) {
  throw Error(kind_of(code), fmt::format("{}: {}", doing, last_git2_words()));
}

Oid to_oid(const git_oid& oid) {
  Oid text(GIT_OID_HEXSZ, '0');
  git_oid_fmt(text.data(), &oid);
  return text;
}

std::string last_git2_words() {
  const git_error* const last = git_error_last();
  return last != nullptr && last->message != nullptr ? last->message : "unknown reason";
}

std::optional<std::string> find_variable(const std::vector<std::string>& environment,
                                         std::string_view name) {
  for (const auto& variable : environment) {
    if (variable.size() > name.size() && variable[name.size()] == '=' &&
        variable.starts_with(name)) {
      return variable.substr(name.size() + 1);
    }
  }
  return std::nullopt;
}

}  // namespace mlops::git
