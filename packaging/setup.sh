#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what Secateur needs on Debian 12 or Ubuntu 24.04; does nothing where all of it is there already.
#
# usage: packaging/setup.sh [options]
#   --no-gui   leave out Qt and QCustomPlot: for the command line program alone
#   --tests    also what the tests need (GoogleTest, a virtual screen, an accessibility bus, clang-format)
#   --cuda     LibTorch with all libraries that a GPU needs (about 5 GB instead of 1.3 GB)
#   --yes      do not ask before installing distribution packages
#
# Two things are installed: missing distribution packages (by apt, as root or through sudo), and LibTorch from its Python wheel
# into ${XDG_DATA_HOME:-~/.local/share}/secateur. With LIBTORCH_ROOT set to the torch folder of a Python environment, the wheel
# is left alone. No variable needs to be set.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

gui=yes tests=no cuda=no ask=yes
for argument in "$@"; do
    case $argument in
        --no-gui) gui=no ;;
        --tests) tests=yes ;;
        --cuda) cuda=yes ;;
        --yes | -y) ask=no ;;
        --help | -h) help_of "$0"; exit 0 ;;
        *) die "unknown option $argument" "packaging/setup.sh --help lists the options." ;;
    esac
done

packages=(g++ cmake ninja-build ccache pkg-config python3 python3-venv ca-certificates binutils
    nlohmann-json3-dev libcli11-dev libhdf5-dev libpcre2-dev libsentencepiece-dev libutf8proc-dev zlib1g-dev
    libssl-dev)
[ $gui = no ] || packages+=(qt6-base-dev qt6-svg-dev qt6-qpa-plugins libqcustomplot-dev libgl1-mesa-dev libxkbcommon-dev fonts-dejavu-core)
[ $tests = no ] || packages+=(git libgtest-dev libgmock-dev clang-format-14 desktop-file-utils appstream)
[ $tests = no ] || [ $gui = no ] || packages+=(xvfb xauth xdotool dbus dbus-x11 at-spi2-core python3-pyatspi)

missing_packages() {
    local package
    for package in "${packages[@]}"; do
        dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || echo "$package"
    done
}

# Root runs apt itself; others go through sudo, which may ask for a password.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

install_packages() {
    local missing
    mapfile -t missing < <(missing_packages)
    say "Distribution packages"
    if [ ${#missing[@]} = 0 ]; then
        note "all ${#packages[@]} are installed"
        return
    fi
    note "to install: ${missing[*]}"
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        die "packages are missing, and neither root nor sudo is at hand" "As root: apt-get install ${missing[*]}"
    fi
    if [ $ask = yes ] && [ -t 0 ]; then
        read -r -p "    Install them now? [Y/n] " answer
        [[ ${answer:-y} == [yY]* ]] || die "packages are missing" "As root: apt-get install ${missing[*]}"
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# True when every wheel of the environment $1 was installed to its end: pip writes RECORD last.
torch_complete() {
    local site record
    for site in "$1"/lib/python3*/site-packages; do
        [ -f "$site/torch/lib/libtorch_cpu.so" ] && [ -f "$site/torch/include/ATen/ATen.h" ] || return 1
        for record in "torch-$torch_version" nvidia_cuda_runtime-13 nvidia_cuda_cupti-13; do
            compgen -G "$site/$record*.dist-info/RECORD" >/dev/null || return 1
        done
        [ $cuda = no ] || compgen -G "$site/nvidia_cudnn_cu13-*.dist-info/RECORD" >/dev/null || return 1
    done
}

check_python() {
    local version
    version=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    case $version in
        3.1[0-4]) note "Python $version at $1" ;;
        *) die "$1 is Python $version; LibTorch $torch_version has wheels for 3.10 to 3.14" \
            "Set LIBTORCH_ROOT to the torch folder of an environment that has torch $torch_version." ;;
    esac
}

check_disk() {
    local need=$1 free
    free=$(df --output=avail -m "$data_home" | tail -n 1 | tr -d ' ')
    [ "$free" -ge "$need" ] || die "$data_home has $free MB free; LibTorch needs $need MB" "Set XDG_DATA_HOME to a larger disk."
}

# Made beside its place and renamed when complete, so that an interrupted run leaves nothing that looks finished.
install_torch() {
    local python=/usr/bin/python3 partial=$torch_env.partial
    [ -x $python ] || python=$(command -v python3) || die "no python3 was found" "Install the package python3."
    check_python "$python"
    check_disk $([ $cuda = yes ] && echo 11000 || echo 3000)
    rm -rf "$partial"
    "$python" -m venv "$partial"
    if [ $cuda = yes ]; then
        "$partial/bin/python" -m pip install --disable-pip-version-check "torch==$torch_version"
    else
        "$partial/bin/python" -m pip install --disable-pip-version-check --no-deps --only-binary :all: \
            "torch==$torch_version" nvidia-cuda-runtime==13.0.96 nvidia-cuda-cupti==13.0.85
    fi || die "LibTorch could not be installed" "Is the Python package index reachable? What was half done is in $partial; run setup again."
    torch_complete "$partial" || die "the LibTorch environment is not complete after installing" "Remove $partial and run setup again."
    rm -rf "$torch_env"
    mv "$partial" "$torch_env"
}

setup_torch() {
    say "LibTorch $torch_version"
    if [ -n "${LIBTORCH_ROOT:-}" ]; then
        [ -f "$LIBTORCH_ROOT/lib/libtorch_cpu.so" ] || die "LIBTORCH_ROOT=$LIBTORCH_ROOT has no lib/libtorch_cpu.so"
        note "LIBTORCH_ROOT is set: $LIBTORCH_ROOT"
        return
    fi
    mkdir -p "$data_home"
    exec 9>"$data_home/setup.lock"
    flock 9
    if torch_complete "$torch_env"; then
        note "already in $torch_env"
    else
        note "installing into $torch_env"
        install_torch
    fi
    exec 9>&-
}

. /etc/os-release
case "${ID:-}-${VERSION_ID:-}" in
    debian-12 | ubuntu-24.04) ;;
    *) note "This is ${PRETTY_NAME:-an unknown system}; Secateur is tested on Debian 12 and Ubuntu 24.04. Trying the same packages." ;;
esac
command -v apt-get >/dev/null || die "this system has no apt-get" "Install by hand the equivalents of: ${packages[*]}"
install_packages
setup_torch
say "Setup is complete"
