#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "remote/chain.h"
#include "remote/fetch.h"
#include "remote/push.h"
#include "support/memory_transport.h"
#include "support/temp_dir.h"
#include "unit/store/store_fixture.h"

namespace mlops::remote::test {

using mlops::test::MemoryServer;
using mlops::test::MemoryTransport;
using mlops::test::TempDir;

/// Somebody with a store, who knows one remote.
class Colleague {
 public:
  explicit Colleague(std::shared_ptr<MemoryServer> server, MemoryTransport::Plan plan = {});

  store::Store& store() { return *store_; }
  MemoryTransport& transport() { return transport_; }
  Cache cache() const { return Cache(cache_.path() / "remote"); }
  /// As a new process would have it.
  Chain chain() { return {transport_, cache(), "memory://remote"}; }

  PushReport push(const std::vector<store::ObjectId>& roots, Rollback rollback = Rollback::refuse);
  FetchReport fetch(const std::vector<store::ObjectId>& roots);
  /// Of that push or fetch.
  std::size_t requests() const { return requests_; }

 private:
  TempDir directory_;
  TempDir cache_;
  std::unique_ptr<store::Store> store_;
  MemoryTransport transport_;
  std::size_t requests_ = 0;
};

std::shared_ptr<MemoryServer> new_server();
std::vector<std::string> keys_below(MemoryServer& server, const std::string& prefix);
/// What an error of `call` is; internal when there is none.
template <typename Call>
ErrorKind kind_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.kind();
  }
  return ErrorKind::internal;
}

}  // namespace mlops::remote::test
