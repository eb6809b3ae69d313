#include "pipeline/dockerfile.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "expect_error.h"

namespace mlops::pipeline {

namespace {

using Names = std::vector<std::string>;

Names bases(std::string_view text) {
  return parse_base_images(text, "Dockerfile");
}

}  // namespace

TEST_CASE("images that steps start from are those of FROM, but for stages of the file") {
  CHECK(bases("FROM --platform=$BUILDPLATFORM debian:12 AS One\nRUN x\n from one\n"
              "FROM\tscratch\nfrom debian:12\nFROM two@sha256:aa as t\nFROM t\n") ==
        Names{"debian:12", "two@sha256:aa"});
}

TEST_CASE("images that steps copy from or mount count as well") {
  CHECK(bases("FROM a AS build\nFROM b\nCOPY --chown=1 --from=build /x /\nCOPY --from=0 /x /\n"
              "COPY --link --from=ghcr.io/uv:1 /uv /\nCOPY x --from=no /\n"
              "RUN --mount=type=bind,from=tools:2,target=/t --mount=type=cache,target=/c make\n") ==
        Names{"a", "b", "ghcr.io/uv:1", "tools:2"});
}

TEST_CASE("a variable stands for the default of an ARG before the first FROM") {
  CHECK(bases("ARG TAG=12 NAME=\"debian\"\nARG BOTH=${NAME}:$TAG\nFROM $NAME:${TAG}\nFROM "
              "${BOTH}-slim\n"
              "FROM ${NONE:-alpine}\nFROM x${TAG:+y}\nFROM ${NONE-z}\n") ==
        Names{"debian:12", "debian:12-slim", "alpine", "xy", "z"});
  for (const auto* text : {"FROM $BASE\n",
                           "ARG BASE\nFROM $BASE\n",
                           "FROM a\nARG BASE=b\nFROM ${BASE}\n",
                           "FROM ${BASE\n",
                           "FROM x$\n",
                           "ARG A=\nFROM $A\n",
                           "FROM a\nCOPY --from=$X / /\n"}) {
    INFO(text);
    testing::expect_error(
        ErrorKind::config, "cannot be told before it is built", [&] { bases(text); });
  }
  testing::expect_error(ErrorKind::config, "Dockerfile:4: which image '$X'", [] {
    bases("# one\n\nFROM a\nFROM \\\n  $X\n");
  });
}

TEST_CASE("variables of variables do not grow without end") {
  std::string text = "ARG A0=xxxxxxxxxxxxxxxx\n";
  for (int i = 1; i < 60; ++i) {
    text += fmt::format("ARG A{}=$A{}$A{}\n", i, i - 1, i - 1);
  }
  CHECK(bases(text + "FROM $A2\n") == Names{std::string(64, 'x')});
  testing::expect_error(ErrorKind::config, "cannot be told", [&] { bases(text + "FROM $A59\n"); });
}

TEST_CASE("a Dockerfile takes from no more than some hundred images") {
  std::string text;
  for (int i = 0; i < 300; ++i) {
    text += fmt::format("FROM a{}\n", i);
  }
  testing::expect_error(ErrorKind::config, "Dockerfile:257: more than", [&] { bases(text); });
}

TEST_CASE("steps go over several lines, and texts within them are no steps") {
  CHECK(bases("FROM \\\n# why\n\n  debian:12 \\\n AS one\r\nRUN <<EOF cat <<-'SQL'\nFROM no\nEOF\n"
              "\tFROM neither\n\tSQL\nFROM two\n") == Names{"debian:12", "two"});
  CHECK(bases("# syntax=docker/dockerfile:1\n# Escape = `\nFROM `\n  a\\\nFROM b\n") ==
        Names{"a\\", "b"});
  CHECK(bases("# a remark\n# escape=`\nFROM \\\n  a\n") == Names{"a"});
  CHECK(bases("RUN echo $((1<<4)) <<< text\nFROM a\n") == Names{"a"});
  CHECK(bases("").empty());
  CHECK(bases("FROM\nRUN <<EOF\nFROM a").empty());
  CHECK(bases("FROM a \\") == Names{"a"});
}

}  // namespace mlops::pipeline
