#include "workspace/work_tree_content.h"

#include <memory>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "workspace/data_sets.h"
#include "workspace/partial_checkout.h"
#include "workspace/snapshot.h"

namespace mlops::workspace {

/// Keeps the directories that only the work tree has.
class WorkTreeContent::Hasher final : public store::Writer {
 public:
  explicit Hasher(WorkTreeContent& content)
      : content_(content), inner_(store::make_hash_only_writer(&content.workspace_.pool())) {}

  store::ObjectId put(store::ObjectType type,
                      std::span<const std::uint8_t> bytes,
                      const store::PlacementHint& hint) override {
    return inner_->put(type, bytes, hint);
  }
  store::Entry put_file(const std::function<std::size_t(std::span<std::uint8_t>)>& read,
                        const store::PlacementHint& hint) override {
    return inner_->put_file(read, hint);
  }
  store::ObjectId put_node(const store::Node& node, const store::PlacementHint& hint) override {
    const store::ObjectId id = inner_->put_node(node, hint);
    if (!content_.workspace_.store().contains(id)) {
      content_.nodes_.emplace(id, node);
    }
    return id;
  }
  store::ObjectId commit(const store::Entry& top, std::string_view data_set) override {
    return inner_->commit(top, data_set);
  }
  store::WriteCounts counts() const override { return inner_->counts(); }

 private:
  WorkTreeContent& content_;
  std::unique_ptr<store::Writer> inner_;
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
  const auto found = nodes_.find(id);
  return found != nodes_.end() ? found->second : workspace_.store().read_node(id);
}

}  // namespace mlops::workspace
