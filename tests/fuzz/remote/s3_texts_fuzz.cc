// What a server, a URL and the files of an account say. The first byte says what the rest is.
#include <cstddef>
#include <cstdint>
#include <string>

#include "fuzz/harness.h"
#include "remote/http.h"
#include "remote/http_object.h"
#include "remote/location.h"
#include "remote/s3_credentials.h"
#include "remote/s3_transport.h"

namespace mlops {
namespace {

void read_page(std::string_view text) {
  for (const auto& object : remote::parse_s3_page(text, "s3://b").objects) {
    fuzz::require(!object.key.empty() && object.key.size() <= text.size());
  }
}

void read_origin(std::string_view text) {
  const remote::Origin origin = remote::parse_origin(text);
  fuzz::require(remote::parse_origin(origin.text()).text() == origin.text());
}

void read_location(std::string_view text) {
  const remote::Location location = remote::parse_location(text, "/base");
  if (location.kind == remote::Location::Kind::ssh) {
    const auto argv = remote::ssh_command("/usr/bin/ssh", location);
    fuzz::require(!argv[argv.size() - 2].starts_with('-'));
  }
}

void read_date(std::string_view text) {
  if (const auto time = remote::parse_http_date(text)) {
    fuzz::require(*time > -62'135'596'801 && *time < 253'402'300'800);
  }
}

}  // namespace
}  // namespace mlops

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view text = mlops::fuzz::as_text(data + 1, size - 1);
  mlops::fuzz::expect_only({mlops::ErrorKind::corrupt, mlops::ErrorKind::config}, [&] {
    switch (data[0] % 6) {
      case 0:
        return mlops::read_page(text);
      case 1:
        return mlops::read_origin(text);
      case 2:
        return mlops::read_location(text);
      case 3:
        mlops::remote::read_ini_section(text, "default", "f");
        return;
      case 4:
        mlops::remote::find_proxy({.host = "s3.example.org"},
                                  {"https_proxy=" + std::string(text), "no_proxy=a,.b"});
        return;
      default:
        return mlops::read_date(text);
    }
  });
  return 0;
}
