#include "workspace/ignore_rules.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

namespace {

constexpr std::string_view kSpecial = "*?[\\";

/// Spaces at the end do not count, unless a backslash is before the first of them.
std::string_view without_end(std::string_view line) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') {
      i += 1;
      end = std::min(i + 1, line.size());
    } else if (line[i] != ' ') {
      end = i + 1;
    }
  }
  return line.substr(0, end);
}

bool between(std::uint8_t c, char low, char high) {
  return c >= static_cast<std::uint8_t>(low) && c <= static_cast<std::uint8_t>(high);
}

/// As git has them, whatever the locale: its white space is these four. Nothing: no such class.
std::optional<std::bitset<256>> class_of(std::string_view name) {
  using Test = bool (*)(std::uint8_t);
  static constexpr Test kDigit = [](std::uint8_t c) { return between(c, '0', '9'); };
  static constexpr Test kUpper = [](std::uint8_t c) { return between(c, 'A', 'Z'); };
  static constexpr Test kLower = [](std::uint8_t c) { return between(c, 'a', 'z'); };
  static constexpr Test kAlpha = [](std::uint8_t c) { return kUpper(c) || kLower(c); };
  static constexpr Test kAlnum = [](std::uint8_t c) { return kAlpha(c) || kDigit(c); };
  static constexpr Test kGraph = [](std::uint8_t c) { return between(c, '!', '~'); };
  static constexpr auto kClasses = std::to_array<std::pair<std::string_view, Test>>({
      {"alnum", kAlnum},
      {"alpha", kAlpha},
      {"blank", [](std::uint8_t c) { return c == ' ' || c == '\t'; }},
      {"cntrl", [](std::uint8_t c) { return c < ' ' || c == '\x7f'; }},
      {"digit", kDigit},
      {"graph", kGraph},
      {"lower", kLower},
      {"print", [](std::uint8_t c) { return between(c, ' ', '~'); }},
      {"punct", [](std::uint8_t c) { return kGraph(c) && !kAlnum(c); }},
      {"space", [](std::uint8_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }},
      {"upper", kUpper},
      {"xdigit",
       [](std::uint8_t c) { return kDigit(c) || between(c, 'A', 'F') || between(c, 'a', 'f'); }},
  });
  const auto known = std::find_if(
      kClasses.begin(), kClasses.end(), [&](const auto& one) { return one.first == name; });
  if (known == kClasses.end()) {
    return std::nullopt;
  }
  std::bitset<256> set;
  for (std::size_t c = 0; c < set.size(); ++c) {
    set.set(c, known->second(static_cast<std::uint8_t>(c)));
  }
  return set;
}

}  // namespace

/// One line → one rule. What git takes for broken (an open bracket, an unknown class, a backslash
/// at the end) matches nothing.
class IgnoreRules::Parser {
 public:
  Parser(std::string_view line, std::size_t number) {
    rule_.line = number;
    rule_.text = line;
    if (line.starts_with('!')) {
      rule_.verdict = Verdict::kept;
      line.remove_prefix(1);
    }
    if (line.ends_with('/')) {
      rule_.directories_only = true;
      line.remove_suffix(1);
    }
    rule_.by_name = line.find('/') == std::string_view::npos;
    if (line.starts_with('/')) {
      line.remove_prefix(1);
    }
    // Apart, as in git: a "**" behind it counts as the start of the pattern.
    const std::size_t literal = std::min(line.find_first_of(kSpecial), line.size());
    rule_.prefix = line.substr(0, literal);
    rest_ = line.substr(literal);
  }

  std::size_t stars() const { return stars_; }

  std::optional<Rule> parse() {
    while (at_ < rest_.size()) {
      if (!parse_token()) {
        return std::nullopt;
      }
    }
    take_suffix();
    // Longer than any path: it would cost time and match nothing.
    return bytes_ > kMaxPathBytes ? std::nullopt : std::optional(std::move(rule_));
  }

 private:
  std::uint8_t peek(std::size_t ahead = 0) const {
    return at_ + ahead < rest_.size() ? static_cast<std::uint8_t>(rest_[at_ + ahead]) : 0;
  }

  bool parse_token() {
    const std::uint8_t c = peek();
    switch (c) {
      case '*':
        parse_stars();
        return true;
      case '[':
        ++at_;
        return parse_set();
      case '?':
        ++at_;
        push_set(Set().set().reset('/'));
        return true;
      case '\\':
        if (at_ + 1 == rest_.size()) {
          return false;
        }
        ++at_;
        push_byte(peek());
        ++at_;
        return true;
      default:
        push_byte(c);
        ++at_;
        return true;
    }
  }

  void take_suffix() {
    std::vector<Token>& tokens = rule_.middle;
    while (!tokens.empty() && tokens.back().kind == Token::Kind::byte) {
      rule_.suffix += static_cast<char>(tokens.back().byte);
      tokens.pop_back();
    }
    std::reverse(rule_.suffix.begin(), rule_.suffix.end());
  }

  void push_byte(std::uint8_t byte) {
    ++bytes_;
    rule_.middle.push_back({Token::Kind::byte, byte, 0});
  }
  void push_set(const Set& set) {
    ++bytes_;
    rule_.middle.push_back({Token::Kind::set, 0, rule_.sets.size()});
    rule_.sets.push_back(set);
  }

  /// Two or more cross directories where they are a component of the pattern.
  void parse_stars() {
    const std::size_t first = at_;
    ++stars_;
    while (peek() == '*') {
      ++at_;
    }
    const bool starts = first == 0 || rest_[first - 1] == '/';
    const bool ends = at_ == rest_.size() || peek() == '/' || (peek() == '\\' && peek(1) == '/');
    if (at_ - first == 1 || !starts || !ends) {
      rule_.middle.push_back({Token::Kind::run, 0, 0});
    } else if (peek() == '/') {
      ++at_;
      if (rule_.middle.empty() || rule_.middle.back().kind != Token::Kind::steps) {
        rule_.middle.push_back({Token::Kind::steps, 0, 0});  // two of them say no more than one
      }
    } else {
      rule_.middle.push_back({Token::Kind::deep, 0, 0});
    }
  }

  bool parse_set() {
    Set set;
    const bool is_negated = peek() == '!' || peek() == '^';
    at_ += is_negated ? 1U : 0U;
    std::uint8_t before = 0;  // what a range may start with
    do {
      if (at_ >= rest_.size() || !parse_member(set, before)) {
        return false;
      }
    } while (peek() != ']');
    ++at_;
    push_set((is_negated ? ~set : set).reset('/'));
    return true;
  }

  /// False for what makes the whole pattern match nothing.
  bool parse_member(Set& set, std::uint8_t& before) {
    const std::uint8_t c = peek();
    if (c == '-' && before != 0 && peek(1) != 0 && peek(1) != ']') {
      ++at_;
      at_ += peek() == '\\' ? 1U : 0U;
      const std::uint8_t last = peek();
      for (std::size_t member = before; member <= last; ++member) {
        set.set(member);
      }
      before = 0;
      ++at_;
      return at_ <= rest_.size();
    }
    if (c == '[' && peek(1) == ':') {
      return parse_class(set, before);
    }
    at_ += c == '\\' ? 1U : 0U;
    if (at_ >= rest_.size()) {
      return false;
    }
    before = peek();
    set.set(before);
    ++at_;
    return true;
  }

  bool parse_class(Set& set, std::uint8_t& before) {
    const std::size_t close = rest_.find(']', at_ + 2);
    if (close == std::string_view::npos) {
      return false;
    }
    if (close == at_ + 2 || rest_[close - 1] != ':') {
      before = '[';  // a bracket like any other byte
      set.set('[');
      ++at_;
      return true;
    }
    const auto members = class_of(rest_.substr(at_ + 2, close - 1 - (at_ + 2)));
    if (!members) {
      return false;
    }
    set |= *members;
    before = 0;
    at_ = close + 1;
    return true;
  }

  Rule rule_;
  std::string_view rest_;
  std::size_t at_ = 0;
  std::size_t stars_ = 0;
  std::size_t bytes_ = 0;  ///< that a match of the rest takes at least
};

IgnoreRules::IgnoreRules(std::string_view text, std::string_view file) {
  if (text.starts_with("\xef\xbb\xbf")) {
    text.remove_prefix(3);
  }
  std::size_t number = 0;
  std::size_t steps = 0;
  const auto check = [&](bool is_within, std::string_view problem) {
    if (!is_within) {
      throw Error(ErrorKind::config,
                  fmt::format("{}:{}: {}", quote(file), number, problem),
                  "say it with fewer rules or stars: man mlopsignore");
    }
  };
  for (std::string_view line : split(text, '\n')) {
    ++number;
    if (line.starts_with('#')) {
      continue;
    }
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    line = without_end(line.substr(0, line.find('\0')));
    if (line.empty()) {
      continue;
    }
    check(line.size() <= kMaxIgnoreRuleBytes,
          fmt::format("a rule has at most {} bytes", kMaxIgnoreRuleBytes));
    Parser parser(line, number);
    auto rule = parser.parse();
    check(parser.stars() <= kMaxIgnoreRuleStars,
          fmt::format("a rule has at most {} stars", kMaxIgnoreRuleStars));
    if (rule) {
      steps += rule->middle.size();
      rules_.push_back(std::move(*rule));
    }
    check(rules_.size() <= kMaxIgnoreRules,
          fmt::format("a file has at most {} rules", kMaxIgnoreRules));
    check(
        steps <= kMaxIgnoreRuleSteps,
        fmt::format("the rules of a file have at most {} letters and wildcards behind their first "
                    "wildcards",
                    kMaxIgnoreRuleSteps));
  }
}

std::optional<IgnoreRules::Match> IgnoreRules::find(std::string_view path,
                                                    Kind kind,
                                                    std::uint64_t* steps) const {
  const std::string_view name = leaf_of(path);
  std::uint64_t taken = 0;
  const auto found = std::find_if(rules_.rbegin(), rules_.rend(), [&](const Rule& rule) {
    return (!rule.directories_only || kind == Kind::directory) &&
           matches(rule, rule.by_name ? name : path, taken);
  });
  if (steps != nullptr) {
    *steps += taken;
  }
  return found == rules_.rend() ? std::nullopt
                                : std::optional(Match{found->verdict, found->line, found->text});
}

/// All ways at once, byte by byte, and only those that are still open: no pattern takes more steps
/// than its length times the text's.
class IgnoreRules::Matcher {
 public:
  Matcher(const Rule& rule, std::uint64_t& steps)
      : rule_(rule), tokens_(rule.middle), steps_(steps), reached_(tokens_.size() + 1) {}

  bool run(std::string_view text) {
    reached_[0] = kBefore;
    narrow(0, 0);
    for (const char letter : text) {
      if (first_ > last_) {
        return false;
      }
      take(static_cast<std::uint8_t>(letter));
    }
    return reached_.back() == kBefore;
  }

 private:
  /// Where the bytes so far may have led: before a token, or into the steps that it takes.
  static constexpr std::uint8_t kBefore = 1;
  static constexpr std::uint8_t kInside = 2;

  void take(std::uint8_t c) {
    std::uint8_t to_next = 0;  // what leads from the token before to this one
    const std::size_t end = std::min(last_ + 1, tokens_.size());
    steps_ += end - first_;
    for (std::size_t i = first_; i < end; ++i) {
      const std::uint8_t at = std::exchange(reached_[i], std::exchange(to_next, std::uint8_t{0}));
      to_next = pass(tokens_[i], at, c, reached_[i]);
    }
    reached_[end] = to_next;
    narrow(first_, end);
  }

  /// From `at` over `c`: what stays at the token, and what leads to the next.
  std::uint8_t pass(const Token& token,
                    std::uint8_t at,
                    std::uint8_t c,
                    std::uint8_t& stays) const {
    using Kind = Token::Kind;
    const bool is_before = (at & kBefore) != 0;
    switch (token.kind) {
      case Kind::byte:
        return is_before && c == token.byte ? kBefore : 0;
      case Kind::set:
        return is_before && rule_.sets[token.set][c] ? kBefore : 0;
      case Kind::run:
        stays |= is_before && c != '/' ? kBefore : 0;
        return 0;
      case Kind::deep:
        stays |= is_before ? kBefore : 0;
        return 0;
      case Kind::steps:
        stays |= at != 0 ? kInside : 0;
        return at != 0 && c == '/' ? kBefore : 0;
    }
    return 0;
  }

  /// Goes on over tokens that may take nothing, and finds what is open now.
  void narrow(std::size_t first, std::size_t last) {
    using Kind = Token::Kind;
    for (std::size_t i = first; i <= last && i < tokens_.size(); ++i) {
      const bool may_be_empty = tokens_[i].kind != Kind::byte && tokens_[i].kind != Kind::set;
      if (may_be_empty && (reached_[i] & kBefore) != 0) {
        reached_[i + 1] |= kBefore;
        last = std::max(last, i + 1);
      }
    }
    while (first <= last && reached_[first] == 0) {
      ++first;
    }
    while (last > first && reached_[last] == 0) {
      --last;
    }
    first_ = first;
    last_ = last;
  }

  const Rule& rule_;
  const std::vector<Token>& tokens_;
  std::uint64_t& steps_;
  std::vector<std::uint8_t> reached_;
  std::size_t first_ = 0;  ///< open are those from here …
  std::size_t last_ = 0;   ///< … to here; none if it is the smaller
};

bool IgnoreRules::matches(const Rule& rule, std::string_view text, std::uint64_t& steps) {
  if (!text.starts_with(rule.prefix)) {
    return false;
  }
  text.remove_prefix(rule.prefix.size());
  if (!text.ends_with(rule.suffix)) {
    return false;
  }
  text.remove_suffix(rule.suffix.size());
  return rule.middle.empty() ? text.empty() : Matcher(rule, steps).run(text);
}

}  // namespace mlops::workspace
