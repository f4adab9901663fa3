# Sourced by the tools: install_packages KIND... makes sure that Debian's packages for building, testing or measuring are there.
# Needs root or sudo only when something is missing.

packages_build="build-essential cmake ninja-build ccache pkg-config git python3 python3-glad libglfw3-dev libx11-dev libxext-dev libgl-dev libcglm-dev
    libstb-dev fonts-dejavu-core libpng-dev libjansson-dev libegl-dev libegl1 libegl-mesa0 libgl1-mesa-dri libglx-mesa0 libgl1"
packages_test="libcriterion-dev xvfb xauth openbox xdotool x11-utils x11-xserver-utils x11-apps clang libclang-rt-14-dev
    python3-numpy python3-matplotlib python3-pil python3-fusepy socat procps"
packages_bench="python3-pyqtgraph python3-pyqt5 python3-pyqt5.qtopengl python3-opengl python3-vispy python3-silx python3-matplotlib
    python3-numpy python3-seaborn saods9 gnuplot-nox xvfb xauth"

install_packages() {
    local kind wanted="" missing="" package
    for kind in "$@"; do
        eval "wanted=\"\$wanted \$packages_$kind\""
    done
    for package in $wanted; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
    done
    [ -z "$missing" ] && return 0
    local as_root=""
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || { echo "These packages are missing, and there is no sudo to install them:$missing" >&2; return 1; }
        as_root=sudo
    fi
    echo "Installing:$missing"
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

# build PRESET TARGET [cmake arguments]: configure and build quietly; the log is shown when it fails.
build() {
    local preset="$1" target="$2" log
    shift 2
    log=$(mktemp)
    echo "Building ($preset) ..."
    if ! { cmake --preset "$preset" "$@" && cmake --build --preset "$preset" --target "$target"; } >"$log" 2>&1; then
        tail -n 60 "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}
