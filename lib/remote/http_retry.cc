#include "remote/http_retry.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/error.h"
#include "remote/retry.h"

namespace mlops::remote {

bool is_passing(int status) {
  constexpr std::array kPassing = {408, 429, 500, 502, 503, 504};
  return std::find(kPassing.begin(), kPassing.end(), status) != kPassing.end();
}

SettledAnswer send_until_settled(const std::function<HttpResponse()>& send,
                                 const std::vector<int>& also_passing,
                                 const CancelToken& cancel) {
  Retry retry(cancel);
  bool is_repeated = false;
  for (;;) {
    std::optional<HttpResponse> response;
    try {
      response = send();
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::network || !retry.wait({})) {
        throw;
      }
    }
    if (response) {
      const int status = response->status;
      const bool is_again =
          is_passing(status) ||
          std::find(also_passing.begin(), also_passing.end(), status) != also_passing.end();
      if (!is_again || !retry.wait(response->header("retry-after"))) {
        return {std::move(*response), is_repeated};
      }
    }
    is_repeated = true;
  }
}

}  // namespace mlops::remote
