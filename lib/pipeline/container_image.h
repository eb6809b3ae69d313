#pragma once

#include <optional>
#include <string>

#include "pipeline/container_session.h"
#include "pipeline/environment_identity.h"

namespace mlops::pipeline {

/// What a name of an image stands for during one run.
struct Image {
  std::string id;  ///< what containers are made from
  EnvironmentIdentity identity;
  std::string search_path;  ///< its PATH
};

/// Finds the image of an environment; pulls it as `pull` says. The identity is the digest under
/// which a registry has it ("container:sha256:…"), else the id of the local image
/// ("container:image-id:sha256:…"), both strong. Error{io} with the engine's message when there is
/// none. Main thread.
Image find_image(ContainerSession& session, const Environment& environment);

/// Builds the image of an environment unless it is there already. The identity is over what goes
/// into it, the context's content, its file, and the digests of the images that it starts from:
/// pinned, because the commands in between may fetch anything. Main thread.
Image build_image(ContainerSession& session, const Environment& environment);

/// For looks, which ask no engine: what the name itself says ("…@sha256:…"), else what the last
/// run in this clone found.
std::optional<EnvironmentIdentity> remembered_identity(const RunContext& context,
                                                       const Environment& environment);
void remember_identity(const RunContext& context,
                       const Environment& environment,
                       const EnvironmentIdentity& identity);

}  // namespace mlops::pipeline
