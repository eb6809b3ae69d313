#include "pipeline/dockerfile.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace mlops::pipeline {

namespace {

/// Variables of variables grow without end otherwise.
constexpr std::size_t kMaxNameBytes = 4096;
constexpr std::size_t kMaxImages = 256;

/// One step, its lines joined.
struct Step {
  std::size_t line = 0;            ///< of its first line
  std::string keyword;             ///< in lower case
  std::vector<std::string> flags;  ///< with their dashes
  std::vector<std::string> words;
};

std::vector<std::string> split_words(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  std::vector<std::string> words;
  for (auto at = text.find_first_not_of(kBlanks); at != std::string_view::npos;) {
    const auto end = std::min(text.find_first_of(kBlanks, at), text.size());
    words.emplace_back(text.substr(at, end - at));
    at = text.find_first_not_of(kBlanks, end);
  }
  return words;
}

Step make_step(std::size_t line, std::string_view text) {
  Step step;
  step.line = line;
  step.words = split_words(text);
  step.keyword = to_lower_ascii(step.words.front());
  step.words.erase(step.words.begin());
  const auto first = std::find_if(step.words.begin(), step.words.end(), [](const auto& word) {
    return !word.starts_with("--");
  });
  step.flags.assign(step.words.begin(), first);
  step.words.erase(step.words.begin(), first);
  return step;
}

/// The end marks of the texts that a step has in the lines below it: RUN <<EOF, COPY <<-"END" /x.
std::vector<std::string> heredoc_marks(const Step& step) {
  std::vector<std::string> marks;
  if (step.keyword != "run" && step.keyword != "copy" && step.keyword != "add") {
    return marks;
  }
  for (std::string_view word : step.words) {
    while (!word.empty() && std::isdigit(static_cast<unsigned char>(word.front())) != 0) {
      word.remove_prefix(1);
    }
    if (!word.starts_with("<<")) {
      continue;
    }
    std::string mark(word.substr(word.starts_with("<<-") ? 3 : 2));
    std::erase_if(mark, [](char letter) { return letter == '"' || letter == '\''; });
    if (!mark.empty() && mark.find('<') == std::string::npos) {
      marks.push_back(std::move(mark));
    }
  }
  return marks;
}

/// Cuts a Dockerfile into steps.
class StepReader {
 public:
  explicit StepReader(std::string_view text) : lines_(split(text, '\n')) { read_directives(); }

  std::optional<Step> next() {
    std::string text;
    std::size_t first = 0;
    while (at_ < lines_.size()) {
      const auto line = trim(lines_[at_++]);
      if (line.empty() || line.front() == '#') {
        continue;  // within a step, too
      }
      first = text.empty() ? at_ : first;
      if (line.back() == escape_) {
        text.append(line.substr(0, line.size() - 1)).append(" ");
        continue;
      }
      text.append(line);
      break;
    }
    if (trim(text).empty()) {
      return std::nullopt;
    }
    auto step = make_step(first, text);
    for (const auto& mark : heredoc_marks(step)) {
      skip_heredoc(mark);
    }
    return step;
  }

 private:
  /// `# escape=...` counts only above everything else.
  void read_directives() {
    constexpr std::string_view kEscape = "escape=";
    for (const auto& raw : lines_) {
      const auto line = trim(raw);
      if (!line.starts_with('#')) {
        return;
      }
      auto text = to_lower_ascii(line.substr(1));
      std::erase_if(text, [](char letter) { return letter == ' ' || letter == '\t'; });
      if (text.find('=') == std::string::npos) {
        return;
      }
      if (text.starts_with(kEscape) && text.size() == kEscape.size() + 1) {
        escape_ = text.back();
      }
    }
  }

  void skip_heredoc(const std::string& mark) {
    while (at_ < lines_.size() && trim(lines_[at_]) != mark) {
      ++at_;
    }
    at_ += at_ < lines_.size() ? 1U : 0U;
  }

  std::vector<std::string_view> lines_;
  std::size_t at_ = 0;
  char escape_ = '\\';
};

using Variables = std::map<std::string, std::string, std::less<>>;

/// `NAME`, `NAME:-default`, `NAME:+other`; the colon may be left out.
std::optional<std::string> value_of(std::string_view inside, const Variables& variables) {
  const auto end = std::min(inside.find_first_of(":-+"), inside.size());
  const auto found = variables.find(inside.substr(0, end));
  auto rest = inside.substr(end);
  const bool counts_empty = !rest.starts_with(':');
  rest.remove_prefix(counts_empty ? 0 : 1);
  const bool is_set = found != variables.end() && (counts_empty || !found->second.empty());
  if (rest.starts_with('-') && !is_set) {
    return std::string(rest.substr(1));
  }
  if (rest.starts_with('+')) {
    return is_set ? std::string(rest.substr(1)) : std::string();
  }
  return found == variables.end() ? std::nullopt : std::optional(found->second);
}

/// Nothing when a variable in it is not known or stands within another one, or it grows too long.
std::optional<std::string> substitute(std::string_view text, const Variables& variables) {
  constexpr std::string_view kName =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
  std::string whole;
  while (!text.empty()) {
    const auto dollar = std::min(text.find('$'), text.size());
    whole += text.substr(0, dollar);
    text.remove_prefix(dollar);
    if (text.empty()) {
      break;
    }
    const bool has_braces = text.starts_with("${");
    const auto begin = has_braces ? 2U : 1U;
    const auto end =
        has_braces ? text.find('}') : std::min(text.find_first_not_of(kName, 1), text.size());
    if (end == std::string_view::npos) {
      return std::nullopt;
    }
    const auto value = value_of(text.substr(begin, end - begin), variables);
    if (!value || value->find('$') != std::string::npos ||
        whole.size() + value->size() > kMaxNameBytes) {
      return std::nullopt;
    }
    whole += *value;
    text.remove_prefix(end + (has_braces ? 1 : 0));
  }
  return whole;
}

/// What the steps name, in the order of the file.
class BaseImages {
 public:
  explicit BaseImages(std::string_view file) : file_(file) {}

  void add(const Step& step) {
    if (step.keyword == "arg" && stage_count_ == 0) {
      declare(step);
    } else if (step.keyword == "from") {
      begin_stage(step);
    } else if (step.keyword == "copy") {
      for (const auto& flag : step.flags) {
        add_source(step, flag, "--from=");
      }
    } else if (step.keyword == "run") {
      for (const auto& flag : step.flags) {
        add_mount(step, flag);
      }
    }
  }

  std::vector<std::string> take() { return std::move(images_); }

 private:
  void declare(const Step& step) {
    for (const auto& word : step.words) {
      const auto equals = word.find('=');
      if (equals == std::string::npos) {
        continue;
      }
      auto value = word.substr(equals + 1);
      std::erase_if(value, [](char letter) { return letter == '"' || letter == '\''; });
      if (auto known = substitute(value, variables_)) {
        variables_[word.substr(0, equals)] = std::move(*known);
      }
    }
  }

  void begin_stage(const Step& step) {
    if (step.words.empty()) {
      return;  // the engine says what is wrong with it
    }
    add_name(step, step.words.front());
    ++stage_count_;
    if (step.words.size() >= 3 && to_lower_ascii(step.words[1]) == "as") {
      stages_.insert(to_lower_ascii(step.words[2]));
    }
  }

  void add_mount(const Step& step, std::string_view flag) {
    constexpr std::string_view kMount = "--mount=";
    if (flag.starts_with(kMount)) {
      for (const auto part : split(flag.substr(kMount.size()), ',')) {
        add_source(step, part, "from=");
      }
    }
  }

  /// A number is that of a stage.
  void add_source(const Step& step, std::string_view text, std::string_view prefix) {
    const auto name = text.starts_with(prefix) ? text.substr(prefix.size()) : std::string_view();
    if (name.find_first_not_of("0123456789") != std::string_view::npos) {
      add_name(step, name);
    }
  }

  void add_name(const Step& step, std::string_view text) {
    const auto name = substitute(text, variables_);
    if (!name || name->empty() || name->front() == '-') {
      throw Error(ErrorKind::config,
                  fmt::format("{}:{}: which image {} is cannot be told before it is built",
                              file_,
                              step.line,
                              quote(text)),
                  "name it, or give its ARG a default before the first FROM");
    }
    if (stages_.contains(to_lower_ascii(*name)) || !known_.insert(*name).second) {
      return;
    }
    if (images_.size() == kMaxImages) {
      throw Error(ErrorKind::config,
                  fmt::format("{}:{}: more than {} images", file_, step.line, kMaxImages));
    }
    images_.push_back(*name);
  }

  std::string_view file_;
  Variables variables_;
  std::set<std::string> stages_{"scratch"};
  std::size_t stage_count_ = 0;
  std::vector<std::string> images_;
  std::set<std::string> known_;
};

}  // namespace

std::vector<std::string> parse_base_images(std::string_view text, std::string_view file) {
  StepReader reader(text);
  BaseImages images(file);
  while (const auto step = reader.next()) {
    images.add(*step);
  }
  return images.take();
}

}  // namespace mlops::pipeline
