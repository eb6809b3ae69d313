# shellcheck shell=sh disable=SC2154 # scratch, tests: of cli/common.sh
# Sourced after cli/common.sh by scripts that make conda environments: a channel of small packages, without a
# network, and what installs from it.

# The tool of this machine, if it has one. Neither Debian nor PyPI has micromamba, mamba or conda; PyPI has the
# solver and installer of pixi, which stand in for micromamba here: real packages, prefixes and records.
start_conda() {
  # shellcheck disable=SC2034 # for the scripts
  channel=file://$scratch/channel
  python3 "$tests/support/conda_channel.py" "$scratch/channel"
  export MAMBA_ROOT_PREFIX="$scratch/mamba" CONDA_PKGS_DIRS="$scratch/packages" RATTLER_CACHE_DIR="$scratch/rattler"
  for tool in micromamba mamba conda; do
    if command -v "$tool" >/dev/null; then return 0; fi
  done
  rattler=$HOST_CACHE/mlops-tests/rattler-0.28.0
  if [ ! -f "$rattler/complete" ]; then
    rm -rf "$rattler"
    if ! { /usr/bin/python3 -m venv "$rattler" && "$rattler/bin/pip" install -q py-rattler==0.28.0 PyYAML==6.0.2; } \
      >"$scratch/pip" 2>&1; then
      rm -rf "$rattler"
      skip "none of micromamba, mamba and conda is installed, and py-rattler cannot be had: $(tail -n 1 "$scratch/pip")"
    fi
    touch "$rattler/complete"
  fi
  tool=micromamba
  mkdir -p "$scratch/conda-bin"
  cat >"$scratch/conda-bin/micromamba" <<END
#!/bin/sh
exec "$rattler/bin/python" "$tests/support/conda_tool.py" "\$@"
END
  chmod +x "$scratch/conda-bin/micromamba"
  PATH=$scratch/conda-bin:$PATH
}
