#!/usr/bin/env sh
# Answers the challenges of acme.sh with geopool. Put it into ~/.acme.sh/dnsapi, then:
#
#   acme.sh --issue --dns dns_geopool -d dl.example.org
#
# $GEOPOOL may name another program, for example one that calls geopool on all name servers of a zone if they are in no fleet.

dns_geopool_add() {
  "${GEOPOOL:-geopool}" challenge add -- "$1" "$2"
}

dns_geopool_rm() {
  "${GEOPOOL:-geopool}" challenge remove -- "$1" "$2"
}
