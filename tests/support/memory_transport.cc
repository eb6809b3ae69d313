#include "support/memory_transport.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace mlops::test {

namespace {

[[noreturn]] void fail() {
  throw Error(ErrorKind::network, "the connection was cut");
}

}  // namespace

MemoryTransport::MemoryTransport(std::shared_ptr<MemoryServer> server, Plan plan)
    : server_(std::move(server)), plan_(std::move(plan)) {}

std::vector<MemoryTransport::Request> MemoryTransport::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void MemoryTransport::set_plan(Plan plan) {
  const std::lock_guard lock(mutex_);
  plan_ = std::move(plan);
}

/// Notes the request; the plan runs without the lock, so that it may make requests of its own.
MemoryTransport::Fault MemoryTransport::begin(Call call, std::string_view key) {
  Plan plan;
  Request request{call, std::string(key), 0};
  {
    const std::lock_guard lock(mutex_);
    request.number = requests_.size();
    requests_.push_back(request);
    plan = plan_;
  }
  const Fault fault = plan ? plan(request) : Fault::none;
  if (fault == Fault::fails) {
    fail();
  }
  return fault;
}

std::optional<remote::Bytes> MemoryTransport::find(std::string_view key) const {
  const std::lock_guard lock(server_->mutex);
  const auto found = server_->objects.find(std::string(key));
  return found == server_->objects.end() ? std::nullopt : std::optional(found->second);
}

std::optional<remote::Bytes> MemoryTransport::get(std::string_view key, std::uint64_t max_bytes) {
  const Fault fault = begin(Call::get, key);
  auto bytes = find(key);
  if (bytes && bytes->size() > max_bytes) {
    throw Error(ErrorKind::corrupt, "an object is too large");
  }
  if (bytes && !bytes->empty() && fault == Fault::damaged) {
    (*bytes)[bytes->size() / 2] ^= 1U;
  }
  if (bytes && !bytes->empty() && fault == Fault::cut) {
    bytes->pop_back();
  }
  return bytes;
}

std::optional<remote::Bytes> MemoryTransport::get_range(std::string_view key,
                                                        std::uint64_t offset,
                                                        std::uint64_t length) {
  const Fault fault = begin(Call::get_range, key);
  const auto all = find(key);
  if (!all) {
    return std::nullopt;
  }
  if (offset > all->size() || length > all->size() - offset) {
    throw Error(ErrorKind::corrupt, "an object ends early");
  }
  const auto from = all->begin() + static_cast<std::ptrdiff_t>(offset);
  remote::Bytes bytes(from, from + static_cast<std::ptrdiff_t>(length));
  if (!bytes.empty() && fault == Fault::damaged) {
    bytes[bytes.size() / 2] ^= 1U;
  }
  return bytes;
}

bool MemoryTransport::store(std::string_view key,
                            std::span<const std::uint8_t> bytes,
                            bool only_new) {
  const std::lock_guard lock(server_->mutex);
  const auto [place, is_new] = server_->objects.try_emplace(std::string(key));
  if (is_new) {
    server_->written.emplace_back(key);
  }
  if (is_new || !only_new) {
    place->second.assign(bytes.begin(), bytes.end());
  }
  return is_new;
}

void MemoryTransport::put(std::string_view key, std::span<const std::uint8_t> bytes) {
  const Fault fault = begin(Call::put, key);
  store(key, bytes, false);
  if (fault == Fault::fails_after) {
    fail();
  }
}

remote::Transport::Put MemoryTransport::put_if_absent(std::string_view key,
                                                      std::span<const std::uint8_t> bytes) {
  const Fault fault = begin(Call::put_if_absent, key);
  if (fault == Fault::unknown) {
    return Put::unknown;
  }
  const bool is_stored = store(key, bytes, true);
  if (fault == Fault::fails_after) {
    fail();
  }
  if (fault == Fault::unknown_done) {
    return Put::unknown;
  }
  return is_stored ? Put::stored : Put::exists;
}

std::vector<remote::Transport::Object> MemoryTransport::list(std::string_view prefix,
                                                             std::string_view start_after,
                                                             std::size_t most) {
  const Fault fault = begin(Call::list, prefix);
  std::vector<Object> found;
  const std::lock_guard lock(server_->mutex);
  for (const auto& [key, bytes] : server_->objects) {
    const bool is_hidden =
        fault == Fault::empty || (fault == Fault::stale && key == server_->written.back());
    if (key.starts_with(prefix) && key > start_after && found.size() < most && !is_hidden) {
      found.push_back({key, bytes.size()});
    }
  }
  return found;
}

std::optional<std::uint64_t> MemoryTransport::size(std::string_view key) {
  begin(Call::size, key);
  const auto bytes = find(key);
  return bytes ? std::optional<std::uint64_t>(bytes->size()) : std::nullopt;
}

bool MemoryTransport::remove(std::string_view key) {
  begin(Call::remove, key);
  const std::lock_guard lock(server_->mutex);
  return server_->objects.erase(std::string(key)) == 1;
}

}  // namespace mlops::test
