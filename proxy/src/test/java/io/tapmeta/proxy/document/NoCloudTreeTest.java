package io.tapmeta.proxy.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.resolver.instance.Instance;
import org.junit.jupiter.api.Test;

class NoCloudTreeTest {
  @Test
  void theListingIsTheFourFiles() {
    assertThat(path("", Instances.full()))
        .isEqualTo("meta-data\nnetwork-config\nuser-data\nvendor-data");
  }

  @Test
  void metaDataIsWhatTheClientNeeds() {
    assertThat(path("/meta-data", Instances.full()))
        .isEqualTo(
            """
            {"instance-id": "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11", \
            "local-hostname": "web-1.novalocal", "availability-zone": "az-east", \
            "public-keys": ["ssh-ed25519 AAAA ops@example"]}
            """);
  }

  @Test
  void metaDataOfABareRecordIsIdAndHostname() {
    assertThat(path("/meta-data", Instances.with("\"name\": \"x\"")))
        .isEqualTo(
            """
            {"instance-id": "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11", "local-hostname": "x"}
            """);
  }

  /** YAML has no surrogate pairs in its escapes: what is beyond ASCII is written as it is. */
  @Test
  void textBeyondAsciiIsWrittenAsItself() {
    assertThat(path("/meta-data", Instances.with("\"hostname\": \"é😀\\u0085\\u007f\"")))
        .contains("\"local-hostname\": \"é😀\\u0085\\u007f\"");
  }

  @Test
  void certificatesAreNoKeysForSsh() {
    assertThat(
            path(
                "/meta-data",
                Instances.with(
                    "\"keys\": [{\"name\": \"a\", \"type\": \"x509\", \"data\": \"A\"}]")))
        .doesNotContain("public-keys");
  }

  @Test
  void whatThereIsNothingOfIsEmptyAndNotMissing() {
    Instance bare = Instances.with("\"name\": \"x\"");
    assertThat(path("/user-data", bare)).isEmpty();
    assertThat(path("/vendor-data", bare)).isEmpty();
    assertThat(path("/network-config", bare)).isEmpty();
  }

  @Test
  void userDataIsTheBytes() {
    assertThat(path("/user-data", Instances.full())).isEqualTo("#!/bin/sh\n");
  }

  @Test
  void vendorDataIsItsPartOrAnArchiveOfParts() {
    assertThat(path("/vendor-data", Instances.with("\"vendor_data\": \"#cloud-config\\n\"")))
        .isEqualTo("#cloud-config\n");
    assertThat(
            path(
                "/vendor-data",
                Instances.with("\"vendor_data\": [\"#!/bin/sh\\n\", \"#cloud-config é\"]")))
        .isEqualTo("#cloud-config-archive\n[\"#!/bin/sh\\n\", \"#cloud-config é\"]\n");
  }

  @Test
  void networkConfigIsOneEthernetAPort() {
    assertThat(path("/network-config", Instances.full()))
        .isEqualTo(
            """
            {"version": 2, "ethernets": {"interface0": \
            {"match": {"macaddress": "fa:16:3e:5a:01:37"}, "mtu": 1450, "dhcp4": false, \
            "dhcp6": false, "addresses": ["10.0.0.5/24"], \
            "routes": [{"to": "0.0.0.0/0", "via": "10.0.0.1"}, \
            {"to": "192.168.0.0/16", "via": "10.0.0.254"}], \
            "nameservers": {"addresses": ["10.0.0.2"]}}}}
            """);
  }

  @Test
  void networkConfigTellsDhcpAdvertisementAndFixedApart() {
    assertThat(
            path(
                "/network-config",
                Instances.withPorts(
                    """
                    {"mac": "fa:16:3e:00:00:01", "subnets": [
                      {"cidr": "10.0.0.0/24", "ip_address": "10.0.0.5", "dhcp": true,
                       "dns_nameservers": ["10.0.0.2"]},
                      {"cidr": "fd00::/64", "ip_address": "fd00::5", "ipv6_address_mode": "slaac",
                       "dns_nameservers": ["10.0.0.2"]}]},
                    {"mac": "fa:16:3e:00:00:02"},
                    {"mac": "fa:16:3e:00:00:03", "subnets": [
                      {"cidr": "fd01::/64", "ip_address": "fd01::5",
                       "ipv6_address_mode": "dhcpv6-stateful"}]},
                    {"mac": "fa:16:3e:00:00:04", "subnets": [{"cidr": "10.0.0.0/24"}]}
                    """)))
        .isEqualTo(
            """
            {"version": 2, "ethernets": {"interface0": \
            {"match": {"macaddress": "fa:16:3e:00:00:01"}, "dhcp4": true, "dhcp6": false, \
            "accept-ra": true, "nameservers": {"addresses": ["10.0.0.2"]}}, "interface1": \
            {"match": {"macaddress": "fa:16:3e:00:00:03"}, "dhcp4": false, "dhcp6": true}, \
            "interface2": {"match": {"macaddress": "fa:16:3e:00:00:04"}, "dhcp4": false, \
            "dhcp6": false}}}
            """);
  }

  private static String path(String path, Instance instance) {
    return Rendered.path("/nocloud" + path, instance).orElseThrow();
  }
}
