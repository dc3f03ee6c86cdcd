# The Debian packages that Rastro is made of, in one place. To be sourced; install_packages installs what is missing.
# shellcheck shell=sh

BUILD_PACKAGES="g++ cmake ninja-build ccache git pkg-config libboost1.81-dev libprotozero-dev
  libpqxx-dev libpq-dev libcurl4-openssl-dev prometheus-cpp-dev zlib1g-dev libyaml-cpp-dev libspdlog-dev libfmt-dev
  libcli11-dev libxxhash-dev libssl-dev libhowardhinnant-date-dev"
RUN_PACKAGES="postgresql-15 postgresql-15-postgis-3 postgresql-15-partman tzdata ca-certificates"
TEST_PACKAGES="libprotobuf-dev protobuf-compiler libgtest-dev libgmock-dev libbenchmark-dev librapidcheck-dev python3 python3-jsonschema openssl clang-14 clang-format-14 clang-tidy-14
  libclang-rt-14-dev llvm-14 sumo faketime"

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# install_packages PACKAGE…: quiet when all are there; otherwise needs root (or sudo).
install_packages() {
  missing=
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
    echo "these packages are missing, and only root can install them:$missing" >&2
    return 1
  fi
  echo "installing from Debian:$missing"
  # The gateway starts a database of its own; while its packages go in, they are not to make another that always runs.
  no_cluster=/etc/postgresql-common/createcluster.d/rastro-install.conf
  as_root mkdir -p "${no_cluster%/*}"
  echo 'create_main_cluster = false' | as_root tee "$no_cluster" >/dev/null
  log=$(mktemp)
  status=0
  # shellcheck disable=SC2086
  { as_root apt-get update -qq &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1 || status=1
  as_root rm -f "$no_cluster"
  [ "$status" = 0 ] || tail -n 20 "$log" >&2
  rm -f "$log"
  return "$status"
}
