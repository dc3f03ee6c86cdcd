#!/bin/sh
# Installs a built rastro with its units, its user and an example configuration: deploy/install.sh [build/release]
# Nothing that is there is overwritten but the program and the units. As root; then: systemctl enable --now rastro.socket
# rastro.service
set -eu
here=$(dirname "$0")
build=${1:-$here/../build/release}
root=${DESTDIR:-}

install -D -m 0755 "$build/rastro" "$root/usr/bin/rastro"
install -D -m 0644 "$here/rastro.service" "$root/etc/systemd/system/rastro.service"
install -D -m 0644 "$here/rastro.socket" "$root/etc/systemd/system/rastro.socket"
install -D -m 0644 "$here/../README.md" "$root/usr/share/doc/rastro/README.md"
install -D -m 0644 "$here/RUNBOOK.md" "$root/usr/share/doc/rastro/RUNBOOK.md"
[ -e "$root/etc/rastro/rastro.yaml" ] ||
  install -D -m 0644 "$here/rastro.example.yaml" "$root/etc/rastro/rastro.yaml"
[ -n "$root" ] && exit 0  # a package's folder: no user, no daemon
getent passwd rastro >/dev/null ||
  useradd --system --home-dir /var/lib/rastro --no-create-home --shell /usr/sbin/nologin rastro
systemctl daemon-reload
echo "now: systemctl enable --now rastro.socket rastro.service"
