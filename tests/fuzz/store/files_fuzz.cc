#include <cstddef>
#include <cstdint>
#include <string>

#include "codec/bytes.h"
#include "codec/sha256.h"
#include "fuzz/harness.h"
#include "store/clones.h"
#include "store/results.h"
#include "store/roots.h"

namespace {

using namespace mlops;
using namespace mlops::store;

struct Place {
  fuzz::Scratch scratch;
  Layout layout{scratch.path() / "store"};
  Roots roots{layout};
  Results results{layout};
  Clones clones{layout};
  std::filesystem::path clone = scratch.path() / "clone";
  Entry top;
  ObjectId known;
  std::filesystem::path content;  ///< the one entry of contents/
  Place() {
    open_layout(layout);
    std::filesystem::create_directories(clone / "mlops");
    const PackName pack{};
    fuzz::Scratch::write(layout.pack(pack), "");
    fuzz::require(list_packs(layout) == std::vector{pack});
    known = roots.add(top, {});
    content = std::filesystem::directory_iterator(layout.contents())->path();
  }
};

void check_root(const Place& place, std::string_view bytes) {
  const auto id = compute_id(ObjectType::root, codec::as_bytes(bytes));
  const auto file = place.layout.roots() / id.hex();
  if (id == place.known) {
    return;
  }
  fuzz::Scratch::write(file, bytes);
  fuzz::require(!place.roots.list().empty());
  fuzz::expect_only({ErrorKind::corrupt}, [&] { place.roots.find(id); });
  std::filesystem::remove(file);
  const auto other = place.layout.roots() / ObjectId{}.hex();
  fuzz::Scratch::write(other, bytes);
  fuzz::expect_only({ErrorKind::corrupt}, [&] { fuzz::require(!place.roots.find(ObjectId{})); });
  std::filesystem::remove(other);
}

/// An entry leads to the root of this content, or nowhere; then it can be made anew.
void check_content(Place& place, const std::string& bytes) {
  fuzz::Scratch::write(place.content, bytes);
  const auto found = place.roots.find_of(place.top);
  fuzz::require(!found || *found == place.known);
  const auto root = place.roots.find(place.known);
  fuzz::require(root && place.roots.restore_content_entry(place.known, *root) == !found);
  fuzz::require(place.roots.find_of(place.top) == place.known);
}

/// A result is what was put, or a miss.
void check_result(Place& place, std::string_view bytes) {
  const ObjectId key;
  place.results.put(key, bytes);
  fuzz::require(place.results.find(key) == bytes);
  const std::string name = key.hex();
  fuzz::Scratch::write(place.layout.results() / name.substr(0, 2) / name, bytes);
  if (const auto value = place.results.find(key)) {
    place.results.put(key, *value);
    fuzz::require(place.results.find(key) == *value);
  }
}

/// A record names one absolute path, or cannot be read; nor can a clone's id that is none.
void check_clone(Place& place, std::string_view bytes) {
  const std::string id(32, '0');
  const auto file = place.layout.clones() / id;
  fuzz::Scratch::write(file, bytes);
  fuzz::expect_only({ErrorKind::config}, [&] {
    for (const Clone& clone : place.clones.list()) {
      fuzz::require(clone.record == file && clone.common_dir.is_absolute());
      fuzz::require(bytes.ends_with("\n" + clone.common_dir.native()));
    }
    fuzz::Scratch::write(place.clone / "mlops" / "clone-id", id);
    place.clones.enter(place.clone);
  });
  fuzz::Scratch::write(place.clone / "mlops" / "clone-id", bytes);
  fuzz::expect_only({ErrorKind::config}, [&] { place.clones.enter(place.clone); });
  for (const auto& record : std::filesystem::directory_iterator(place.layout.clones())) {
    std::filesystem::remove(record);
  }
}

void check_format(const Place& place, std::string_view bytes) {
  fuzz::Scratch::write(place.layout.format(), bytes);
  fuzz::expect_only({ErrorKind::config, ErrorKind::io}, [&] { open_layout(place.layout); });
}

}  // namespace

/// The small files of a store, each with these bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Place place;
  const auto bytes = fuzz::as_text(data, size);
  check_root(place, bytes);
  check_content(place, std::string(bytes));
  check_content(place, format_root(place.known) + std::string(bytes));
  check_result(place, bytes);
  check_clone(place, bytes);
  check_format(place, bytes);
  return 0;
}
