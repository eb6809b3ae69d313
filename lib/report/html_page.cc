#include "report/html_page.h"

#include <array>
#include <utility>

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

std::string typeset_html(std::string_view text, std::size_t longest) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kSigns{
      {{"&lt;=", "&le;"}, {"&gt;=", "&ge;"}, {"-&gt;", "&rarr;"}}};
  std::string html = escape_html(text, longest);
  for (const auto& [plain, sign] : kSigns) {
    for (std::size_t at = html.find(plain); at != std::string::npos;
         at = html.find(plain, at + sign.size())) {
      html.replace(at, plain.size(), sign);
    }
  }
  return html;
}

std::string html_number_cell(std::string_view column,
                             const std::string& html,
                             std::string_view style) {
  return fmt::format(R"(<td class="num{}" data-l="{}">{}</td>)", style, column, html);
}

std::string pill(policy::Verdict verdict) {
  const std::string_view word = policy::to_string(verdict);
  return fmt::format(R"(<span class="pill {0}">{0}</span>)", word);
}

}  // namespace mlops::report
