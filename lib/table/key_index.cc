#include "table/key_index.h"

#include <bit>
#include <cstddef>

namespace mlops::table {
namespace {

struct SipState {
  std::uint64_t v0;
  std::uint64_t v1;
  std::uint64_t v2;
  std::uint64_t v3;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void absorb(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
};

// Little endian, whatever the machine.
std::uint64_t load_word(std::string_view bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) {
    word = (word << 8U) | static_cast<unsigned char>(bytes[i - 1]);
  }
  return word;
}

constexpr std::size_t kFirstSlots = 1024;

}  // namespace

std::uint64_t siphash(const std::array<std::uint64_t, 2>& seed, std::string_view bytes) {
  SipState state{seed[0] ^ 0x736F6D6570736575U,
                 seed[1] ^ 0x646F72616E646F6DU,
                 seed[0] ^ 0x6C7967656E657261U,
                 seed[1] ^ 0x7465646279746573U};
  const std::uint64_t length = bytes.size();
  while (bytes.size() >= 8) {
    state.absorb(load_word(bytes.substr(0, 8)));
    bytes.remove_prefix(8);
  }
  state.absorb((length << 56U) | load_word(bytes));
  state.v2 ^= 0xFFU;
  for (int i = 0; i < 4; ++i) {
    state.round();
  }
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

KeyIndex::KeyIndex(const std::array<std::uint64_t, 2>& seed) : seed_(seed), slots_(kFirstSlots) {}

std::string_view KeyIndex::key_of(std::size_t entry) const {
  const std::size_t begin = entries_[entry].key_offset;
  const std::size_t end =
      entry + 1 < entries_.size() ? entries_[entry + 1].key_offset : keys_.size();
  return std::string_view(keys_).substr(begin, end - begin);
}

KeyIndex::Entry& KeyIndex::find_or_add(std::string_view key) {
  if (entries_.size() * 3 >= slots_.size() * 2) {
    grow();
  }
  const auto hash = static_cast<std::uint32_t>(siphash(seed_, key));
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
    const std::size_t entry = slots_[slot] - 1;
    if (entries_[entry].hash == hash && key_of(entry) == key) {
      return entries_[entry];
    }
  }
  entries_.push_back({keys_.size(), hash, 0, 0, kNoRow, kNoRow});
  keys_.append(key);
  slots_[slot] = static_cast<std::uint32_t>(entries_.size());
  return entries_.back();
}

void KeyIndex::grow() {
  std::vector<std::uint32_t> slots(slots_.size() * 2);
  const std::size_t mask = slots.size() - 1;
  for (std::size_t entry = 0; entry < entries_.size(); ++entry) {
    std::size_t slot = entries_[entry].hash & mask;
    while (slots[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    slots[slot] = static_cast<std::uint32_t>(entry + 1);
  }
  slots_ = std::move(slots);
}

std::uint64_t KeyIndex::memory_bytes() const {
  return slots_.capacity() * sizeof(std::uint32_t) + entries_.capacity() * sizeof(Entry) +
         keys_.capacity();
}

}  // namespace mlops::table
