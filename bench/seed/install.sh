#!/bin/sh
# Steps 6 to 9 of the flow by hand: install.sh WORK LUA_ROOT REFERENCE...
# crane writes an archive that holds, under its digest, the one that publish.sh made.
set -e
work=$1
plugins=$2/kong/plugins
shift 2
mkdir -p "$plugins"
count=0
for reference; do
  count=$((count + 1))
  mkdir -p "$work/$count"
  cd "$work/$count"
  "$COSIGN" verify --key "$KEYS/cosign.pub" --insecure-ignore-tlog "$reference" >verified.json
  "$CRANE" pull "$reference" pulled.tar
  tar xf pulled.tar
  tar xf ./*.tar.gz
  cp -r my-plugin/kong/plugins/. "$plugins/"
done
