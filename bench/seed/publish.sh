#!/bin/sh
# Steps 1, 4 and 5 of the flow by hand: publish.sh PARENT REFERENCE WORK
# PARENT holds the directory my-plugin. Prints the reference with its digest.
# The environment names the programs and, in SIGN_FLAGS, what this cosign asks for to sign offline.
set -e
mkdir -p "$3"
tar czf "$3/my-plugin.tar.gz" -C "$1" my-plugin
"$COSIGN" upload blob -f "$3/my-plugin.tar.gz" "$2" >"$3/reference"
reference=$(cat "$3/reference")
# shellcheck disable=SC2086
"$COSIGN" sign --key "$KEYS/cosign.key" $SIGN_FLAGS -y "$reference" >&2
printf '%s\n' "$reference"
