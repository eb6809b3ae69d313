#include "support/git_repo.h"

#include <stdexcept>

namespace mlops::test {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kSearchPath = "/usr/local/bin:/usr/bin:/bin";

std::string find_git() {
  for (const char* candidate : {"/usr/bin/git", "/usr/local/bin/git", "/bin/git"}) {
    if (fs::exists(candidate)) {
      return candidate;
    }
  }
  throw std::runtime_error("git is not installed in /usr/bin, /usr/local/bin or /bin");
}

std::string without_last_newline(std::string text) {
  if (!text.empty() && text.back() == '\n') {
    text.pop_back();
  }
  return text;
}

}  // namespace

GitRepo::GitRepo(const std::vector<std::string>& init_args) : work_tree_(temp_.path() / "repo") {
  const fs::path home = temp_.path() / "home";
  fs::create_directory(home);
  fs::create_directory(work_tree_);
  env_ = {"PATH=" + std::string(kSearchPath),
          "HOME=" + home.string(),
          "XDG_CONFIG_HOME=" + (home / ".config").string(),
          "GIT_CONFIG_NOSYSTEM=1",
          "GIT_TERMINAL_PROMPT=0",
          "GIT_AUTHOR_NAME=Ada Test",
          "GIT_AUTHOR_EMAIL=ada@example.org",
          "GIT_AUTHOR_DATE=1700000000 +0000",
          "GIT_COMMITTER_NAME=Ada Test",
          "GIT_COMMITTER_EMAIL=ada@example.org",
          "GIT_COMMITTER_DATE=1700000000 +0000",
          "LC_ALL=C",
          "TZ=UTC"};
  std::vector<std::string> args{"-c", "init.defaultBranch=main", "init", "--quiet"};
  args.insert(args.end(), init_args.begin(), init_args.end());
  git(args);
}

void GitRepo::write(std::string_view relative, std::string_view content) const {
  write_file(work_tree_ / relative, content);
}

std::string GitRepo::read(std::string_view relative) const {
  return read_file(work_tree_ / relative);
}

std::string GitRepo::git(const std::vector<std::string>& args) const {
  return git_in(work_tree_, args);
}

std::string GitRepo::git_in(const fs::path& cwd, const std::vector<std::string>& args) const {
  static const std::string executable = find_git();
  std::vector<std::string> argv{executable};
  argv.insert(argv.end(), args.begin(), args.end());
  CommandResult result = run_command(argv, env_, cwd);
  if (result.exit_code != 0) {
    throw std::runtime_error("git " + (args.empty() ? std::string() : args.front()) +
                             " failed: " + result.err);
  }
  return std::move(result.out);
}

std::string GitRepo::commit(std::string_view message) const {
  git({"add", "-A"});
  git({"commit", "--quiet", "--allow-empty", "--message", std::string(message)});
  return without_last_newline(git({"rev-parse", "HEAD"}));
}

}  // namespace mlops::test
