#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mlops {

/// Splits at every `separator`; n separators give n + 1 parts, empty ones included.
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
/// Without the ASCII white space at both ends.
std::string_view trim(std::string_view text);
std::string to_lower_ascii(std::string_view text);

/// True when `text` is well-formed UTF-8 (no surrogates, no overlong forms).
bool is_utf8(std::string_view text);
/// Columns that `text` takes on a terminal; wide and combining characters counted as wcwidth does.
std::size_t display_width(std::string_view text);

/// For terminals: control characters, C1, bidi overrides and invalid UTF-8 become \xNN or \u{N};
/// the rest is kept. The result is one line of valid UTF-8 that moves no cursor.
std::string escape_for_terminal(std::string_view text);
/// 'text', escaped as above: the form in which messages name files, keys and revisions.
std::string quote(std::string_view text);
/// The words of a command as a POSIX shell would need them, to show a reader what to type.
std::string shell_quote(std::string_view word);
std::string shell_join(const std::vector<std::string>& words);

/// True when `text` matches the glob `pattern`: `*` and `?` stay within one path component, `**`
/// crosses them, `[a-z]` is a class, `\` quotes. Linear in text × pattern: no blow-up.
bool glob_match(std::string_view pattern, std::string_view text);
bool is_glob(std::string_view text);

}  // namespace mlops
