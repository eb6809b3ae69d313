#include "workspace/work_tree_content.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "store/content_writer.h"
#include "workspace/data_sets.h"
#include "workspace/partial_checkout.h"
#include "workspace/snapshot.h"

namespace mlops::workspace {

/// Keeps what of directories only the work tree has.
class WorkTreeContent::Hasher final : public store::ContentWriter {
 public:
  explicit Hasher(WorkTreeContent& content)
      : ContentWriter(&content.workspace_.pool()), content_(content) {}

  store::ObjectId put(store::ObjectType type,
                      std::span<const std::uint8_t> bytes,
                      const store::PlacementHint& /*hint*/) override {
    const store::ObjectId id = store::compute_id(type, bytes);
    // Directories are put together on the main thread.
    if (type == store::ObjectType::node && !content_.workspace_.store().contains(id)) {
      content_.nodes_.try_emplace(id, bytes.begin(), bytes.end());
    }
    return id;
  }
  store::ObjectId commit(const store::Entry& /*top*/, std::string_view /*data_set*/) override {
    throw Error(ErrorKind::internal, "what is only looked at cannot be committed");
  }
  store::WriteCounts counts() const override { return {}; }

 private:
  WorkTreeContent& content_;
};

WorkTreeContent::WorkTreeContent(Workspace& workspace,
                                 Progress& progress,
                                 const CancelToken& cancel)
    : workspace_(workspace), progress_(progress), cancel_(cancel) {}
WorkTreeContent::~WorkTreeContent() = default;

std::optional<store::Entry> WorkTreeContent::find(std::string_view path,
                                                  const store::Entry& pointed,
                                                  Absent absent) {
  if (!workspace_.tree().lstat(path)) {
    return std::nullopt;
  }
  Hasher hasher(*this);
  SnapshotOptions options = SnapshotOptions::everything();
  if (!workspace_.tree().lstat(pointer_path(path))) {
    options.ignored = Ignored::take;  // of an out, whatever its stage wrote is the result
  }
  if (absent == Absent::as_pointed) {
    options.keep_absent_of = version_to_complete(workspace_, path, pointed);
  }
  const Snapshot now = hash_path_with(workspace_, hasher, path, options, progress_, cancel_);
  for (const std::string& file : now.skipped) {
    progress_.warn(fmt::format("{} cannot be read: it counts as removed", quote(file)));
  }
  if (now.links > 0 && now.top != pointed && pointed.kind == store::EntryKind::directory) {
    options.symlinks = Symlinks::skip;
    if (hash_path_with(workspace_, hasher, path, options, progress_, cancel_).top == pointed) {
      return pointed;
    }
  }
  return now.top;
}

store::Node WorkTreeContent::read_node(const store::ObjectId& id) const {
  const LevelReader read = [this](const store::ObjectId& level) { return read_level(level); };
  return read_different(id, std::nullopt, read).before;
}

NodeLevel WorkTreeContent::read_level(const store::ObjectId& id) const {
  const auto found = nodes_.find(id);
  return found != nodes_.end() ? store::decode_any_node(found->second, id)
                               : workspace::read_level(workspace_.store(), id);
}

}  // namespace mlops::workspace
