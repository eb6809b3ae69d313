// What LeakSanitizer leaves alone in every test executable; it looks for this name.
extern "C" const char*
__lsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier): LSan's name

extern "C" const char* __lsan_default_suppressions() {
  // libgit2 1.5 keeps the match data of every regular expression that did not match.
  return "leak:libpcre2-8\n";
}
