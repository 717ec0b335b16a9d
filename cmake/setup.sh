#!/usr/bin/env bash
# Installs the Debian packages that volley needs and that are missing, as root or through sudo. Quiet when all are there.
set -euo pipefail
packages=(g++ cmake ninja-build ccache pkg-config libboost-dev libabsl-dev libhdf5-dev libdeflate-dev libmd-dev zlib1g-dev
          libeigen3-dev librandom123-dev libcli11-dev libyaml-cpp-dev nlohmann-json3-dev catch2 libbenchmark-dev clang
          libclang-rt-14-dev hdf5-tools)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0
echo "installing: ${missing[*]}" >&2
sudo=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "setup: not root and no sudo; as root run: apt-get install ${missing[*]}" >&2; exit 1; }
  sudo=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
"${sudo[@]}" apt-get update -q >&2
"${sudo[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}" >&2
