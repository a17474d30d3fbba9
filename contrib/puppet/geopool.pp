# Deploys the zones of geopool from the Git repository that this Puppet environment is a checkout of: a zone's file is
# modules/geopool/files/zones/ZONE.yaml in it. Put this file at modules/geopool/manifests/init.pp.
#
# A wrong file is not installed: the previous one stays, and Puppet says what is wrong with the new one. A zone that is no
# longer in the list is gone after the next run, so there can be no other zone files in the directory.
#
# @example
#   class { 'geopool': zones => ['dl.example.org'] }
#
# @param zones
#   The names of the zones.
# @param source
#   The source of their files.
# @param directory
#   Their directory: `zones` in geopool.yaml.
# @param program
#   The program that checks them.
# @param reload
#   The command that makes the server read them.
# @param owner
#   The user who may change them.
# @param group
#   The group that may read them: the server's.
class geopool (
  Array[Pattern[/\A[a-z0-9._-]+\z/]] $zones,
  String $source = 'puppet:///modules/geopool/zones',
  Pattern[/\A\//] $directory = '/etc/geopool/zones',
  Pattern[/\A\//] $program = '/usr/bin/geopool',
  String $reload = '/usr/bin/systemctl reload geopool',
  String $owner = 'root',
  String $group = 'geopool',
) {
  # One for each: if a file is wrong, the server must read the others all the same.
  [$directory, *$zones].each |String $what| {
    exec { "geopool reload: ${what}":
      command     => $reload,
      refreshonly => true,
    }
  }

  file { $directory:
    ensure  => directory,
    owner   => $owner,
    group   => $group,
    mode    => '0750',
    recurse => true,
    purge   => true,
    notify  => Exec["geopool reload: ${directory}"],
  }

  $zones.each |String $zone| {
    file { "${directory}/${zone}.yaml":
      ensure       => file,
      owner        => $owner,
      group        => $group,
      mode         => '0640',
      source       => "${source}/${zone}.yaml",
      validate_cmd => "${program} check %",
      notify       => Exec["geopool reload: ${zone}"],
    }
  }
}
