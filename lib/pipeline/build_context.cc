#include "pipeline/build_context.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "pipeline/dockerfile.h"
#include "pipeline/path.h"
#include "pipeline/record_hash.h"
#include "workspace/tree_path.h"

namespace mlops::pipeline {

namespace {

constexpr std::uint64_t kMaxStepsBytes = 1ULL << 20U;
constexpr std::size_t kMaxFiles = 200'000;

/// Hashes a directory in the order of names.
class ContextHash {
 public:
  ContextHash(const RunContext& context,
              std::string top,
              const std::vector<IgnorePatterns>& ignored)
      : context_(context), top_(std::move(top)), ignored_(ignored) {
    for (const auto& instance : context.graph.instances) {
      for (const auto& out : instance.outs) {
        outs_.insert(out.path);
      }
    }
  }

  void add_directory(const std::string& relative) {
    const auto directory = origin_of(context_) / top_ / relative;
    for (const auto& name : os::list_directory(directory)) {
      const auto path = workspace::join_path(relative, name);
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
    const auto file = origin_of(context_) / top_ / path;
    const auto stat = os::lstat_file(file);
    if (!stat) {
      return;
    }
    if (stat->kind == os::FileKind::directory) {
      // An exception may stand below an ignored directory.
      add_directory(path);
      return;
    }
    if (is_ignored(path)) {
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

  /// Which of several files of patterns counts depends on the engine: only what all of them name is
  /// surely not in the image.
  bool is_ignored(const std::string& path) const {
    return !ignored_.empty() &&
           std::all_of(ignored_.begin(), ignored_.end(), [&](const IgnorePatterns& patterns) {
             return patterns.ignores(path);
           });
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
  const std::vector<IgnorePatterns>& ignored_;
  std::set<std::string> outs_;
  RecordHash hash_;
  std::size_t count_ = 0;
};

/// Where BuildKit, Docker's old builder and Podman look for patterns.
std::array<std::string, 4> ignore_files(const ImageBuild& build) {
  const auto in_context = normal_path(build.context + "/");
  return {build.file + ".dockerignore",
          build.file + ".containerignore",
          workspace::join_path(in_context, ".containerignore"),
          workspace::join_path(in_context, ".dockerignore")};
}

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

BuildContext::BuildContext(const RunContext& context, const ImageBuild& build) {
  const auto& top = origin_of(context);
  const auto stat = os::lstat_file(top / build.context);
  if (!stat || stat->kind != os::FileKind::directory) {
    throw Error(ErrorKind::config,
                fmt::format("the build context {} is no directory", quote(build.context)));
  }
  const auto steps = os::read_file_if_exists(top / build.file, kMaxStepsBytes);
  if (!steps) {
    throw Error(ErrorKind::config, fmt::format("there is no {}", quote(build.file)));
  }
  bases_ = parse_base_images(*steps, build.file);
  RecordHash whole;
  whole.add(*steps);
  std::vector<IgnorePatterns> ignored;
  for (const auto& file : ignore_files(build)) {
    if (const auto text = os::read_file_if_exists(top / file, kMaxStepsBytes)) {
      whole.add(file).add(*text);
      ignored.emplace_back(*text);
    }
  }
  ContextHash hash(context, build.context, ignored);
  hash.add_directory("");
  digest_ = whole.add(hash.hex()).hex();
}

}  // namespace mlops::pipeline
