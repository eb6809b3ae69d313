#include "app/complete.h"

#include <algorithm>

#include "app/command.h"
#include "base/error.h"
#include "config/settings.h"
#include "os/file.h"
#include "pipeline/pipeline.h"
#include "pipeline/run_history.h"
#include "policy/safeguards.h"
#include "workspace/data.h"

namespace mlops::app {
namespace {

constexpr std::uint64_t kMaxPipelineBytes = 4ULL << 20U;

std::vector<std::string> revisions(Context& context) {
  std::vector<std::string> names{"HEAD"};
  for (const git::Ref& ref : context.workspace().repository().list_refs()) {
    for (const std::string_view prefix : {"refs/tags/", "refs/heads/", "refs/remotes/"}) {
      if (ref.name.starts_with(prefix)) {
        names.push_back(ref.name.substr(prefix.size()));
      }
    }
  }
  return names;
}

std::vector<std::string> pipeline_names(Context& context, Complete what) {
  std::vector<std::string> names;
  const auto text =
      os::read_file_if_exists(context.workspace().top() / "pipeline.toml", kMaxPipelineBytes);
  if (!text) {
    return names;
  }
  const pipeline::Pipeline parsed = pipeline::parse_pipeline(*text, "pipeline.toml");
  if (what == Complete::stage) {
    for (const pipeline::Stage& stage : parsed.stages) {
      names.push_back(stage.name);
    }
  } else {
    for (const policy::PredictionSet& set : parsed.predictions) {
      names.push_back(set.name);
    }
  }
  return names;
}

std::vector<std::string> check_names(Context& context) {
  std::vector<std::string> names;
  const auto text =
      os::read_file_if_exists(context.workspace().top() / "safeguards.toml", kMaxPipelineBytes);
  if (text) {
    for (const policy::Check& check : policy::parse_safeguards(*text, "safeguards.toml").checks) {
      names.push_back(check.name);
    }
  }
  return names;
}

std::vector<std::string> data_sets(Context& context) {
  std::vector<std::string> names;
  for (const std::string& path : workspace::list_data_sets(context.workspace())) {
    names.push_back(context.workspace().to_display(path));
  }
  return names;
}

std::vector<std::string> runs(Context& context) {
  std::vector<std::string> names =
      pipeline::RunHistory(context.workspace().state_directory() / "runs").list();
  names.emplace_back("@last");
  return names;
}

std::vector<std::string> remotes(Context& context) {
  std::vector<std::string> names;
  for (const config::Setting& setting : context.workspace().settings().all()) {
    const config::SettingName name = config::resolve_setting(setting.name);
    if (name.key->name == "remote.*.url") {
      names.push_back(name.segments[1]);
    }
  }
  return names;
}

std::vector<std::string> settings() {
  std::vector<std::string> names;
  for (const config::SettingKey& key : config::setting_keys()) {
    names.push_back(key.name);
  }
  return names;
}

std::vector<std::string> command_words(std::string_view group) {
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    const std::size_t space = command.path.find(' ');
    if (group.empty()) {
      names.push_back(command.path.substr(0, space));
    } else if (space != std::string::npos && command.path.substr(0, space) == group) {
      names.push_back(command.path.substr(space + 1));
    }
  }
  return names;
}

std::vector<std::string> values(Context& context, Complete what) {
  switch (what) {
    case Complete::revision:
      return revisions(context);
    case Complete::stage:
    case Complete::prediction_set:
      return pipeline_names(context, what);
    case Complete::check:
      return check_names(context);
    case Complete::data_set:
      return data_sets(context);
    case Complete::run:
      return runs(context);
    case Complete::setting:
      return settings();
    case Complete::command:
      return command_words("");
    case Complete::remote:
      return remotes(context);
    case Complete::tool:
      return {"dvc", "lfs"};
    case Complete::nothing:
    case Complete::file:
      return {};
  }
  return {};
}

/// Where the cursor stands: which command, and whether a flag waits for its value.
struct Place {
  std::string path;
  const Command* command = nullptr;
  const Flag* pending = nullptr;
  std::size_t words = 0;  ///< arguments before the cursor
};

const Flag* match_flag(const Command* command, std::string_view word) {
  const auto matches = [&](const Flag& flag) {
    return (!flag.name.empty() && word == "--" + flag.name) ||
           (flag.letter != 0 && word == std::string("-") + flag.letter);
  };
  for (const Flag& flag : global_flags()) {
    if (matches(flag)) {
      return &flag;
    }
  }
  if (command != nullptr) {
    for (const Flag& flag : command->flags) {
      if (matches(flag)) {
        return &flag;
      }
    }
  }
  return nullptr;
}

Place find_place(const std::vector<std::string>& words) {
  Place place;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& word = words[i];
    if (place.pending != nullptr) {
      place.pending = nullptr;
    } else if (word.starts_with("-")) {
      const Flag* flag = match_flag(place.command, word);
      place.pending = flag != nullptr && flag->takes_next_word() ? flag : nullptr;
    } else if (place.command == nullptr) {
      place.path += (place.path.empty() ? "" : " ") + word;
      place.command = find_command(place.path);
    } else {
      ++place.words;
    }
  }
  return place;
}

std::vector<std::string> candidates(Context& context,
                                    const Place& place,
                                    const std::string& current) {
  std::vector<std::string> names;
  if (place.pending != nullptr) {
    return place.pending->choices.empty() ? values(context, place.pending->complete)
                                          : place.pending->choices;
  }
  if (current.starts_with("-")) {
    for (const Flag& flag : global_flags()) {
      names.push_back(flag.name.empty() ? std::string("-") + flag.letter : "--" + flag.name);
    }
    if (place.command != nullptr) {
      for (const Flag& flag : place.command->flags) {
        names.push_back("--" + flag.name);
      }
    }
    return names;
  }
  if (place.command == nullptr) {
    return command_words(place.path);
  }
  const std::vector<Argument>& arguments = place.command->arguments;
  if (arguments.empty()) {
    return {};
  }
  return values(context, arguments[std::min(place.words, arguments.size() - 1)].complete);
}

}  // namespace

std::vector<std::string> complete(Context& context, const std::vector<std::string>& words) {
  const std::string current = words.empty() ? std::string() : words.back();
  std::vector<std::string> names;
  try {
    names = candidates(context, find_place(words), current);
  } catch (const Error&) {
    return {};  // a shell's prompt is no place for messages: what cannot be read offers no names
  }
  std::erase_if(names, [&](const std::string& name) { return !name.starts_with(current); });
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string completion_script(std::string_view shell) {
  if (shell == "bash") {
    return R"(_mlops() {
  local IFS=$'\n'
  COMPREPLY=($(mlops completion --words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -o bashdefault -F _mlops mlops
)";
  }
  if (shell == "zsh") {
    return R"(#compdef mlops
_mlops() {
  local -a found
  found=("${(@f)$(mlops completion --words -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "${found[1]}" ]]; then compadd -- "${found[@]}"; else _files; fi
}
if [[ "${funcstack[1]}" = "_mlops" ]]; then _mlops "$@"; else compdef _mlops mlops; fi
)";
  }
  return R"(function __mlops_words
  set -l line (commandline -opc) (commandline -ct)
  mlops completion --words -- $line[2..-1] 2>/dev/null
end
complete -c mlops -a '(__mlops_words)'
)";
}

}  // namespace mlops::app
