#!/bin/sh
# The steps of the image, so that a test can take them without a container; see deploy/Dockerfile.
#
#   build_image.sh packages LIST FOLDER   install what a list of hashes names, and what builds the bot
#   build_image.sh bot FOLDER APP         build the bot with that, and copy what runs into APP
#
# PYTHON names the interpreter to install for; by default python3.
set -eu
cd "$(dirname "$0")/.."

case $1 in
packages)
    "${PYTHON:-python3}" -m venv "$3"
    "$3/bin/pip" install -q --no-cache-dir --no-compile --require-hashes --only-binary :all: -r "$2"
    ;;
bot)
    built=$2
    app=$3
    "$built/bin/pip" install -q --no-cache-dir --no-compile --no-deps --no-build-isolation .
    languages=$(cd / && "$built/bin/python" -c "from bot.i18n.catalogue import LANGUAGES; print(*LANGUAGES)")
    # What only builds the bot.
    "$built/bin/pip" uninstall -q -y hatchling pathspec pluggy tomlkit trove-classifiers
    cp -R "$("$built/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" "$app"
    rm -rf "$app"/pip "$app"/pip-* "$app"/setuptools "$app"/setuptools-* "$app"/pkg_resources "$app"/_distutils_hack \
        "$app"/distutils-precedence.pth
    # Tests, sources and headers of compiled modules, and locales of languages that the bot doesn't speak.
    find "$app" -type d -name tests -prune -exec rm -rf {} +
    find "$app" -type f \( -name '*.pyi' -o -name '*.pxd' -o -name '*.pyx' -o -name '*.c' -o -name '*.h' -o -name '*.dll' \) \
        -delete
    for locale in "$app"/babel/locale-data/*.dat; do
        name=$(basename "$locale" .dat)
        case " root $languages " in
        *" ${name%%_*} "*) ;;
        *) rm "$locale" ;;
        esac
    done
    # Wheels come with symbols for a debugger. The libraries in *.libs are patched in a way that strip would break.
    find "$app" -name '*.so' ! -path '*.libs/*' -exec strip --strip-unneeded {} +
    # The image is read-only, so Python could not write these at the first start.
    "$built/bin/python" -m compileall -q -j 0 --invalidation-mode unchecked-hash "$app"
    ;;
*)
    echo "build_image.sh: there is no step $1" >&2
    exit 2
    ;;
esac
