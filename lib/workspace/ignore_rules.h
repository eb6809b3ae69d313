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

/// The rules of one `.mlopsignore`: gitignore(5), byte for byte and with regard to case. Ours and
/// not git's, because git does not look into other repositories inside the tree, sees the tree at
/// another moment than the scan, and lists what is ignored file by file. A test asks git about the
/// same rules. Any thread.
class IgnoreRules {
 public:
  /// Any bytes. The time that a match takes is bounded by the lengths of pattern and path.
  explicit IgnoreRules(std::string_view text);

  enum class Verdict { ignored, kept };
  struct Match {
    Verdict verdict = Verdict::ignored;
    std::size_t line = 0;
    std::string_view text;  ///< of the line
  };
  enum class Kind { directory, other };
  /// The last rule that matches `path`, relative to the directory of the file; nothing when none
  /// does. The directories above it are the caller's question.
  std::optional<Match> find(std::string_view path, Kind kind) const;

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
  static bool matches(const Rule& rule, std::string_view text);
  static bool matches_middle(const Rule& rule, std::string_view text);

  std::vector<Rule> rules_;  ///< in the order of the file
};

}  // namespace mlops::workspace
