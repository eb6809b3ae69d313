#include "top/policy_file.h"

#include <filesystem>

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
    policy.file = "safeguards.toml";
    path = context.workspace().top() / policy.file;
  }
  const auto text = path.empty() ? std::nullopt : os::read_file_if_exists(path, kMaxPolicyBytes);
  if (!text) {
    policy.file.clear();
    return policy;
  }
  policy.safeguards = policy::parse_safeguards(*text, policy.file);
  policy.sha256 = to_hex(codec::sha256(codec::as_bytes(*text)));
  return policy;
}

}  // namespace mlops::top
