#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::table {

/// One line of JSON Lines: an object without nested values, read strictly as RFC 8259 says, with
/// one addition: NaN, Infinity and -Infinity, which Python's json module writes.
///
///     line   = ws "{" [ member *( "," member ) ] "}" ws
///     member = ws string ws ":" ws ( string / number / "true" / "false" / "null" / special ) ws
///
/// Ours and not nlohmann's because the spelling of a number has to be kept (it says more digits
/// than a double holds), and because nothing of a line is copied but strings with escapes.
class JsonLineParser {
 public:
  struct Member {
    std::string_view key;
    std::string_view value;  ///< the text of the value as a CSV file has it; null is empty
  };

  /// `name` is how messages call the file.
  explicit JsonLineParser(std::string name) : name_(std::move(name)) {}
  /// False for a line of white space alone. Error{config} with `number`, the line's, in the message
  /// for all else that is no such line. The members are valid as long as the line and until the
  /// next call.
  bool parse(std::string_view line, std::uint64_t number);
  const std::vector<Member>& members() const { return members_; }
  /// Throws Error{config} about the line that was parsed last.
  [[noreturn]] void fail(const std::string& problem) const;

 private:
  void parse_member();
  std::string_view parse_value(std::string_view key);
  std::string_view parse_string();
  std::string_view parse_escaped(std::size_t begin);
  std::string_view parse_number(std::string_view key);
  void append_escape();
  std::uint32_t parse_unit();
  void skip_space();
  bool take(char c);
  bool take_word(std::string_view word);
  std::size_t skip_digits();
  char peek() const { return at_ < line_.size() ? line_[at_] : '\0'; }

  std::string name_;
  std::uint64_t number_ = 0;
  std::string_view line_;
  std::size_t at_ = 0;
  std::vector<Member> members_;
  /// Of the line's strings with escapes, what they say. Never longer than the line, whose length is
  /// reserved: views into it stay valid.
  std::string unescaped_;
};

}  // namespace mlops::table
