#include "pipeline/build_context.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "pipeline/path.h"
#include "pipeline/record_hash.h"

namespace mlops::pipeline {

namespace {

constexpr std::uint64_t kMaxStepsBytes = 1ULL << 20U;
constexpr std::size_t kMaxFiles = 200'000;

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  for (const auto part : split(line, ' ')) {
    for (const auto word : split(part, '\t')) {
      if (!trim(word).empty()) {
        words.emplace_back(trim(word));
      }
    }
  }
  return words;
}

/// Hashes a directory in the order of names.
class ContextHash {
 public:
  ContextHash(const RunContext& context, std::string top, const IgnorePatterns& ignored)
      : context_(context), top_(std::move(top)), ignored_(ignored) {
    for (const auto& instance : context.graph.instances) {
      for (const auto& out : instance.outs) {
        outs_.insert(out.path);
      }
    }
  }

  void add_directory(const std::string& relative) {
    const auto directory = context_.workspace.top() / top_ / relative;
    for (const auto& name : os::list_directory(directory)) {
      const auto path = relative.empty() ? name : relative + "/" + name;
      if (path == ".git" || path == ".mlops") {
        continue;
      }
      add(path);
    }
  }

  std::string hex() { return hash_.hex(); }

 private:
  void add(const std::string& path) {
    context_.cancel.check();
    const auto file = context_.workspace.top() / top_ / path;
    const auto stat = os::lstat_file(file);
    if (!stat) {
      return;
    }
    if (stat->kind == os::FileKind::directory) {
      // An exception may stand below an ignored directory.
      add_directory(path);
      return;
    }
    if (ignored_.ignores(path)) {
      return;
    }
    refuse_outs(path);
    if (++count_ > kMaxFiles) {
      throw Error(
          ErrorKind::config,
          fmt::format("the build context {} has more than {} files", quote(top_), kMaxFiles),
          "name what the image does not need in its .dockerignore");
    }
    hash_.add(path);
    if (stat->kind == os::FileKind::symlink) {
      hash_.add("link").add(os::read_link(file));
    } else if (stat->kind == os::FileKind::regular) {
      hash_.add(stat->is_executable() ? "program" : "file");
      hash_.add(digest_of_file(file, context_.cancel));
    }
  }

  void refuse_outs(const std::string& path) const {
    const auto from_top = normal_path(top_ + "/" + path);
    for (const auto& out : outs_) {
      if (is_same_or_inside(from_top, out)) {
        throw Error(ErrorKind::config,
                    fmt::format("the out {} lies in the build context {}: each run would ask for "
                                "another image",
                                quote(out),
                                quote(top_)),
                    fmt::format("add it to {}", normal_path(top_ + "/.dockerignore")));
      }
    }
  }

  const RunContext& context_;
  std::string top_;
  const IgnorePatterns& ignored_;
  std::set<std::string> outs_;
  RecordHash hash_;
  std::size_t count_ = 0;
};

}  // namespace

IgnorePatterns::IgnorePatterns(std::string_view text) {
  for (const auto part : split(text, '\n')) {
    auto line = trim(part);
    if (line.empty() || line.front() == '#') {
      continue;
    }
    Pattern pattern;
    if (line.front() == '!') {
      pattern.is_exception = true;
      line = trim(line.substr(1));
    }
    pattern.glob = normal_path(std::string(line));
    if (pattern.glob.starts_with('/')) {
      pattern.glob.erase(0, 1);
    }
    patterns_.push_back(std::move(pattern));
  }
}

bool IgnorePatterns::ignores(const std::string& path) const {
  bool ignored = false;
  for (const auto& pattern : patterns_) {
    for (auto end = path.find('/'); !path.empty(); end = path.find('/', end + 1)) {
      if (glob_match(pattern.glob, std::string_view(path).substr(0, end))) {
        ignored = !pattern.is_exception;
        break;
      }
      if (end == std::string::npos) {
        break;
      }
    }
  }
  return ignored;
}

std::vector<std::string> parse_bases(std::string_view steps) {
  std::set<std::string> stages{"scratch"};
  std::vector<std::string> bases;
  for (const auto line : split(steps, '\n')) {
    auto words = words_of(line);
    if (words.size() < 2 || to_lower_ascii(words.front()) != "from") {
      continue;
    }
    words.erase(words.begin());
    std::erase_if(words, [](const std::string& word) { return word.starts_with("--"); });
    if (words.empty()) {
      continue;
    }
    const auto& name = words.front();
    if (!stages.contains(to_lower_ascii(name)) && name.find('$') == std::string::npos &&
        name.front() != '-' && std::find(bases.begin(), bases.end(), name) == bases.end()) {
      bases.push_back(name);
    }
    if (words.size() >= 3 && to_lower_ascii(words[1]) == "as") {
      stages.insert(to_lower_ascii(words[2]));
    }
  }
  return bases;
}

BuildContext::BuildContext(const RunContext& context, const ImageBuild& build) {
  const auto& top = context.workspace.top();
  const auto stat = os::lstat_file(top / build.context);
  if (!stat || stat->kind != os::FileKind::directory) {
    throw Error(ErrorKind::config,
                fmt::format("the build context {} is no directory", quote(build.context)));
  }
  const auto steps = os::read_file_if_exists(top / build.file, kMaxStepsBytes);
  if (!steps) {
    throw Error(ErrorKind::config, fmt::format("there is no {}", quote(build.file)));
  }
  const IgnorePatterns ignored(
      os::read_file_if_exists(top / build.context / ".dockerignore", kMaxStepsBytes).value_or(""));
  ContextHash hash(context, build.context, ignored);
  hash.add_directory("");
  RecordHash whole;
  digest_ = whole.add(*steps).add(hash.hex()).hex();
  bases_ = parse_bases(*steps);
}

}  // namespace mlops::pipeline
