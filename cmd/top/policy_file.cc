#include "top/policy_file.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"
#include "codec/bytes.h"
#include "codec/sha256.h"
#include "os/file.h"

namespace mlops::top {
namespace {

constexpr std::uint64_t kMaxPolicyBytes = 4ULL << 20U;

}  // namespace

Policy read_policy(const std::filesystem::path& path, std::string name) {
  Policy policy;
  if (const auto text = os::read_file_if_exists(path, kMaxPolicyBytes)) {
    policy.safeguards = policy::parse_safeguards(*text, name);
    policy.sha256 = to_hex(codec::sha256(codec::as_bytes(*text)));
    policy.file = std::move(name);
  }
  return policy;
}

Policy load_policy(app::Context& context, const app::Arguments& arguments, bool in_repository) {
  Policy policy;
  std::filesystem::path path;
  if (const auto named = arguments.find("policy")) {
    policy.file = *named;
    path = context.options().directory / *named;
    if (!os::lstat_file(path)) {
      throw Error(ErrorKind::not_found,
                  fmt::format("there is no policy {}", quote(*named)),
                  "man mlops-safeguards shows one; without --policy it is safeguards.toml");
    }
  } else if (in_repository) {
    policy.file = kPolicyFile;
    path = context.workspace().top() / policy.file;
  }
  return path.empty() ? Policy() : read_policy(path, std::move(policy.file));
}

}  // namespace mlops::top
