package io.tapmeta.resolver.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.resolver.text.Fault;
import io.tapmeta.resolver.text.Faults;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the operator is told about a bad record. */
class InstanceFaultsTest {
  private static final String UUID = "\"uuid\": \"5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11\"";
  private static final String PORTS = "\"ports\": [{\"mac\": \"fa:16:3e:00:00:01\"}]";
  private static final String MAC_FORM = "a MAC address such as fa:16:3e:5a:01:37";

  private final Faults faults = new Faults("r.json");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5f0c1c1e7d0a4c599a863f6f2b8a7e11",
        "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e1",
        "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e111",
        "5f0c1c1g-7d0a-4c59-9a86-3f6f2b8a7e11",
        "{5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11}",
        "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11 "
      })
  void uuidIsRefused(String uuid) {
    refuse("{\n\"uuid\": \"%s\", %s}".formatted(uuid, PORTS));
    assertThat(faults.list())
        .extracting(Fault::toString)
        .containsExactly(
            "r.json:2: uuid: \"%s\" (expected: a UUID such as 5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11)"
                .formatted(uuid));
  }

  @Test
  void uuidIsRequired() {
    refuse("{" + PORTS + "}");
    assertThat(faults.list())
        .extracting(Fault::toString)
        .containsExactly(
            "r.json:1: uuid: missing (expected: a UUID such as"
                + " 5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ", \"ports\": null", ", \"ports\": []"})
  void aPortIsRequired(String ports) {
    refuse("{" + UUID + ports + "}");
    assertThat(faults.list())
        .extracting(Fault::what)
        .containsExactly("ports: none (expected: at least one port with a mac)");
  }

  /** Whatever else is wrong: every fault is named at once. */
  @ParameterizedTest
  @ValueSource(strings = {"", ", \"ports\": null", ", \"ports\": []"})
  void missingPortsAreNamedBesideOtherFaults(String ports) {
    refuse("{\"uuid\": 5" + ports + "}");
    assertThat(faults.list()).extracting(Fault::what).hasSize(2);
  }

  @Test
  void portsOfTheWrongTypeAreOneFault() {
    refuse("{" + UUID + ", \"ports\": {\"mac\": \"fa:16:3e:00:00:01\"}}");
    assertThat(faults.list())
        .extracting(Fault::what)
        .containsExactly("ports: an object (expected: a list)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "project_id": 7                  | project_id: 7 (expected: a string)
          "name": true                     | name: true (expected: a string)
          "hostname": []                   | hostname: a list of 0 (expected: a string)
          "launch_index": -1               | launch_index: -1 (expected: a whole number, 0 or more)
          "launch_index": "0"              | launch_index: "0" (expected: a whole number, 0 or more)
          "launch_index": 0.5              | launch_index: 0.5 (expected: a whole number, 0 or more)
          "availability_zone": 1           | availability_zone: 1 (expected: a string)
          "meta": {"a": 1}                 | meta.a: 1 (expected: a string)
          "meta": ["a"]                    | meta: a list of 1 (expected: an object)
          "keys": {}                       | keys: an object (expected: a list)
          "keys": [{"data": "x"}]          | keys[0].name: missing (expected: the key pair's name)
          "keys": [{"name": "x"}]          | keys[0].data: missing (expected: the public key's text)
          "keys": [{"name": "x", "data": "y", "type": "rsa"}] | keys[0].type: "rsa" (expected: ssh or x509)
          "keys": [{"name": "x", "data": "y", "finger": "z"}] | keys[0].finger: unknown key (expected: one of data, name, type)
          "user_data": "#!/bin/sh"         | user_data: "#!/bin/sh" (expected: base64 of at most 65 KiB)
          "user_data": 5                   | user_data: 5 (expected: base64 of at most 65 KiB)
          "devices": [{}]                  | devices[0].type: missing (expected: nic, disk or share)
          "devices": [{"type": "gpu"}]     | devices[0].type: "gpu" (expected: nic, disk or share)
          "devices": [{"type": "nic"}]     | devices[0].mac: missing (expected: MACFORM)
          "devices": [{"type": "nic", "mac": "x"}] | devices[0].mac: "x" (expected: MACFORM)
          "devices": [{"type": "disk", "bus": "sata"}] | devices[0].bus: "sata" (expected: pci, usb, scsi, ide, xen, none)
          "devices": [{"type": "disk", "vlan": 5}] | devices[0].vlan: unknown key (expected: one of address, bus, path, serial, tags, type)
          "devices": [{"type": "nic", "mac": "fa:16:3e:00:00:01", "vlan": 4095}] | devices[0].vlan: 4095 (expected: a whole number from 0 to 4094)
          "devices": [{"type": "nic", "mac": "fa:16:3e:00:00:01", "vlan": -1}] | devices[0].vlan: -1 (expected: a whole number from 0 to 4094)
          "devices": [{"type": "nic", "mac": "fa:16:3e:00:00:01", "vf_trusted": "no"}] | devices[0].vf_trusted: "no" (expected: true or false)
          "devices": [{"type": "nic", "mac": "fa:16:3e:00:00:01", "tags": "a"}] | devices[0].tags: "a" (expected: a list)
          "devices": [{"type": "share", "tag": "t"}] | devices[0].share_id: missing (expected: the share's id)
          "devices": [{"type": "share", "share_id": "t"}] | devices[0].tag: missing (expected: the tag to mount it by)
          "dedicated_cpus": [1, "2"]       | dedicated_cpus[1]: "2" (expected: a whole number from 0 to 1048576)
          "dedicated_cpus": [-1]           | dedicated_cpus[0]: -1 (expected: a whole number from 0 to 1048576)
          "ec2": []                        | ec2: a list of 0 (expected: an object)
          "ec2": {"instance_id": 42}       | ec2.instance_id: 42 (expected: a string)
          "ec2": {"security_groups": "x"}  | ec2.security_groups: "x" (expected: a list)
          "ec2": {"block_device_mapping": {"root": 1}} | ec2.block_device_mapping.root: 1 (expected: a string)
          "ec2": {"instance_typ": "x"}     | ec2.instance_typ: unknown key (expected: did you mean instance_type?)
          "usre_data": ""                  | usre_data: unknown key (expected: did you mean user_data?)
          """)
  void eachBadValueIsNamedWithItsLineAndWhatWasExpected(String member, String expected) {
    refuse("{%s, %s,\n%s\n}".formatted(UUID, PORTS, member));
    assertThat(faults.list())
        .extracting(Fault::toString)
        .containsExactly("r.json:2: " + expected.replace("MACFORM", MAC_FORM));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "tap": "a"                       | mac: missing (expected: MACFORM)
          "mac": null                      | mac: missing (expected: MACFORM)
          "mac": "fa:16:3e:00:00"          | mac: "fa:16:3e:00:00" (expected: MACFORM)
          "mac": 7                         | mac: 7 (expected: a string)
          MAC, "id": 5                     | id: 5 (expected: a string)
          MAC, "tap": []                   | tap: a list of 0 (expected: a string)
          MAC, "mtu": 67                   | mtu: 67 (expected: a whole number from 68 to 65535)
          MAC, "mtu": 65536                | mtu: 65536 (expected: a whole number from 68 to 65535)
          MAC, "mtu": "1500"               | mtu: "1500" (expected: a whole number from 68 to 65535)
          MAC, "floating_ips": ["x"]       | floating_ips[0]: "x" (expected: an IPv4 or IPv6 address)
          MAC, "subnet": []                | subnet: unknown key (expected: did you mean subnets?)
          MAC, "subnets": [{}]             | subnets[0].cidr: missing (expected: a network such as 10.0.0.0/24 or fd00::/64)
          MAC, "subnets": [{"cidr": "10.0.0.0"}] | subnets[0].cidr: "10.0.0.0" (expected: a network such as 10.0.0.0/24 or fd00::/64)
          MAC, "subnets": [{"cidr": "10.0.0.0/33"}] | subnets[0].cidr: "10.0.0.0/33" (expected: a network such as 10.0.0.0/24 or fd00::/64)
          MAC, "subnets": [{"cidr": "10.0.0.0/255.255.255.0"}] | subnets[0].cidr: "10.0.0.0/255.255.255.0" (expected: a network such as 10.0.0.0/24 or fd00::/64)
          MAC, "subnets": [{"cidr": "10.0.0.0/8", "netmask": "255.0.0.0"}] | subnets[0].netmask: unknown key (expected: one of cidr, dhcp, dns_nameservers, gateway_ip, host_routes, ip_address, ipv6_address_mode)
          MAC, "subnets": [{"cidr": "10.0.0.0/8", "ip_address": "10.0.0.256"}] | subnets[0].ip_address: "10.0.0.256" (expected: an IPv4 address)
          MAC, "subnets": [{"cidr": "10.0.0.0/8", "ip_address": "fd00::1"}] | subnets[0].ip_address: "fd00::1" (expected: an IPv4 address)
          MAC, "subnets": [{"cidr": "fd00::/64", "ip_address": "10.0.0.1"}] | subnets[0].ip_address: "10.0.0.1" (expected: an IPv6 address)
          MAC, "subnets": [{"cidr": "10.0.0.0/8", "gateway_ip": "fd00::1"}] | subnets[0].gateway_ip: "fd00::1" (expected: an IPv4 address)
          MAC, "subnets": [{"cidr": "fd00::/64", "gateway_ip": "10.0.0.1"}] | subnets[0].gateway_ip: "10.0.0.1" (expected: an IPv6 address)
          MAC, "subnets": [{"cidr": "10.0.0.0/8", "dhcp": "true"}] | subnets[0].dhcp: "true" (expected: true or false)
          MAC, "subnets": [{"cidr": "10.0.0.0/8", "dns_nameservers": ["ns1"]}] | subnets[0].dns_nameservers[0]: "ns1" (expected: an IPv4 or IPv6 address)
          MAC, "subnets": [{"cidr": "10.0.0.0/8", "host_routes": [{"nexthop": "10.0.0.1"}]}] | subnets[0].host_routes[0].destination: missing (expected: a network such as 10.0.0.0/24 or fd00::/64)
          MAC, "subnets": [{"cidr": "10.0.0.0/8", "host_routes": [{"destination": "10.0.0.0/8"}]}] | subnets[0].host_routes[0].nexthop: missing (expected: an IPv4 or IPv6 address)
          MAC, "subnets": [{"cidr": "10.0.0.0/8", "host_routes": [{"destination": "10.0.0.0/8", "nexthop": "10.0.0.1", "metric": 1}]}] | subnets[0].host_routes[0].metric: unknown key (expected: one of destination, nexthop)
          MAC, "subnets": [{"cidr": "fd00::/64", "ipv6_address_mode": "static"}] | subnets[0].ipv6_address_mode: "static" (expected: slaac, dhcpv6-stateful or dhcpv6-stateless)
          """)
  void eachBadValueOfAPortIsNamed(String members, String expected) {
    refuse(
        "{%s, \"ports\": [\n{%s}]}"
            .formatted(UUID, members.replace("MAC,", "\"mac\": \"fa:16:3e:00:00:01\",")));
    assertThat(faults.list())
        .extracting(Fault::toString)
        .containsExactly("r.json:2: ports[0]." + expected.replace("MACFORM", MAC_FORM));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "tap": "a"                      | "tap": "a"
          "tap": "a", "network_id": "n"   | "tap": "a", "network_id": "n"
          "network_id": "n"               | "network_id": "n"
          "vif_type": "ovs"               | "vif_type": "tap"
          """)
  void samePlaceAndMacTwiceIsAFault(String first, String second) {
    refuse(
        """
        {%s, "ports": [{"mac": "fa:16:3e:00:00:01", %s},
         {"mac": "FA:16:3E:00:00:01", %s}]}
        """
            .formatted(UUID, first, second));
    assertThat(faults.list())
        .extracting(Fault::what)
        .containsExactly("ports: fa:16:3e:00:00:01 given twice (expected: each port once)");
  }

  @Test
  void samePortIdTwiceIsAFault() {
    refuse(
        """
        {%s, "ports": [{"mac": "fa:16:3e:00:00:01", "tap": "a", "id": "p"},
         {"mac": "fa:16:3e:00:00:02", "tap": "b", "id": "p"}]}
        """
            .formatted(UUID));
    assertThat(faults.list()).hasSize(1);
  }

  @Test
  void everyFaultIsFoundInOnePass() {
    refuse(
        """
        {
          "uuid": "x",
          "launch_index": -1,
          "meta": {"a": 1},
          "user_data": "%",
          "devices": [{"type": "gpu"}],
          "ports": [
            {"mac": "x"},
            {"mac": "fa:16:3e:00:00:01", "mtu": 1,
             "subnets": [{"cidr": "10.0.0.0/99"}]}
          ],
          "hostnam": "x"
        }
        """);
    assertThat(faults.list())
        .extracting(Fault::line)
        .containsExactlyInAnyOrder(2, 3, 4, 5, 6, 8, 9, 10, 12);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "5", "\"x\"", "null", "", "# yaml", "{", "\u0000"})
  void textThatIsNoRecordIsRefused(String text) {
    refuse(text);
    assertThat(faults.list()).isNotEmpty();
  }

  @Test
  void duplicateKeysRefuseTheRecord() {
    refuse("{" + UUID + ", " + UUID + ", " + PORTS + "}");
    assertThat(faults.list())
        .extracting(Fault::what)
        .containsExactly("uuid: given twice (expected: once)");
  }

  @Test
  void messagesDoNotShowUserDataThatIsGood() {
    refuse("{%s, %s, \"user_data\": \"c2VjcmV0\", \"x\": 1}".formatted(UUID, PORTS));
    assertThat(faults.list().toString()).doesNotContain("c2VjcmV0");
  }

  private void refuse(String text) {
    assertThat(InstanceReader.read(text.getBytes(StandardCharsets.UTF_8), faults)).isEmpty();
    assertThat(faults.isEmpty()).isFalse();
  }
}
