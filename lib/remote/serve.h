#pragma once

#include <functional>
#include <memory>

#include "remote/transport.h"
#include "remote/wire.h"

namespace mlops::remote {

/// What those who ask may do. `append_only`: read, and add objects; what is there stays as it is,
/// so that whoever gets hold of the key to such an account deletes and replaces nothing.
enum class ServeMode { full, append_only };

/// The far side of ssh: greets, and answers requests until the other end closes. `open` is called
/// at the first one, and what it throws is the answer; so is what a request itself ends with.
/// Error{corrupt} for bytes that are no request, Error{network} for one that is cut. One thread.
void serve(WireStream& stream,
           const std::function<std::unique_ptr<Transport>()>& open,
           ServeMode mode);

}  // namespace mlops::remote
