#include "app/parse.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/help.h"
#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"

namespace mlops::app {
namespace {

std::string dashes(const Flag& flag) {
  const std::string name = flag.name.empty() ? "" : "--" + flag.name;
  const std::string letter = flag.letter == 0 ? "" : std::string("-") + flag.letter;
  return letter.empty() || name.empty() ? letter + name : letter + "," + name;
}

const Flag* find_global(std::string_view word) {
  const std::string_view name = word.substr(0, word.find('='));
  for (const Flag& flag : global_flags()) {
    const bool by_letter = name.size() >= 2 && name[0] == '-' && name[1] == flag.letter;
    if ((!flag.name.empty() && name == "--" + flag.name) || by_letter) {
      return &flag;
    }
  }
  return nullptr;
}

std::vector<std::string> names_in_group(std::string_view group) {
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    const std::size_t space = command.path.find(' ');
    if (group.empty()) {
      const std::string first = command.path.substr(0, space);
      if (names.empty() || names.back() != first) {
        names.push_back(first);
      }
    } else if (space != std::string::npos && command.path.substr(0, space) == group) {
      names.push_back(command.path.substr(space + 1));
    }
  }
  return names;
}

bool is_group(std::string_view word) {
  return std::any_of(
      groups().begin(), groups().end(), [&](const Group& group) { return group.name == word; });
}

/// Splits off the words that name the command; what is left are flags and arguments.
struct Split {
  std::string path;
  std::vector<std::string> rest;
};

/// Verbs named so in any group, as they are typed: "mlops data fsck" for "fsck".
std::vector<std::string> verbs_named(std::string_view word) {
  std::vector<std::string> found;
  for (const Command& command : commands()) {
    const std::size_t space = command.path.find(' ');
    if (command.path.substr(space == std::string::npos ? 0 : space + 1) == word) {
      found.push_back(quote("mlops " + command.path));
    }
  }
  return found;
}

/// The verb is right but its group, or it is a slip in a name of this group, or in one of others.
std::string meant_command(const std::string& group, const std::string& word) {
  if (const auto elsewhere = verbs_named(word); !elsewhere.empty()) {
    return "did you mean " + join(elsewhere, " or ") + "?";
  }
  std::string hint = did_you_mean(word, names_in_group(group));
  for (const Group& other : groups()) {
    const auto verb = hint.empty() ? suggest(word, names_in_group(other.name)) : std::nullopt;
    hint = verb ? "did you mean " + join(verbs_named(*verb), " or ") + "?" : hint;
  }
  return hint;
}

[[noreturn]] void fail_unknown_command(const std::string& group, const std::string& word) {
  const std::string what = group.empty() ? word : group + " " + word;
  const std::string hint = meant_command(group, word);
  throw Error(ErrorKind::usage,
              fmt::format("{} is not an mlops command", quote(what)),
              hint.empty() ? "mlops help" + (group.empty() ? "" : " " + group) : hint);
}

Split split_command(const std::vector<std::string>& words) {
  Split split;
  bool complete = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (complete || word == "--" || word == "-") {
      complete = true;
      split.rest.push_back(word);
    } else if (word.starts_with("-")) {
      split.rest.push_back(word);
      const Flag* flag = find_global(word);
      const bool separate =
          word.find('=') == std::string::npos && (word.starts_with("--") || word.size() == 2);
      if (flag != nullptr && !flag->value.empty() && separate && i + 1 < words.size()) {
        split.rest.push_back(words[++i]);
      }
    } else if (split.path.empty() && is_group(word)) {
      split.path = word;
    } else {
      const std::string path = split.path.empty() ? word : split.path + " " + word;
      if (find_command(path) == nullptr) {
        fail_unknown_command(split.path, word);
      }
      split.path = path;
      complete = true;
    }
  }
  return split;
}

std::vector<const Flag*> flags_of(const Command* command) {
  std::vector<const Flag*> all;
  for (const Flag& flag : global_flags()) {
    all.push_back(&flag);
  }
  if (command != nullptr) {
    for (const Flag& flag : command->flags) {
      all.push_back(&flag);
    }
  }
  return all;
}

/// CLI11 names an unknown flag but suggests nothing; we look first.
void refuse_unknown_flags(const std::vector<std::string>& words,
                          const std::vector<const Flag*>& flags,
                          const std::string& path) {
  std::vector<std::string> known;
  known.reserve(flags.size());
  for (const Flag* flag : flags) {
    known.push_back("--" + flag->name);
  }
  for (const std::string& word : words) {
    if (word == "--") {
      return;
    }
    if (!word.starts_with("--")) {
      continue;
    }
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end()) {
      std::string hint = did_you_mean(name, known);
      throw Error(ErrorKind::usage,
                  fmt::format("unknown flag {}", quote(name)),
                  hint.empty() ? "mlops" + (path.empty() ? "" : " " + path) + " -h" : hint);
    }
    // CLI11 would take '--force=no' for '--force'.
    const Flag* flag = flags[static_cast<std::size_t>(found - known.begin())];
    if (equals != std::string::npos && flag->value.empty()) {
      throw Error(ErrorKind::usage,
                  fmt::format("{} takes no value", quote(name)),
                  "leave the flag out to switch it off");
    }
  }
}

/// Too few or too many words: which, and what the command wants.
void check_words(const Command& command, const std::vector<std::string>& words) {
  std::size_t least = 0;
  std::size_t most = 0;
  for (const Argument& argument : command.arguments) {
    const bool needed =
        argument.count == Argument::Count::one || argument.count == Argument::Count::at_least_one;
    const bool single =
        argument.count == Argument::Count::one || argument.count == Argument::Count::optional;
    if (needed && words.size() <= least) {
      throw Error(ErrorKind::usage,
                  fmt::format("{} wants a <{}>", quote("mlops " + command.path), argument.name),
                  usage_line(command));
    }
    least += needed ? 1 : 0;
    most = single && most != SIZE_MAX ? most + 1 : SIZE_MAX;
  }
  if (words.size() > most) {
    throw Error(
        ErrorKind::usage,
        fmt::format("{} does not take {}", quote("mlops " + command.path), quote(words[most])),
        usage_line(command));
  }
}

/// The values of one flag as CLI11 fills them.
struct FlagValues {
  const Flag* flag;
  std::vector<std::string> values;
  CLI::Option* option = nullptr;
};

void declare_flag(CLI::App& app, FlagValues& declared) {
  const Flag& flag = *declared.flag;
  if (flag.value.empty()) {
    declared.option = app.add_flag(dashes(flag));
    return;
  }
  declared.option = app.add_option(dashes(flag), declared.values)->expected(1);
  declared.option->allow_extra_args(false);
  if (flag.repeat == Flag::Repeat::yes) {
    declared.option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  } else {
    declared.option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
}

void check_choice(const Flag& flag, const std::string& value) {
  const std::string word =
      value.substr(0, flag.repeat == Flag::Repeat::yes ? value.find('=') : std::string::npos);
  if (!flag.choices.empty() &&
      std::find(flag.choices.begin(), flag.choices.end(), word) == flag.choices.end()) {
    const std::string hint = did_you_mean(word, flag.choices);
    throw Error(
        ErrorKind::usage,
        fmt::format("--{} takes {}, not {}", flag.name, join(flag.choices, " | "), quote(word)),
        hint.empty() ? fmt::format("such as --{}{}{}",
                                   flag.name,
                                   flag.given == Flag::Given::optional ? "=" : " ",
                                   flag.choices.front())
                     : hint);
  }
}

void collect(const std::deque<FlagValues>& declared, Arguments& arguments) {
  for (const FlagValues& entry : declared) {
    if (entry.option->count() == 0) {
      continue;
    }
    const std::string name =
        entry.flag->name.empty() ? std::string(1, entry.flag->letter) : entry.flag->name;
    if (entry.flag->value.empty()) {
      arguments.add_flag(name, "");
    }
    for (const std::string& value : entry.values) {
      check_choice(*entry.flag, value);
      arguments.add_flag(name, value);
    }
  }
}

/// Takes the flags out whose value is optional: CLI11 would give them the next word.
void take_optional(std::vector<std::string>& words,
                   const std::vector<const Flag*>& flags,
                   Arguments& arguments) {
  const auto end = std::find(words.begin(), words.end(), "--");
  const auto is_taken = [&](const std::string& word) {
    const std::size_t equals = std::min(word.find('='), word.size());
    const auto found = std::find_if(flags.begin(), flags.end(), [&](const Flag* flag) {
      return flag->given == Flag::Given::optional && word.substr(0, equals) == "--" + flag->name;
    });
    if (found == flags.end()) {
      return false;
    }
    const std::string value = word.substr(std::min(equals + 1, word.size()));
    if (!value.empty()) {
      check_choice(**found, value);
    } else if (equals < word.size()) {  // an empty variable of a script must not mean "all"
      throw Error(ErrorKind::usage,
                  fmt::format("--{}= wants a value: {}", (*found)->name, (*found)->value),
                  fmt::format("leave the '=' out if you mean --{} alone", (*found)->name));
    }
    arguments.add_flag((*found)->name, value);
    return true;
  };
  words.erase(std::remove_if(words.begin(), end, is_taken), end);
}

bool asks(const std::vector<std::string>& words, std::string_view flag) {
  const auto end = std::find(words.begin(), words.end(), "--");
  return std::find(words.begin(), end, flag) != end;
}

/// CLI11's problem in our words. It names an option by the text before the first colon.
std::string problem_of(const CLI::App& app,
                       const CLI::ParseError& error,
                       const std::vector<const Flag*>& flags) {
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && app.remaining_size() > 0) {
    return "unknown flag " + quote(app.remaining().front());
  }
  const std::string text = error.what();
  const std::string name = text.substr(0, text.find(':'));
  const auto named = std::find_if(flags.begin(), flags.end(), [&](const Flag* flag) {
    return name == (flag->name.empty() ? std::string("-") + flag->letter : "--" + flag->name);
  });
  if (named == flags.end()) {
    return text.substr(0, text.find('\n'));
  }
  return (*named)->value.empty() ? name + " takes no value"
                                 : fmt::format("{} wants a value: {}", name, (*named)->value);
}

void run_cli11(CLI::App& app,
               const std::vector<std::string>& words,
               const std::vector<const Flag*>& flags,
               const std::string& path) {
  std::vector<std::string> reversed(words.rbegin(), words.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    throw Error(ErrorKind::usage,
                problem_of(app, error, flags),
                "mlops" + (path.empty() ? "" : " " + path) + " -h");
  }
}

}  // namespace

ParsedLine parse_command_line(const std::vector<std::string>& words) {
  Split split = split_command(words);
  ParsedLine line;
  line.topic = split.path;
  line.command = find_command(split.path);
  line.version = asks(split.rest, "--version");
  if (asks(split.rest, "--help")) {
    line.help = ParsedLine::Help::manual;
  } else if (asks(split.rest, "-h") || (line.command == nullptr && !line.version)) {
    line.help = ParsedLine::Help::screen;
  }
  const std::vector<const Flag*> flags = flags_of(line.command);
  refuse_unknown_flags(split.rest, flags, split.path);

  CLI::App app;
  app.set_help_flag();
  std::deque<FlagValues> declared;
  for (const Flag* flag : flags) {
    if (flag->given == Flag::Given::always) {
      declared.push_back({flag, {}, nullptr});
      declare_flag(app, declared.back());
    }
  }
  take_optional(split.rest, flags, line.arguments);
  std::vector<std::string> positional;
  app.add_option("words", positional)->expected(0, CLI::detail::expected_max_vector_size);
  run_cli11(app, split.rest, flags, split.path);
  collect(declared, line.arguments);
  if (line.command != nullptr && line.help == ParsedLine::Help::none && !line.version) {
    check_words(*line.command, positional);
  }
  for (std::string& word : positional) {
    line.arguments.add_word(std::move(word));
  }
  return line;
}

}  // namespace mlops::app
