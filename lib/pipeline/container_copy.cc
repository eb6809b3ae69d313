#include "pipeline/container_copy.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "os/process.h"

namespace mlops::pipeline {

namespace {

constexpr std::uint64_t kMaxCopyAnswer = 64ULL << 20U;
constexpr std::size_t kTarBlock = 512;
constexpr std::size_t kTarName = 100;

/// A header of ustar: fields at fixed places, numbers in octal, a sum over the block.
std::string tar_header(const std::string& name,
                       char type,
                       std::size_t size,
                       std::uint32_t owner,
                       std::uint32_t group) {
  constexpr std::size_t kSumAt = 148;
  constexpr std::size_t kSumSize = 8;
  std::string block(kTarBlock, '\0');
  const auto put = [&](std::size_t at, std::string_view text) {
    std::copy(text.begin(), text.end(), block.begin() + static_cast<std::ptrdiff_t>(at));
  };
  put(0, std::string_view(name).substr(0, kTarName));
  put(100, "0000755");
  // Ids beyond seven digits fit nowhere in ustar; the engine's user is then root's.
  constexpr std::uint32_t kMaxId = 07777777;
  put(108, fmt::format("{:07o}", owner > kMaxId ? 0 : owner));
  put(116, fmt::format("{:07o}", group > kMaxId ? 0 : group));
  put(124, fmt::format("{:011o}", size));
  put(136, "00000000000");
  put(kSumAt, std::string(kSumSize, ' '));
  put(156, std::string(1, type));
  put(257, std::string_view("ustar\00000", 8));
  std::uint32_t sum = 0;
  for (const char c : block) {
    sum += static_cast<unsigned char>(c);
  }
  put(kSumAt, std::string_view(fmt::format("{:06o}", sum)));
  block[kSumAt + 6] = '\0';
  return block;
}

/// "LENGTH path=NAME\n", its own length counted.
std::string pax_record(const std::string& name) {
  const auto rest = " path=" + name + "\n";
  auto length = rest.size() + 1;
  while (std::to_string(length).size() + rest.size() > length) {
    ++length;
  }
  return std::to_string(length) + rest;
}

void pad(std::string& tar) {
  tar.resize((tar.size() + kTarBlock - 1) / kTarBlock * kTarBlock, '\0');
}

bool says_absent(const std::string& message) {
  constexpr std::array<std::string_view, 4> kSigns{
      "no such container:path", "could not find the file", "could not be found", "no such file"};
  const auto lower = to_lower_ascii(message);
  return std::any_of(kSigns.begin(), kSigns.end(), [&](std::string_view sign) {
    return lower.find(sign) != std::string::npos;
  });
}

}  // namespace

std::string tar_of_directories(const std::vector<std::filesystem::path>& directories,
                               std::uint32_t owner,
                               std::uint32_t group) {
  constexpr char kDirectory = '5';
  constexpr char kPax = 'x';
  std::string tar;
  for (const auto& directory : directories) {
    auto name = directory.lexically_normal().relative_path().string();
    name += name.ends_with('/') ? "" : "/";
    if (name.size() > kTarName) {
      const auto record = pax_record(name);
      tar += tar_header("pax", kPax, record.size(), owner, group) + record;
      pad(tar);
    }
    tar += tar_header(name, kDirectory, 0, owner, group);
  }
  return tar + std::string(2 * kTarBlock, '\0');
}

std::vector<std::string> find_written(const std::vector<std::string>& changed,
                                      const std::filesystem::path& tree) {
  const auto top = tree.string() + "/";
  auto paths = changed;
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> written;
  for (const auto& path : paths) {
    if (!path.starts_with(top)) {
      continue;
    }
    const auto inside = path + "/";
    const auto next = std::lower_bound(paths.begin(), paths.end(), inside);
    if (next == paths.end() || !next->starts_with(inside)) {
      written.push_back(path.substr(top.size()));
    }
  }
  return written;
}

ContainerCopy::ContainerCopy(const ContainerEngine& engine,
                             std::string container,
                             const CancelToken& cancel)
    : engine_(engine), container_(std::move(container)), cancel_(cancel) {}

/// As long as it takes.
EngineAnswer ContainerCopy::call(std::vector<std::string> arguments, std::string input) const {
  auto spec = engine_.make_call(std::move(arguments));
  spec.input = std::move(input);
  auto captured = os::capture(std::move(spec), cancel_, kMaxCopyAnswer);
  cancel_.check();
  EngineAnswer answer;
  answer.exit_code = captured.result.exit_code;
  answer.is_ok = captured.result.end == os::ProcessEnd::exited && answer.exit_code == 0;
  answer.out = std::move(captured.out);
  answer.err = trim(captured.err);
  if (!answer.is_ok && answer.err.empty()) {
    answer.err = "the client did not end well";
  }
  return answer;
}

void ContainerCopy::make_directories(const std::vector<std::filesystem::path>& directories) const {
  const auto answer =
      call({"cp", "-", container_ + ":/"},
           tar_of_directories(directories, os::current_user(), os::current_group()));
  if (!answer.is_ok) {
    throw Error(ErrorKind::io,
                fmt::format("the directories of the stage cannot be made in its container: {}",
                            answer.err));
  }
}

void ContainerCopy::put(const std::filesystem::path& from, const std::filesystem::path& to) const {
  const auto answer = call({"cp", from.string() + "/.", container_ + ":" + to.string()});
  if (!answer.is_ok) {
    throw Error(
        ErrorKind::io,
        fmt::format("{} cannot be copied into the container: {}", quote(to.string()), answer.err));
  }
}

bool ContainerCopy::get(const std::filesystem::path& from, const std::filesystem::path& to) const {
  const auto answer = call({"cp", container_ + ":" + from.string(), to.string()});
  if (answer.is_ok) {
    return true;
  }
  if (says_absent(answer.err)) {
    return false;
  }
  throw Error(
      ErrorKind::io,
      fmt::format(
          "{} cannot be copied out of the container: {}", quote(from.string()), answer.err));
}

std::vector<std::string> ContainerCopy::list_changed() const {
  const auto answer = call({"diff", container_});
  if (!answer.is_ok) {
    throw Error(ErrorKind::io,
                fmt::format("what the stage wrote cannot be listed: {}", answer.err));
  }
  std::vector<std::string> paths;
  for (const auto line : split(answer.out, '\n')) {
    // "A /path", "C /path"; what went away ("D") is nothing that was written.
    if (line.starts_with("A /") || line.starts_with("C /")) {
      paths.emplace_back(line.substr(2));
    }
  }
  return paths;
}

}  // namespace mlops::pipeline
