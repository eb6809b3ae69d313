#include "pipeline/container_image.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "pipeline/build_context.h"
#include "pipeline/record_hash.h"

namespace mlops::pipeline {

namespace {

constexpr std::string_view kDigest = "@sha256:";
constexpr std::string_view kBuildLabel = "mlops.build";
constexpr std::uint64_t kMaxMemory = 4096;

std::string place(const Environment& environment, std::string_view key) {
  return fmt::format("{}.{}", config::to_string(environment.position), key);
}

/// The image as the engine has it; nothing when it has none of that name.
std::optional<nlohmann::json> inspect(ContainerSession& session, const std::string& name) {
  const auto answer = session.engine().call({"image", "inspect", name}, session.context().cancel);
  session.context().cancel.check();
  if (!answer.is_ok) {
    const auto lower = to_lower_ascii(answer.err);
    const bool is_absent = lower.find("no such image") != std::string::npos ||
                           lower.find("not known") != std::string::npos ||
                           lower.find("not found") != std::string::npos;
    if (is_absent) {
      return std::nullopt;
    }
    throw Error(ErrorKind::io,
                fmt::format("the image {} cannot be looked at: {}", quote(name), answer.err));
  }
  auto list = nlohmann::json::parse(answer.out, nullptr, false);
  auto value = list.is_array() && !list.empty() ? std::move(list[0]) : nlohmann::json();
  if (!value.is_object() || !value.contains("Id") || !value["Id"].is_string()) {
    throw Error(ErrorKind::io,
                fmt::format("what {} says about the image {} cannot be understood",
                            to_string(session.engine().kind()),
                            quote(name)));
  }
  return value;
}

std::string id_of(const nlohmann::json& image) {
  const auto id = image["Id"].get<std::string>();
  return id.starts_with("sha256:") ? id : "sha256:" + id;
}

/// Of the repository that `name` names, where the image has been in several.
std::string repository_digest(const nlohmann::json& image, const std::string& name) {
  const auto list = image.value("RepoDigests", nlohmann::json());
  std::vector<std::string> digests;
  std::vector<std::string> own;
  const auto slash = name.rfind('/') == std::string::npos ? 0 : name.rfind('/') + 1;
  const auto repository = name.substr(0, name.find_first_of(":@", slash));
  for (const auto& one : list.is_array() ? list : nlohmann::json::array()) {
    const auto text = one.is_string() ? one.get<std::string>() : "";
    const auto at = text.find(kDigest);
    if (at == std::string::npos) {
      continue;
    }
    digests.push_back(text.substr(at + 1));
    const auto from = text.substr(0, at);
    if (from == repository || from.ends_with("/" + repository)) {
      own.push_back(digests.back());
    }
  }
  const auto& chosen = own.empty() ? digests : own;
  return chosen.empty() ? "" : *std::min_element(chosen.begin(), chosen.end());
}

EnvironmentIdentity digest_identity(const std::string& digest) {
  return {"container:" + digest, "strong", ""};
}

std::optional<EnvironmentIdentity> identity_in_name(const std::string& name) {
  const auto at = name.find(kDigest);
  return at == std::string::npos ? std::nullopt
                                 : std::optional(digest_identity(name.substr(at + 1)));
}

void pull(ContainerSession& session, const std::string& name, const std::string& where) {
  const auto& context = session.context();
  context.progress.begin_wait(fmt::format("pulling {}", escape_for_terminal(name)));
  const auto answer = session.engine().call({"pull", name}, context.cancel, std::nullopt);
  context.progress.end();
  context.cancel.check();
  if (!answer.is_ok) {
    throw Error(
        ErrorKind::io,
        fmt::format("{}: the image {} cannot be pulled: {}", where, quote(name), answer.err),
        fmt::format("check its name, and that {} may log in: {} pull {}",
                    to_string(session.engine().kind()),
                    to_string(session.engine().kind()),
                    shell_quote(name)));
  }
}

nlohmann::json get(ContainerSession& session,
                   const std::string& name,
                   PullPolicy policy,
                   const std::string& where) {
  if (policy == PullPolicy::always) {
    pull(session, name, where);
  }
  auto image = inspect(session, name);
  if (!image && policy == PullPolicy::missing) {
    pull(session, name, where);
    image = inspect(session, name);
  }
  if (!image) {
    throw Error(ErrorKind::io,
                fmt::format("{}: {} has no image {}, and pull is \"never\"",
                            where,
                            to_string(session.engine().kind()),
                            quote(name)),
                fmt::format("{} pull {}", to_string(session.engine().kind()), shell_quote(name)));
  }
  return *image;
}

/// As the image sets it, else what engines set.
std::string search_path_of(const nlohmann::json& image) {
  constexpr std::string_view kPath = "PATH=";
  const auto config = image.value("Config", nlohmann::json());
  const auto variables =
      config.is_object() ? config.value("Env", nlohmann::json()) : nlohmann::json();
  for (const auto& one : variables.is_array() ? variables : nlohmann::json::array()) {
    const auto text = one.is_string() ? one.get<std::string>() : "";
    if (text.starts_with(kPath)) {
      return text.substr(kPath.size());
    }
  }
  return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

Image to_image(const nlohmann::json& found, const std::string& name) {
  Image image;
  image.id = id_of(found);
  image.search_path = search_path_of(found);
  const auto digest = repository_digest(found, name);
  if (const auto named = identity_in_name(name); named) {
    image.identity = *named;
  } else if (!digest.empty()) {
    image.identity = digest_identity(digest);
  } else {
    image.identity = {"container:image-id:" + image.id, "strong", ""};
  }
  return image;
}

std::string built_by(const nlohmann::json& image) {
  const auto config = image.value("Config", nlohmann::json::object());
  const auto labels =
      config.is_object() ? config.value("Labels", nlohmann::json()) : nlohmann::json();
  return labels.is_object() ? labels.value(std::string(kBuildLabel), "") : "";
}

std::filesystem::path memory_of(const RunContext& context, const Environment& environment) {
  RecordHash hash;
  hash.add(context.workspace.settings().get_string("container.engine")).add(environment.image);
  if (environment.build) {
    hash.add(BuildContext(context, *environment.build).digest());
  }
  return context.workspace.state_directory() / "last-images" / hash.hex();
}

}  // namespace

Image find_image(ContainerSession& session, const Environment& environment) {
  const auto found = get(session, environment.image, environment.pull, place(environment, "image"));
  return to_image(found, environment.image);
}

Image build_image(ContainerSession& session, const Environment& environment) {
  const auto& context = session.context();
  const auto where = place(environment, "build");
  const BuildContext build(context, *environment.build);
  RecordHash hash;
  hash.add("mlops-image-build/1").add(build.digest());
  for (const auto& base : build.bases()) {
    hash.add(to_image(get(session, base, environment.pull, where), base).identity.identity);
  }
  Image image;
  image.identity = {"container:build:" + hash.hex(), "pinned", ""};
  const auto tag =
      environment.image.empty()
          ? fmt::format("localhost/mlops-build:{}",
                        image.identity.identity.substr(image.identity.identity.rfind(':') + 1, 32))
          : environment.image;
  if (const auto found = inspect(session, tag);
      found && built_by(*found) == image.identity.identity) {
    image.id = id_of(*found);
    image.search_path = search_path_of(*found);
    return image;
  }
  context.progress.begin_wait(fmt::format("building {}", escape_for_terminal(tag)));
  const auto& top = origin_of(context);
  const auto answer =
      session.engine().call({"build",
                             "--quiet",
                             "--force-rm",
                             "--tag",
                             tag,
                             "--label",
                             fmt::format("{}={}", kBuildLabel, image.identity.identity),
                             "--file",
                             (top / environment.build->file).string(),
                             (top / environment.build->context).lexically_normal().string()},
                            context.cancel,
                            std::nullopt);
  context.progress.end();
  context.cancel.check();
  const auto found = answer.is_ok ? inspect(session, tag) : std::nullopt;
  if (!found) {
    throw Error(ErrorKind::io,
                fmt::format("{}: the image cannot be built: {}", where, answer.err),
                fmt::format("{} build --file {} {}",
                            to_string(session.engine().kind()),
                            shell_quote(environment.build->file),
                            shell_quote(environment.build->context)));
  }
  image.id = id_of(*found);
  image.search_path = search_path_of(*found);
  return image;
}

std::optional<EnvironmentIdentity> remembered_identity(const RunContext& context,
                                                       const Environment& environment) {
  if (!environment.build) {
    if (auto named = identity_in_name(environment.image); named) {
      return named;
    }
  }
  const auto text = os::read_file_if_exists(memory_of(context, environment), kMaxMemory);
  const auto line = text ? text->find(' ') : std::string::npos;
  if (line == std::string::npos) {
    return std::nullopt;
  }
  return EnvironmentIdentity{text->substr(0, line), text->substr(line + 1), ""};
}

void remember_identity(const RunContext& context,
                       const Environment& environment,
                       const EnvironmentIdentity& identity) {
  const auto file = memory_of(context, environment);
  os::make_directories(file.parent_path());
  os::write_file_atomic(file, identity.identity + " " + identity.grade, os::Durability::relaxed);
}

}  // namespace mlops::pipeline
