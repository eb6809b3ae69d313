#include "git/clone_config.h"

#include <utility>

#include "git/refusal.h"

namespace mlops::git {

CloneConfig CloneConfig::open(const fs::path& work_tree, const OpenOptions& options) {
  auto git = GitCommand::find(options, work_tree);
  if (!git) {
    refuse_without_git("it keeps its own configuration");
  }
  return CloneConfig(std::move(*git));
}

std::optional<std::string> CloneConfig::find(const std::string& key) const {
  return get({}, key);
}

std::optional<std::string> CloneConfig::find_own(const std::string& key) const {
  return get({"--local"}, key);
}

std::optional<std::string> CloneConfig::get(const std::vector<std::string>& scope,
                                            const std::string& key) const {
  std::vector<std::string> args{"config", "--null", "--get", key};
  args.insert(args.begin() + 1, scope.begin(), scope.end());
  auto done = git_.run(args);
  if (done.result.exit_code == 1) {
    return std::nullopt;
  }
  if (done.result.exit_code != 0) {
    GitCommand::fail(args, done);
  }
  if (done.out.ends_with('\0')) {
    done.out.pop_back();
  }
  return std::move(done.out);
}

void CloneConfig::set_own(const std::string& key, const std::optional<std::string>& value) {
  if (value) {
    git_.output({"config", "--local", "--replace-all", key, *value});
  } else if (find_own(key)) {
    git_.output({"config", "--local", "--unset-all", key});
  }
}

fs::path CloneConfig::hooks_directory() const {
  return git_.line({"rev-parse", "--path-format=absolute", "--git-path", "hooks"});
}

}  // namespace mlops::git
