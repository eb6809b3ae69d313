#pragma once

#include <functional>
#include <vector>

#include "base/cancel.h"
#include "remote/http.h"

namespace mlops::remote {

/// Whether a server that answers so may answer otherwise soon: 408, 429, 500, 502, 503, 504.
bool is_passing(int status);

struct SettledAnswer {
  HttpResponse response;
  bool is_repeated = false;  ///< after a try of which nobody knows whether it was done
};
/// Sends until the answer is not one that passes, or one of `also_passing`, or until Retry has
/// enough: then the last answer. Error{network} when the last try had none.
SettledAnswer send_until_settled(const std::function<HttpResponse()>& send,
                                 const std::vector<int>& also_passing,
                                 const CancelToken& cancel);

}  // namespace mlops::remote
