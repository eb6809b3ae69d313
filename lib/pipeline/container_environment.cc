#include "pipeline/container_environment.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace mlops::pipeline {

namespace {

/// Whoever the user is, he may write there.
constexpr std::string_view kHome = "/tmp";

/// The weaker of two grades says how well both are known.
std::string weaker(const std::string& a, const std::string& b) {
  constexpr std::array<std::string_view, 4> kWeakestFirst{"weak", "observed", "pinned", "strong"};
  const auto rank = [&](const std::string& grade) {
    return std::find(kWeakestFirst.begin(), kWeakestFirst.end(), grade);
  };
  return std::min(rank(a), rank(b)) == rank(a) ? a : b;
}

}  // namespace

ContainerEnvironment::ContainerEnvironment(ContainerSession& session,
                                           const Environment& declared,
                                           std::unique_ptr<Packages> packages)
    : session_(session), declared_(declared), packages_(std::move(packages)) {}

const Image& ContainerEnvironment::image() {
  if (!image_) {
    image_ = declared_.build ? build_image(session_, declared_) : find_image(session_, declared_);
    remember_identity(session_.context(), declared_, image_->identity);
  }
  return *image_;
}

EnvironmentIdentity ContainerEnvironment::image_identity() {
  if (session_.context().options.mode == RunMode::run) {
    return image().identity;
  }
  const auto known = remembered_identity(session_.context(), declared_);
  return known.value_or(EnvironmentIdentity{
      "", "", fmt::format("the image of {} was never looked up here", quote(declared_.name))});
}

EnvironmentIdentity ContainerEnvironment::identify(const Instance&) {
  auto outer = image_identity();
  if (outer.identity.empty() || !packages_) {
    return outer;
  }
  auto inner = packages_->identify();
  if (inner.identity.empty()) {
    return inner;
  }
  return {outer.identity + "+" + inner.identity, weaker(outer.grade, inner.grade), ""};
}

void ContainerEnvironment::prepare() {
  const auto& context = session_.context();
  plan_.image = image().id;
  plan_.arguments = session_.common_arguments();
  const auto user = session_.user_arguments();
  plan_.arguments.insert(plan_.arguments.end(), user.begin(), user.end());
  plan_.tree = context.workspace.top();
  plan_.files =
      session_.copies_files() ? ContainerPlan::Files::copied : ContainerPlan::Files::mounted;
  plan_.reads = context.options.used_in_place;
  plan_.private_directory = session_.private_directory();
  variables_ = {{"HOME", std::string(kHome)}};
  if (const auto zone = context.options.environment.find("TZ");
      zone != context.options.environment.end()) {
    variables_.insert(*zone);
  }
  if (packages_) {
    packages_->prepare();
    plan_.reads.push_back(packages_->prefix());
    variables_["PATH"] = image().search_path;
    variables_ = packages_->activate(std::move(variables_));
  }
  plan_.engine = &session_.engine();
}

std::optional<StartProblem> ContainerEnvironment::equip(const Instance&, Attempt& attempt) {
  if (plan_.engine == nullptr) {
    prepare();
  }
  attempt.variables.insert(variables_.begin(), variables_.end());
  attempt.prefix = packages_ ? packages_->prefix() : std::filesystem::path();
  return std::nullopt;
}

StageEnvironment::TreeAccess ContainerEnvironment::tree_access() const {
  return session_.copies_files() ? TreeAccess::copied : TreeAccess::mounted;
}

AttemptResult ContainerEnvironment::run(const Attempt& attempt, const CancelToken& cancel) {
  return run_in_container(plan_, attempt, cancel);
}

}  // namespace mlops::pipeline
