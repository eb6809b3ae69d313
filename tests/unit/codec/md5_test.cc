#include "codec/md5.h"

#include <catch2/catch.hpp>

#include "base/hex.h"
#include "codec/bytes.h"

using namespace mlops;

TEST_CASE("MD5 gives the digests of RFC 1321, and starts anew") {
  codec::Md5 md5;
  CHECK(to_hex(md5.finish()) == "d41d8cd98f00b204e9800998ecf8427e");
  md5.update(codec::as_bytes("message "));
  md5.update(codec::as_bytes("digest"));
  CHECK(to_hex(md5.finish()) == "f96b697d7cb7938d525a2f31aaf161d0");
  md5.update(codec::as_bytes("abc"));
  CHECK(to_hex(md5.finish()) == "900150983cd24fb0d6963f7d28e17f72");
}
