#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/exit_code.h"

namespace mlops::app {

class Context;

/// What may stand in a place of the command line; completion knows how to list it.
enum class Complete {
  nothing,
  file,
  revision,
  stage,
  data_set,
  run,
  prediction_set,
  check,
  setting,
  command,
  remote,
  tool
};

/// One flag of a command. `value` empty: a switch.
struct Flag {
  std::string name;     ///< "format", without dashes
  char letter = 0;      ///< 'n', or 0
  std::string value{};  ///< "<n>", as help shows it
  std::string help;     ///< one line, lower case, no full stop
  enum class Repeat { no, yes } repeat = Repeat::no;
  std::vector<std::string> choices{};  ///< the only values; empty: any
  Complete complete = Complete::nothing;
  /// Optional: `--flag`, or `--flag=value` in one word; given alone its value is "".
  enum class Given { always, optional } given = Given::always;
  bool takes_next_word() const { return !value.empty() && given == Given::always; }
};

struct Argument {
  std::string name;  ///< "path"
  enum class Count { one, optional, any, at_least_one } count = Count::one;
  Complete complete = Complete::nothing;
};

/// What was typed, after parsing: known flags and positional words only.
class Arguments {
 public:
  bool has(std::string_view flag) const;
  std::optional<std::string> find(std::string_view flag) const;  ///< the last one given
  std::vector<std::string> list(std::string_view flag) const;
  std::optional<std::uint64_t> find_count(
      std::string_view flag) const;  ///< Error{usage} if no number
  const std::vector<std::string>& words() const { return words_; }
  std::vector<std::string> flag_names() const;  ///< of those given, sorted

  void add_flag(const std::string& flag, std::string value);
  void add_word(std::string word) { words_.push_back(std::move(word)); }

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> flags_;
  std::vector<std::string> words_;
};

/// One verb: everything that help, completion, parsing and the man page test know about it.
struct Command {
  std::string path;     ///< "data add"
  std::string summary;  ///< one line for lists, lower case, no full stop
  struct Example {
    std::string line;
    std::string what;
  };
  std::vector<Example> examples{};
  std::vector<Argument> arguments{};
  std::vector<Flag> flags{};
  ExitCode (*run)(Context& context, const Arguments& arguments) = nullptr;

  const Flag* find_flag(std::string_view name) const;
};

/// The hand-written table: every command of this build, in the order in which help lists them.
const std::vector<Command>& commands();
const Command* find_command(std::string_view path);
/// First words of two-word commands, with what the group is for: "data" → "version data …".
struct Group {
  std::string name;
  std::string summary;
};
const std::vector<Group>& groups();
/// Flags that every command takes.
const std::vector<Flag>& global_flags();

/// Flags that mean the same wherever they are offered.
namespace flags {
Flag dry_run();
Flag force();
Flag jobs();
Flag json();
Flag revision();
Flag wait();
}  // namespace flags

}  // namespace mlops::app
