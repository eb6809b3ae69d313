#include "report/html_page.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/layout.h"

namespace mlops::report {

std::string escape_html(std::string_view text, std::size_t longest) {
  std::string escaped;
  for (const char c : cut(escape_for_terminal(text.substr(0, 4 * longest)), longest)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string pill(policy::Verdict verdict) {
  const std::string_view word = policy::to_string(verdict);
  return fmt::format(R"(<span class="pill {0}">{0}</span>)", word);
}

}  // namespace mlops::report
