#include "workspace/git_hooks.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "workspace/tree_write.h"

namespace mlops::workspace {

namespace {

constexpr std::uint64_t kMaxHookBytes = 1U << 20U;
constexpr std::uint64_t kMaxAttributesBytes = 16U << 20U;

// ---- names in git's configuration

constexpr const char* kProgram = "mlops.program";
constexpr const char* kChainedHooks = "mlops.chainedHooks";
constexpr const char* kHooksPath = "core.hooksPath";
constexpr const char* kDriverName = "merge.mlops.name";
constexpr const char* kDriver = "merge.mlops.driver";
/// How git makes a base of several: ours could put conflict markers into it.
constexpr const char* kDriverOfBases = "merge.mlops.recursive";

/// Git runs it with sh; it quotes %P itself, and the others are names of its own.
constexpr const char* kDriverCommand =
    "mlops=$(git config --local --get mlops.program) && [ -x \"$mlops\" ] || mlops=mlops; "
    "\"$mlops\" data merge --driver -- %O %A %B %P";

constexpr std::array<std::string_view, 2> kAttributes = {"*.mlops merge=mlops",
                                                         "pipeline.lock merge=mlops"};

// ---- what the hooks are

/// What names data, as a shell line has it for git. Other tools have locks, too.
constexpr std::string_view kTracked = "':(top)*.mlops' ':(top)pipeline.lock'";

constexpr std::string_view kMark = "# A hook of mlops";

constexpr std::string_view kHead = R"sh(#!/bin/sh
# A hook of mlops: runs the hook that git would run without it, then does its own work.
# 'mlops init --hooks' writes it, 'mlops init --no-hooks' takes it out: see mlops-init(1).
if before=$(git config --local --type=path --get mlops.chainedHooks); then
  before=$before/@HOOK@
else
  before=${0%/*}/@HOOK@.before-mlops
fi
)sh";

/// For hooks that are here only because theirs would no longer be found.
constexpr std::string_view kPassOn = R"sh([ ! -x "$before" ] || exec "$before" "$@"
)sh";

/// Never a reason for git to fail: what git did is done, and the data is one command away.
constexpr std::string_view kBringData = R"sh(code=0
[ ! -x "$before" ] || "$before" "$@" || code=$?
@CONDITION@mlops=$(git config --local --get mlops.program) || exit "$code"
[ -x "$mlops" ] || mlops=$(command -v mlops) || {
  echo "mlops: the hook @HOOK@ cannot find the program: mlops init --hooks (or --no-hooks) mends it" >&2
  exit "$code"
}
"$mlops" data checkout || echo "mlops: the data does not match its pointers yet: mlops data status" >&2
exit "$code"
)sh";

/// The data goes before the pointers: git pushes only what the remote has the bytes of, unless
/// data.push_hook says otherwise. What is asked for are the commits that the git remote may not
/// have, where they touch pointers or the lock, and those that are pushed themselves. They are
/// many more than a command line holds when a whole history is pushed.
constexpr std::string_view kPushData = R"sh(refs=$(cat)
give() { [ -z "$refs" ] || printf '%s\n' "$refs"; }
[ ! -x "$before" ] || give | "$before" "$@" || exit
mlops=$(git config --local --get mlops.program) || exit 0
[ -x "$mlops" ] || mlops=$(command -v mlops) || {
  echo "mlops: the hook @HOOK@ cannot find the program: mlops init --hooks (or --no-hooks) mends it" >&2
  exit 0
}
pushed=$(give | while read -r _ ours _ _; do
  case $ours in *[!0]*) echo "$ours" ;; esac
done)
[ -n "$pushed" ] || exit 0
known=$(give | while read -r _ _ _ theirs; do
  if git cat-file -e "$theirs" 2>/dev/null; then echo "^$theirs"; fi
done)
commits=$(printf '%s\n' "$pushed" "$known" | git rev-list --stdin --not --remotes="$1" -- @TRACKED@) || exit 1
printf '%s\n' "$pushed" "$commits" | "$mlops" data push --pre-push || {
  echo "mlops: git did not push: others could not get the data (git push --no-verify goes without)" >&2
  exit 1
}
)sh";

/// A switch of branches that no pointer and no lock differs in costs nothing; in the middle of a
/// rebase the data would come and go with every step.
constexpr std::string_view kAfterCheckout =
    R"sh([ "$3" = 1 ] || exit "$code"
for rebase in rebase-merge rebase-apply; do
  [ ! -d "$(git rev-parse --git-path "$rebase")" ] || exit "$code"
done
if git diff --quiet "$1" "$2" -- @TRACKED@ 2>/dev/null; then exit "$code"; fi
)sh";
constexpr std::string_view kAfterRewrite = R"sh([ "$1" = rebase ] || exit "$code"
)sh";

struct DataHook {
  std::string_view name;
  std::string_view condition;
};
constexpr std::string_view kPushHook = "pre-push";
/// Git runs no post-checkout after a merge or a rebase.
constexpr std::array<DataHook, 4> kDataHooks = {{{"post-checkout", kAfterCheckout},
                                                 {"post-merge", ""},
                                                 {"post-rewrite", kAfterRewrite},
                                                 {kPushHook, ""}}};

/// Hooks whose being there changes nothing by itself, so that one that is added to a chained
/// directory later is found.
constexpr auto kPassedOn = std::to_array<std::string_view>({"applypatch-msg",
                                                            "commit-msg",
                                                            "post-applypatch",
                                                            "post-commit",
                                                            "pre-applypatch",
                                                            "pre-auto-gc",
                                                            "pre-commit",
                                                            "pre-merge-commit",
                                                            "pre-rebase",
                                                            "prepare-commit-msg"});
/// … and those that are chained only where they are.
constexpr auto kPassedOnIfThere = std::to_array<std::string_view>({"p4-changelist",
                                                                   "p4-post-changelist",
                                                                   "p4-pre-submit",
                                                                   "p4-prepare-changelist",
                                                                   "post-index-change",
                                                                   "post-receive",
                                                                   "post-update",
                                                                   "pre-receive",
                                                                   "proc-receive",
                                                                   "push-to-checkout",
                                                                   "reference-transaction",
                                                                   "sendemail-validate",
                                                                   "update"});

std::string fill_in(std::string text, std::string_view name, std::string_view value) {
  for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos; at += value.size()) {
    text.replace(at, name.size(), value);
  }
  return text;
}

std::string hook_text(std::string_view name) {
  const auto* const found = std::find_if(kDataHooks.begin(),
                                         kDataHooks.end(),
                                         [&](const DataHook& hook) { return hook.name == name; });
  std::string text(kHead);
  if (found == kDataHooks.end()) {
    text += kPassOn;
  } else if (name == kPushHook) {
    text += kPushData;
  } else {
    text += fill_in(std::string(kBringData), "@CONDITION@", found->condition);
  }
  return fill_in(fill_in(std::move(text), "@TRACKED@", kTracked), "@HOOK@", name);
}

// ---- files

std::optional<std::string> read_hook(const fs::path& file) {
  const auto stat = os::lstat_file(file);
  if (!stat || stat->kind != os::FileKind::regular || stat->size > kMaxHookBytes) {
    return std::nullopt;
  }
  return os::read_file_if_exists(file, kMaxHookBytes);
}

bool is_ours(const fs::path& file) {
  const auto text = read_hook(file);
  return text && text->find(kMark) < kHead.size();
}

std::vector<std::string> list_names(const fs::path& directory) {
  return os::lstat_file(directory) ? os::list_directory(directory) : std::vector<std::string>();
}

fs::path kept_name(const fs::path& directory, std::string_view hook) {
  return directory / (std::string(hook) + std::string(kBeforeSuffix));
}

bool is_inside(const fs::path& path, const fs::path& directory) {
  const fs::path relative =
      fs::weakly_canonical(path).lexically_relative(fs::weakly_canonical(directory));
  return !relative.empty() && *relative.begin() != "..";
}

class HookSetter {
 public:
  HookSetter(Workspace& workspace, git::CloneConfig& config)
      : workspace_(workspace),
        config_(config),
        own_directory_(workspace.state_directory() / "hooks") {}

  HookChanges install(const fs::path& program, Stage stage) {
    set(kProgram, program.string());
    // Never a name without a command: git would refuse to merge at all.
    set(kDriver, kDriverCommand);
    set(kDriverOfBases, "binary");
    set(kDriverName, "data sets and locks of mlops, file by file");
    const fs::path directory = config_.hooks_directory();
    if (is_inside(directory, workspace_.repository().common_dir()) &&
        !is_inside(directory, own_directory_)) {
      set(kChainedHooks, std::nullopt);
      install_beside(directory);
    } else {
      chain(directory);
    }
    add_attributes(stage);
    return std::move(changes_);
  }

  HookChanges remove() {
    const fs::path directory = config_.hooks_directory();
    if (is_inside(directory, own_directory_)) {
      unchain();
    } else {
      remove_beside(directory);
    }
    remove_own_directory();
    for (const char* key : {kDriverName, kDriver, kDriverOfBases, kChainedHooks, kProgram}) {
      set(key, std::nullopt);
    }
    return std::move(changes_);
  }

 private:
  void set(const char* key, const std::optional<std::string>& value) {
    if (config_.find_own(key) != value) {
      config_.set_own(key, value);
      changes_.is_config_changed = true;
    }
  }

  void install_beside(const fs::path& directory) {
    for (const DataHook& hook : kDataHooks) {
      if (!is_called_by_another(directory, hook.name)) {
        make_room(directory, hook.name);
        write(directory, hook.name);
      }
    }
  }

  /// Other programs that chain hooks may have moved ours and run it (pre-commit: "NAME.legacy").
  /// Moving theirs again would have the two call each other for ever.
  static bool is_called_by_another(const fs::path& directory, std::string_view hook) {
    const auto names = list_names(directory);
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return name.starts_with(std::string(hook) + ".") && is_ours(directory / name);
    });
  }

  void make_room(const fs::path& directory, std::string_view hook) {
    const fs::path file = directory / hook;
    if (!os::lstat_file(file) || is_ours(file)) {
      return;
    }
    const fs::path kept = kept_name(directory, hook);
    if (os::lstat_file(kept)) {
      throw Error(ErrorKind::conflict,
                  fmt::format("{} is not mlops's, and another hook is kept as {} already",
                              quote(file.string()),
                              quote(kept.filename().string())),
                  "join the two by hand, then: mlops init --hooks");
    }
    os::rename_no_replace(file, kept);
    changes_.chained.push_back(kept);
  }

  void write(const fs::path& directory, std::string_view hook) {
    const fs::path file = directory / hook;
    if (os::lstat_file(file) && !is_ours(file)) {
      throw Error(ErrorKind::conflict,
                  fmt::format("{} is a hook of another program", quote(file.string())),
                  "move it to the directory that core.hooksPath named before: " +
                      quote(config_.find_own(kChainedHooks).value_or("")));
    }
    const std::string text = hook_text(hook);
    if (read_hook(file) != text) {
      constexpr std::uint32_t kExecutable = 0755;
      os::make_directories(directory);
      os::TempFile temp(directory);
      temp.write(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
      temp.publish(file, os::Durability::durable, os::TempFile::Replace::yes, kExecutable);
      changes_.written.push_back(file);
    }
  }

  /// `directory` is where git looks now, and nobody else may write.
  void chain(const fs::path& directory) {
    std::string chained = config_.find_own(kChainedHooks).value_or("");
    if (!is_inside(directory, own_directory_)) {
      chained = config_.find(kHooksPath).value_or(directory.string());
      changes_.chained_directory = chained;
    }
    // Named before git looks here: a hook that ran now would find them.
    set(kChainedHooks, chained);
    for (const DataHook& hook : kDataHooks) {
      write(own_directory_, hook.name);
    }
    for (const std::string_view hook : kPassedOn) {
      write(own_directory_, hook);
    }
    for (const std::string_view hook : kPassedOnIfThere) {
      if (os::lstat_file(directory / hook)) {
        write(own_directory_, hook);
      }
    }
    set(kHooksPath, own_directory_.string());
    if (!is_inside(config_.hooks_directory(), own_directory_)) {
      throw Error(ErrorKind::conflict,
                  fmt::format("git goes on looking for hooks in {}",
                              quote(config_.hooks_directory().string())),
                  "git config --show-scope --get-all core.hooksPath says who sets it");
    }
  }

  /// What another file sets holds again once ours is gone.
  void unchain() {
    const std::string chained = config_.find_own(kChainedHooks).value_or("");
    set(kHooksPath, std::nullopt);
    if (!chained.empty() &&
        config_.find(kHooksPath).value_or(config_.hooks_directory().string()) != chained) {
      set(kHooksPath, chained);
    }
    changes_.chained_directory = chained;
  }

  /// Also those that git looks for no longer, since another program set core.hooksPath again.
  void remove_own_directory() {
    for (const std::string& name : list_names(own_directory_)) {
      if (!is_ours(own_directory_ / name)) {
        continue;
      }
      os::remove_file(own_directory_ / name);
      changes_.written.push_back(own_directory_ / name);
    }
  }

  void remove_beside(const fs::path& directory) {
    if (!is_inside(directory, workspace_.repository().common_dir())) {
      return;
    }
    for (const DataHook& hook : kDataHooks) {
      for (const std::string& name : list_names(directory)) {
        const fs::path file = directory / name;
        if ((name != hook.name && !name.starts_with(std::string(hook.name) + ".")) ||
            !is_ours(file)) {
          continue;
        }
        changes_.written.push_back(file);
        if (const fs::path kept = kept_name(directory, hook.name); os::lstat_file(kept)) {
          os::rename_replace(kept, file);
          changes_.chained.push_back(file);
        } else {
          os::remove_file(file);
        }
      }
    }
  }

  void add_attributes(Stage stage) {
    constexpr std::string_view kFile = ".gitattributes";
    const std::string before =
        read_text(workspace_.tree(), kFile, kMaxAttributesBytes).value_or("");
    std::string text = before;
    const std::vector<std::string_view> lines = split(before, '\n');
    for (const std::string_view line : kAttributes) {
      if (std::find(lines.begin(), lines.end(), line) == lines.end()) {
        text += (text.empty() || text.ends_with('\n') ? "" : "\n") + std::string(line) + "\n";
      }
    }
    if (text == before) {
      return;
    }
    write_text(workspace_.tree(), kFile, text);
    changes_.staged.emplace_back(kFile);
    if (stage == Stage::yes) {
      try {
        workspace_.repository().stage(changes_.staged);
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::config && error.kind() != ErrorKind::locked) {
          throw;
        }
        changes_.stage_problem = error.message();
      }
    }
  }

  Workspace& workspace_;
  git::CloneConfig& config_;
  fs::path own_directory_;  ///< of hooks that chain a foreign directory
  HookChanges changes_;
};

}  // namespace

bool HookChanges::is_changed() const {
  return is_config_changed || !written.empty() || !chained.empty() || !staged.empty();
}

HookChanges install_hooks(Workspace& workspace,
                          git::CloneConfig& config,
                          const fs::path& program,
                          Stage stage) {
  return HookSetter(workspace, config).install(program, stage);
}

HookChanges remove_hooks(Workspace& workspace, git::CloneConfig& config) {
  return HookSetter(workspace, config).remove();
}

}  // namespace mlops::workspace
