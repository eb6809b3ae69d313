#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::workspace {

/// What files are called that hold such rules.
inline constexpr std::string_view kIgnoreRulesName = ".mlopsignore";
inline constexpr std::uint64_t kMaxIgnoreRulesBytes = 256U << 10U;
/// What one file may ask of every path. Real ones have some ten rules with a star or two.
inline constexpr std::size_t kMaxIgnoreRules = 4096;
inline constexpr std::size_t kMaxIgnoreRuleBytes = 4096;  ///< of a line
inline constexpr std::size_t kMaxIgnoreRuleStars = 32;    ///< of a line; "**" is one
inline constexpr std::size_t kMaxIgnoreRuleSteps =
    8192;  ///< of all: wildcards and what is between them

/// The rules of one `.mlopsignore`: gitignore(5), byte for byte and with regard to case. Ours and
/// not git's, because git does not look into other repositories inside the tree, sees the tree at
/// another moment than the scan, and lists what is ignored file by file. A test asks git about the
/// same rules. Any thread.
class IgnoreRules {
 public:
  /// Any bytes within the bounds above. Error{config} with file and line for what exceeds them.
  explicit IgnoreRules(std::string_view text, std::string_view file = kIgnoreRulesName);

  enum class Verdict { ignored, kept };
  struct Match {
    Verdict verdict = Verdict::ignored;
    std::size_t line = 0;
    std::string_view text;  ///< of the line
  };
  enum class Kind { directory, other };
  /// The last rule that matches `path`, relative to the directory of the file; nothing when none
  /// does. The directories above it are the caller's question. Adds to `steps` what it took: at
  /// most kMaxIgnoreRuleSteps for each byte of the path.
  std::optional<Match> find(std::string_view path, Kind kind, std::uint64_t* steps = nullptr) const;

 private:
  /// A piece of a pattern between its literal ends.
  struct Token {
    enum class Kind {
      byte,
      set,    ///< one byte of `set`
      run,    ///< any bytes but '/'
      deep,   ///< any bytes
      steps,  ///< nothing, or any bytes up to a '/'
    } kind = Kind::byte;
    std::uint8_t byte = 0;
    std::size_t set = 0;
  };
  using Set = std::bitset<256>;
  struct Rule {
    Verdict verdict = Verdict::ignored;
    std::size_t line = 0;
    std::string text;
    bool directories_only = false;
    bool by_name = false;  ///< no '/' in it: for the name, at any depth
    std::string prefix;    ///< literal, as is the suffix
    std::vector<Token> middle;
    std::string suffix;
    std::vector<Set> sets;
  };
  class Parser;
  static bool matches(const Rule& rule, std::string_view text, std::uint64_t& steps);
  class Matcher;

  std::vector<Rule> rules_;  ///< in the order of the file
};

}  // namespace mlops::workspace
