#include "pipeline/dvc_content.h"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/hex.h"
#include "codec/bytes.h"
#include "codec/md5.h"
#include "os/file.h"
#include "workspace/foreign_cache.h"
#include "workspace/tree_path.h"

namespace mlops::pipeline {

namespace {

constexpr std::size_t kReadBytes = 1U << 20U;

/// Files below a directory, sorted as DVC sorts them; nothing when something else lies there.
bool list_files(const os::Beneath& tree,
                const std::string& directory,
                const std::string& relative,
                std::vector<std::string>& files) {
  for (const auto& name : tree.list(workspace::join_path(directory, relative))) {
    const auto below = workspace::join_path(relative, name);
    const auto stat = tree.lstat(workspace::join_path(directory, below));
    if (stat && stat->kind == os::FileKind::directory) {
      if (!list_files(tree, directory, below, files)) {
        return false;
      }
    } else if (stat && stat->kind == os::FileKind::regular) {
      files.push_back(below);
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

DvcContent::DvcContent(workspace::Workspace& workspace,
                       Progress& progress,
                       const CancelToken& cancel)
    : workspace_(workspace),
      progress_(progress),
      cancel_(cancel),
      reader_(workspace, progress, cancel),
      buffer_(kReadBytes) {}

std::optional<store::Entry> DvcContent::find(const std::string& path, const store::ForeignId& id) {
  const auto [known, is_new] = known_.try_emplace({path, id});
  if (!is_new) {
    return known->second;
  }
  const auto& store = workspace_.store();
  if (const auto root = store.foreign().find(id)) {
    if (const auto found = store.find_root(*root)) {
      known->second = found->top;
      known->second->name.clear();
      return known->second;
    }
  }
  // Hashed on both sides of DVC's hash: what changes meanwhile is not that content.
  const auto before = workspace_.tree().lstat(path) ? reader_.find_in_tree(path) : std::nullopt;
  if (before && is_in_tree(path, id) && reader_.find_in_tree(path) == before) {
    known->second = before;
  }
  return known->second;
}

bool DvcContent::is_in_tree(const std::string& path, const store::ForeignId& id) {
  const auto stat = workspace_.tree().lstat(path);
  if (!stat) {
    return false;
  }
  if (id.kind == store::EntryKind::directory) {
    // The listing of DVC before 3 has digests that only its own reading gives.
    return stat->kind == os::FileKind::directory && id.hash == store::ForeignId::Hash::md5 &&
           md5_of_directory(path) == id.digest;
  }
  return stat->kind == os::FileKind::regular &&
         stat->is_executable() == (id.kind == store::EntryKind::executable) &&
         is_file_in_tree(path, id);
}

bool DvcContent::is_file_in_tree(const std::string& path, const store::ForeignId& id) {
  workspace::ForeignHasher hasher(id.hash);
  const auto fd = workspace_.tree().open_file(path);
  for (;;) {
    cancel_.check();
    const auto count = os::read_full(fd, buffer_, path);
    hasher.update(std::span(buffer_).first(count));
    progress_.advance(0, count);
    if (count < buffer_.size()) {
      return hasher.matches(id);
    }
  }
}

std::string DvcContent::md5_of_file(const std::string& path) {
  codec::Md5 md5;
  const auto fd = workspace_.tree().open_file(path);
  for (;;) {
    cancel_.check();
    const auto count = os::read_full(fd, buffer_, path);
    md5.update(std::span(buffer_).first(count));
    progress_.advance(0, count);
    if (count < buffer_.size()) {
      return to_hex(md5.finish());
    }
  }
}

/// That of the listing, as Python writes it as JSON.
std::optional<std::string> DvcContent::md5_of_directory(const std::string& path) {
  std::vector<std::string> files;
  if (!list_files(workspace_.tree(), path, "", files)) {
    return std::nullopt;
  }
  std::sort(files.begin(), files.end());
  codec::Md5 md5;
  const auto add = [&](std::string_view text) { md5.update(codec::as_bytes(text)); };
  add("[");
  for (std::size_t i = 0; i < files.size(); ++i) {
    constexpr auto kReplace = nlohmann::json::error_handler_t::replace;
    add(fmt::format("{}{{\"md5\": \"{}\", \"relpath\": {}}}",
                    i == 0 ? "" : ", ",
                    md5_of_file(workspace::join_path(path, files[i])),
                    nlohmann::json(files[i]).dump(-1, ' ', true, kReplace)));
  }
  add("]");
  return to_hex(md5.finish());
}

}  // namespace mlops::pipeline
