#include <cstdint>

#include <catch2/catch.hpp>

#include "sample.h"
#include "workspace/pointer.h"

using namespace mlops;
using namespace mlops::formats;
using workspace::Pointer;

namespace {

/// The first two lead into v1/store.
const std::map<std::string, Pointer> kPointers = {
    {"directory.mlops",
     {*store::parse_root("r1:4694655bf6f484dfaeb21e0b7c05ce3606419eeb67ed29d506c5c54ab528e15d"),
      store::EntryKind::directory,
      4206,
      325'019}},
    {"file.mlops",
     {*store::parse_root("r1:9cf88e5ec80a63e63eb1ab264c9a017e7eb864da970636691f96b3f7400cc36e"),
      store::EntryKind::file,
      1,
      3000}},
    {"largest.mlops", {id_of(0xAB), store::EntryKind::directory, INT64_MAX, INT64_MAX}},
};

}  // namespace

TEST_CASE("pointers of schema 1 are read for ever and written the same", "[pointer]") {
  for (const auto& [name, pointer] : kPointers) {
    CAPTURE(name);
    const auto text = sample_text("pointer/" + name);
    CHECK(workspace::parse_pointer(text, name) == pointer);
    CHECK(workspace::format_pointer(pointer) == text);
  }
}

TEST_CASE("write the pointers of this version", "[.write]") {
  for (const auto& [name, pointer] : kPointers) {
    test::write_file("pointer/" + name, workspace::format_pointer(pointer));
  }
}
