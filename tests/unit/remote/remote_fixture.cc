#include "unit/remote/remote_fixture.h"

#include <utility>

namespace mlops::remote::test {

Colleague::Colleague(std::shared_ptr<MemoryServer> server, MemoryTransport::Plan plan)
    : store_(store::Store::open(directory_.path() / "store")),
      transport_(std::move(server), std::move(plan)) {}

PushReport Colleague::push(const std::vector<store::ObjectId>& roots, Rollback rollback) {
  NoProgress progress;
  PushRequest request;
  for (const store::ObjectId& id : roots) {
    request.roots.push_back({id, "data"});
  }
  request.rollback = rollback;
  Chain chain = this->chain();
  const std::size_t before = transport_.count();
  PushReport report = remote::push(chain, *store_, request, progress, CancelToken());
  requests_ = transport_.count() - before;
  return report;
}

FetchReport Colleague::fetch(const std::vector<store::ObjectId>& roots) {
  NoProgress progress;
  FetchRequest request;
  for (const store::ObjectId& id : roots) {
    request.roots.push_back({id});
  }
  Chain chain = this->chain();
  const std::size_t before = transport_.count();
  FetchReport report = remote::fetch(chain, *store_, request, progress, CancelToken());
  requests_ = transport_.count() - before;
  return report;
}

std::shared_ptr<MemoryServer> new_server() {
  return std::make_shared<MemoryServer>();
}

std::vector<std::string> keys_below(MemoryServer& server, const std::string& prefix) {
  std::vector<std::string> keys;
  const std::lock_guard lock(server.mutex);
  for (const auto& [key, bytes] : server.objects) {
    if (key.starts_with(prefix)) {
      keys.push_back(key);
    }
  }
  return keys;
}

}  // namespace mlops::remote::test
