#include "unit/workspace/workspace_fixture.h"

#include <chrono>
#include <thread>

#include "codec/bytes.h"

namespace mlops::workspace::test {

Fixture::Fixture(const std::vector<std::string>& init_args) : repo(init_args) {
  reopen();
}

Workspace& Fixture::reopen(const fs::path& directory) {
  OpenOptions options;
  options.directory = directory.empty() ? repo.path() : directory;
  options.git.search_path = "/usr/local/bin:/usr/bin:/bin";
  options.git.environment = repo.env();
  options.folding = folding;
  options.threads = 2;
  space_.reset();
  space_ = Workspace::open(options);
  return *space_;
}

bool Fixture::exists(std::string_view name) const {
  return fs::symlink_status(repo / name).type() != fs::file_type::not_found;
}

AddResult Fixture::add(const std::vector<std::string>& paths, const AddOptions& options) {
  return add_data(*space_, paths, options, progress, cancel);
}

DataState Fixture::state_of(std::string_view path) {
  for (const DataStatus& status : data_status(*space_, progress, cancel)) {
    if (status.path == path) {
      return status.state;
    }
  }
  throw std::runtime_error("no such data set");
}

CheckoutResult Fixture::checkout(const CheckoutOptions& options) {
  return checkout_data(*space_, options, progress, cancel);
}

std::string Fixture::stored(const store::Entry& file) {
  std::string text;
  space_->store().read_file(
      file, [&](std::span<const std::uint8_t> piece) { text += codec::as_text(piece); });
  return text;
}

store::Entry put_raw_directory(store::Writer& writer, const std::vector<RawEntry>& entries) {
  codec::ByteWriter out;
  out.u8(1);
  out.u8(0);
  out.varint(entries.size());
  store::Entry directory;
  directory.kind = store::EntryKind::directory;
  directory.files = 0;
  for (const RawEntry& entry : entries) {
    out.u8(static_cast<std::uint8_t>(entry.kind));
    out.varint(entry.name.size());
    out.put(codec::as_bytes(entry.name));
    out.varint(entry.size);
    if (entry.kind == store::EntryKind::directory) {
      out.varint(entry.files);
    }
    out.put(entry.id.bytes);
    directory.size += entry.size;
    directory.files += entry.files;
  }
  directory.id = writer.put(store::ObjectType::node, out.bytes(), {});
  return directory;
}

RawEntry raw_file(store::Writer& writer, std::string name, std::string_view content) {
  bool done = false;
  const store::Entry file = writer.put_file(
      [&](std::span<std::uint8_t> buffer) -> std::size_t {
        if (done) {
          return 0;
        }
        done = true;
        std::copy(content.begin(), content.end(), buffer.begin());
        return content.size();
      },
      {});
  return {std::move(name), store::EntryKind::file, file.size, 1, file.id};
}

RawEntry raw_directory(std::string name, const store::Entry& directory) {
  return {std::move(name), directory.kind, directory.size, directory.files, directory.id};
}

std::string full_text(const Error& error) {
  std::string text = error.message();
  for (const std::string& line : error.context()) {
    text += "\n" + line;
  }
  return text + "\n" + error.hint();
}

void settle() {
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
}

}  // namespace mlops::workspace::test
