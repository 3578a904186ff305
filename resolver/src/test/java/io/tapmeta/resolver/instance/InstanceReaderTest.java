package io.tapmeta.resolver.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.resolver.ingress.MacAddress;
import io.tapmeta.resolver.instance.Device.Disk;
import io.tapmeta.resolver.instance.Device.Nic;
import io.tapmeta.resolver.instance.Device.Share;
import io.tapmeta.resolver.instance.Subnet.HostRoute;
import io.tapmeta.resolver.text.Faults;
import io.tapmeta.resolver.text.JsonValue;
import io.tapmeta.resolver.text.JsonValue.JsonObject;
import io.tapmeta.resolver.text.JsonValue.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a good record becomes. What a bad one is told is in {@link InstanceFaultsTest}. */
class InstanceReaderTest {
  private static final String UUID = "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11";

  /** INTERFACES, section 4. */
  static final String EXAMPLE =
      """
      {
        "uuid": "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11",
        "project_id": "f3a91c0de4b24d0b8f3cbb6a1d2e7c40",
        "name": "Web 1",
        "hostname": "web-1.novalocal",
        "launch_index": 0,
        "availability_zone": "az-east",
        "meta": {"role": "web"},
        "keys": [{"name": "ops-key", "type": "ssh", "data": "ssh-ed25519 AAAA… ops\\n"}],
        "user_data": "IyEvYmluL3NoCg==",
        "vendor_data": {"any": "json"},
        "vendor_data2": {"static": {"any": "json"}},
        "devices": [{"type": "nic", "mac": "fa:16:3e:5a:01:37", "bus": "pci", "address": "0000:00:03.0", "tags": ["mgmt"], "vlan": 2145, "vf_trusted": false}],
        "dedicated_cpus": [2, 3],
        "ec2": {
          "instance_id": "i-0000002a", "ami_id": "ami-00000007", "kernel_id": null, "ramdisk_id": null,
          "reservation_id": "r-3k7zq1xd", "instance_type": "m1.small",
          "security_groups": ["default", "web"],
          "block_device_mapping": {"ami": "vda", "root": "/dev/vda", "ebs0": "/dev/vdb"}
        },
        "ports": [{
          "id": "0d1fa6a8-94c5-4d5e-8a32-6a3f7a1d9c01",
          "tap": "tap0d1fa6a8-94",
          "mac": "fa:16:3e:5a:01:37",
          "vif_type": "ovs",
          "mtu": 1450,
          "network_id": "7b2d3a52-6f7e-4f29-b1c0-2d9f5a6b7c8d",
          "floating_ips": ["203.0.113.10"],
          "subnets": [{
            "cidr": "10.0.0.0/24", "ip_address": "10.0.0.5", "gateway_ip": "10.0.0.1",
            "dhcp": true,
            "dns_nameservers": ["10.0.0.2"],
            "host_routes": [{"destination": "192.168.0.0/16", "nexthop": "10.0.0.254"}],
            "ipv6_address_mode": null
          }]
        }]
      }
      """;

  private static final Subnet EXAMPLE_SUBNET =
      new Subnet(
          Cidr.parse("10.0.0.0/24"),
          Optional.of(IpAddress.parse("10.0.0.5")),
          Optional.of(IpAddress.parse("10.0.0.1")),
          true,
          List.of(IpAddress.parse("10.0.0.2")),
          List.of(new HostRoute(Cidr.parse("192.168.0.0/16"), IpAddress.parse("10.0.0.254"))),
          Optional.empty());

  @Test
  void theExampleOfTheInterfacesIsReadToItsLastField() {
    Map<String, String> mapping = new LinkedHashMap<>();
    mapping.put("ami", "vda");
    mapping.put("root", "/dev/vda");
    mapping.put("ebs0", "/dev/vdb");
    assertThat(read(EXAMPLE))
        .isEqualTo(
            new Instance(
                UUID,
                Optional.of("f3a91c0de4b24d0b8f3cbb6a1d2e7c40"),
                false,
                "Web 1",
                "web-1.novalocal",
                0,
                Optional.of("az-east"),
                Map.of("role", "web"),
                List.of(new KeyPair("ops-key", "ssh", "ssh-ed25519 AAAA… ops\n")),
                Optional.of(UserData.decode("IyEvYmluL3NoCg==")),
                Optional.of(object(11, "any", new JsonString("json", 11))),
                Optional.of(object(12, "static", object(12, "any", new JsonString("json", 12)))),
                List.of(
                    new Nic(
                        MacAddress.parse("fa:16:3e:5a:01:37"),
                        "pci",
                        "0000:00:03.0",
                        List.of("mgmt"),
                        Optional.of(2145),
                        false)),
                List.of(2, 3),
                new Ec2(
                    "i-0000002a",
                    Optional.of("ami-00000007"),
                    Optional.empty(),
                    Optional.empty(),
                    "r-3k7zq1xd",
                    "m1.small",
                    List.of("default", "web"),
                    mapping),
                List.of(
                    new Port(
                        Optional.of("0d1fa6a8-94c5-4d5e-8a32-6a3f7a1d9c01"),
                        Optional.of("tap0d1fa6a8-94"),
                        MacAddress.parse("fa:16:3e:5a:01:37"),
                        Optional.of("ovs"),
                        Optional.of(1450),
                        Optional.of("7b2d3a52-6f7e-4f29-b1c0-2d9f5a6b7c8d"),
                        List.of(IpAddress.parse("203.0.113.10")),
                        List.of(EXAMPLE_SUBNET))),
                Budget.UNSAID,
                Policy.UNSAID));
  }

  @Test
  void theSameRecordInYamlIsTheSameInstance() {
    Instance yaml =
        read(
            """
            uuid: 5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11
            name: Web 1
            meta: {role: web}
            ports:
              - mac: 52:54:00:12:34:56
                tap: tap1
                mtu: 1450
            """);
    Instance json =
        read(
            """
            {"uuid": "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11", "name": "Web 1", "meta": {"role": "web"},
             "ports": [{"mac": "52:54:00:12:34:56", "tap": "tap1", "mtu": 1450}]}
            """);
    assertThat(yaml).isEqualTo(json);
  }

  @Test
  void whatAMinimalRecordLeavesOutHasItsDefault() {
    Instance instance = with("\"name\": \"Web 1\"");
    assertThat(instance)
        .isEqualTo(
            new Instance(
                UUID,
                Optional.empty(),
                false,
                "Web 1",
                "web-1",
                0,
                Optional.empty(),
                Map.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                instance.ec2(),
                List.of(
                    new Port(
                        Optional.empty(),
                        Optional.empty(),
                        MacAddress.parse("fa:16:3e:00:00:01"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        List.of())),
                Budget.UNSAID,
                Policy.UNSAID));
    assertThat(instance.hasNetwork()).isFalse();
  }

  @Test
  void nullIsAsGoodAsMissing() {
    Instance nulls =
        with(
            """
            "project_id": null, "name": null, "hostname": null, "launch_index": null,
            "availability_zone": null, "meta": null, "keys": null, "user_data": null,
            "vendor_data": null, "vendor_data2": null, "devices": null, "dedicated_cpus": null,
            "ec2": null
            """);
    // All but what tells an identity from a record with documents.
    assertThat(nulls.identityOnly()).isFalse();
    Instance missing = with("\"launch_index\": 0");
    assertThat(nulls).isEqualTo(missing);
    assertThat(
            portWith(
                """
                "id": null, "tap": null, "vif_type": null, "mtu": null, "network_id": null,
                "floating_ips": null, "subnets": null
                """))
        .isEqualTo(portWith("\"floating_ips\": []"));
    assertThat(
            subnetWith(
                """
                "ip_address": null, "gateway_ip": null, "dhcp": null, "dns_nameservers": null,
                "host_routes": null, "ipv6_address_mode": null
                """))
        .isEqualTo(subnetWith("\"dhcp\": false"));
    assertThat(deviceWith("\"type\": \"disk\", \"bus\": null, \"path\": null, \"tags\": null"))
        .isEqualTo(deviceWith("\"type\": \"disk\""));
  }

  /** Nova shows a serial of null, which a tagged local disk has. */
  @Test
  void aSerialOfNullIsNotAMissingOne() {
    assertThat(deviceWith("\"type\": \"disk\", \"serial\": null"))
        .isNotEqualTo(deviceWith("\"type\": \"disk\""));
  }

  @Test
  void nullInsideTheEc2PartIsAsGoodAsMissing() {
    assertThat(
            with("""
                    "ec2": {"instance_id": null, "ami_id": null, "kernel_id": null,
                      "ramdisk_id": null, "reservation_id": null, "instance_type": null,
                      "security_groups": null, "block_device_mapping": null}
                    """)
                .ec2())
        .isEqualTo(with("\"ec2\": {}").ec2());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"project_id\": \"p\","})
  void uuidProjectAndPortsAloneAreAnIdentityWithoutDocuments(String project) {
    assertThat(
            read("{\"uuid\": \""
                    + UUID
                    + "\","
                    + project
                    + "\"ports\": [{\"mac\": \""
                    + MAC
                    + "\"}]}")
                .identityOnly())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"name\": \"x\"",
        "\"hostname\": \"x\"",
        "\"launch_index\": 0",
        "\"availability_zone\": null",
        "\"meta\": {}",
        "\"keys\": []",
        "\"user_data\": null",
        "\"vendor_data\": {}",
        "\"vendor_data2\": {}",
        "\"devices\": []",
        "\"dedicated_cpus\": []",
        "\"ec2\": {}"
      })
  void anyOtherKeyMakesItARecordWithDocuments(String member) {
    assertThat(with(member).identityOnly()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "Web 1, -, Web 1, web-1",
        "Web 1, web.example.org, Web 1, web.example.org",
        "-, web.example.org, web.example.org, web.example.org",
        "db_1.internal, -, db_1.internal, db-1-internal",
        "--Web--, -, --Web--, web",
        "ÄÖ x, -, ÄÖ x, x",
        "日本, -, 日本, server-5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11",
        "-, -, Server 5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11,"
            + " server-5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11"
      })
  void nameAndHostnameStandInForEachOther(
      String name, String hostname, String expectedName, String expectedHostname) {
    Instance instance =
        with(
            (name == null ? "" : "\"name\": \"" + name + "\",")
                + (hostname == null ? "" : "\"hostname\": \"" + hostname + "\",")
                + "\"launch_index\": 0");
    assertThat(instance.name()).isEqualTo(expectedName);
    assertThat(instance.hostname()).isEqualTo(expectedHostname);
  }

  /** Nova cuts at 63, the longest that DNS allows a label to be. */
  @Test
  void aDerivedHostnameIsNoLongerThanALabel() {
    assertThat(with("\"name\": \"" + "x".repeat(200) + "\"").hostname()).hasSize(63);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n\t\r\n"})
  void anEmptyTextIsMalformedAndNotAccusedOfWhatItLacks(String text) {
    Faults faults = new Faults("record.json");
    assertThat(InstanceReader.read(text.getBytes(StandardCharsets.UTF_8), faults)).isEmpty();
    assertThat(faults.list())
        .hasToString("[record.json: malformed: empty (expected: an instance record)]");
  }

  @Test
  void anEmptyHostnameIsKeptAsGiven() {
    assertThat(with("\"hostname\": \"\", \"name\": \"x\"").hostname()).isEmpty();
  }

  @Test
  void userDataMayBeEmptyWhichIsNotNone() {
    assertThat(with("\"user_data\": \"\"").userData().orElseThrow().length()).isZero();
    assertThat(with("\"user_data\": null").userData()).isEmpty();
  }

  @Test
  void metaKeepsTheOrderOfTheRecord() {
    assertThat(with("\"meta\": {\"z\": \"1\", \"a\": \"2\", \"m\": \"3\"}").meta().keySet())
        .containsExactly("z", "a", "m");
  }

  @Test
  void dedicatedCpusComeOutSorted() {
    assertThat(with("\"dedicated_cpus\": [10, 2, 3, 0]").dedicatedCpus())
        .containsExactly(0, 2, 3, 10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "5", "\"x\"", "false", "{\"b\": 1, \"a\": [null]}"})
  void vendorDataMayHaveAnyRoot(String json) {
    assertThat(with("\"vendor_data\": " + json).vendorData()).isPresent();
    assertThat(with("\"vendor_data2\": " + json).vendorData2()).isPresent();
  }

  @Test
  void keyTypeIsSshUnlessGiven() {
    assertThat(
            with("""
                    "keys": [{"name": "a", "data": "A"}, {"name": "b", "type": "x509", "data": "B"}]
                    """)
                .keys())
        .containsExactly(new KeyPair("a", "ssh", "A"), new KeyPair("b", "x509", "B"));
  }

  @Test
  void devicesOfAllKindsAreRead() {
    assertThat(
            with("""
                    "devices": [
                      {"type": "nic", "mac": "FA:16:3E:00:00:01"},
                      {"type": "nic", "mac": "fa:16:3e:00:00:02", "bus": "usb", "address": "1:2",
                       "tags": ["a", "b"], "vlan": 0, "vf_trusted": true},
                      {"type": "disk"},
                      {"type": "disk", "serial": "s", "path": "/dev/vdb", "bus": "scsi",
                       "address": "1:0:2:0", "tags": ["db"]},
                      {"type": "share", "share_id": "e8de", "tag": "t"},
                      {"type": "share", "share_id": "e8df", "tag": "u", "bus": "pci", "address": "a"}]
                    """)
                .devices())
        .containsExactly(
            new Nic(
                MacAddress.parse("fa:16:3e:00:00:01"),
                "none",
                "none",
                List.of(),
                Optional.empty(),
                false),
            new Nic(
                MacAddress.parse("fa:16:3e:00:00:02"),
                "usb",
                "1:2",
                List.of("a", "b"),
                Optional.of(0),
                true),
            new Disk(Optional.empty(), false, Optional.empty(), "none", "none", List.of()),
            new Disk(
                Optional.of("s"), false, Optional.of("/dev/vdb"), "scsi", "1:0:2:0", List.of("db")),
            new Share("e8de", "t", "none", "none"),
            new Share("e8df", "u", "pci", "a"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"launch_index\": 0", "\"ec2\": null", "\"ec2\": {}"})
  void missingEc2PartHasStandIns(String member) {
    Ec2 ec2 = with(member).ec2();
    assertThat(ec2.instanceId()).isEqualTo("i-5f0c1c1e");
    assertThat(ec2.amiId()).isEmpty();
    assertThat(ec2.kernelId()).isEmpty();
    assertThat(ec2.ramdiskId()).isEmpty();
    assertThat(ec2.reservationId()).matches("r-[a-z0-9]{8}");
    assertThat(ec2.instanceType()).isEmpty();
    assertThat(ec2.securityGroups()).isEmpty();
    assertThat(ec2.blockDeviceMapping())
        .containsOnly(
            Map.entry("ami", "sda1"),
            Map.entry("ephemeral0", "sda2"),
            Map.entry("root", "/dev/sda1"),
            Map.entry("swap", "sda3"));
  }

  @Test
  void derivedReservationIdIsTheSameAfterEveryRestart() {
    String first = with("\"ec2\": {}").ec2().reservationId();
    assertThat(with("\"launch_index\": 3").ec2().reservationId()).isEqualTo(first);
    String other = UUID.replace("5f0c1c1e", "5f0c1c1f");
    assertThat(
            read("{\"uuid\": \"" + other + "\", \"ports\": [{\"mac\": \"" + MAC + "\"}]}")
                .ec2()
                .reservationId())
        .isNotEqualTo(first);
  }

  @Test
  void partialEc2PartKeepsWhatItHas() {
    Ec2 ec2 =
        with("""
                "ec2": {"kernel_id": "aki-1", "ramdisk_id": "ari-1", "security_groups": ["a", "a"],
                        "block_device_mapping": {}}
                """)
            .ec2();
    assertThat(ec2.instanceId()).isEqualTo("i-5f0c1c1e");
    assertThat(ec2.kernelId()).contains("aki-1");
    assertThat(ec2.ramdiskId()).contains("ari-1");
    assertThat(ec2.securityGroups()).containsExactly("a", "a");
    assertThat(ec2.blockDeviceMapping()).isEmpty();
  }

  @Test
  void uuidStaysAsWritten() {
    String upper = UUID.toUpperCase(java.util.Locale.ROOT);
    assertThat(
            read("{\"uuid\": \"" + upper + "\", \"ports\": [{\"mac\": \"" + MAC + "\"}]}").uuid())
        .isEqualTo(upper);
  }

  @ParameterizedTest
  @ValueSource(strings = {"slaac", "dhcpv6-stateful", "dhcpv6-stateless"})
  void ipv6ModesAreNeutrons(String mode) {
    assertThat(subnetWith("\"ipv6_address_mode\": \"" + mode + "\"").ipv6AddressMode())
        .contains(mode);
  }

  @ParameterizedTest
  @ValueSource(ints = {68, 1450, 65_535})
  void mtuIsKeptAsGiven(int mtu) {
    assertThat(portWith("\"mtu\": " + mtu).mtu()).contains(mtu);
  }

  @Test
  void portsKeepTheirOrder() {
    Instance instance =
        read(
            """
            {"uuid": "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11", "ports": [
              {"mac": "fa:16:3e:00:00:03", "tap": "c"},
              {"mac": "fa:16:3e:00:00:01", "tap": "a"},
              {"mac": "fa:16:3e:00:00:02", "tap": "b"}]}
            """);
    assertThat(instance.ports())
        .extracting(port -> port.tap().orElseThrow())
        .containsExactly("c", "a", "b");
  }

  @Test
  void samePortMacOnTwoTapsIsAllowed() {
    Instance instance =
        read(
            """
            {"uuid": "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11", "ports": [
              {"mac": "fa:16:3e:00:00:01", "tap": "a"}, {"mac": "fa:16:3e:00:00:01", "tap": "b"}]}
            """);
    assertThat(instance.ports()).hasSize(2);
  }

  private static final String MAC = "fa:16:3e:00:00:01";

  private static Instance read(String text) {
    Faults faults = new Faults("record.json");
    Optional<Instance> instance =
        InstanceReader.read(text.getBytes(StandardCharsets.UTF_8), faults);
    assertThat(faults.list()).as(text).isEmpty();
    return instance.orElseThrow();
  }

  private static Instance with(String members) {
    return read(
        "{\"uuid\": \"%s\", \"ports\": [{\"mac\": \"%s\"}], %s}".formatted(UUID, MAC, members));
  }

  private static Port portWith(String members) {
    return read("{\"uuid\": \"%s\", \"ports\": [{\"mac\": \"%s\", %s}]}"
            .formatted(UUID, MAC, members))
        .ports()
        .getFirst();
  }

  private static Subnet subnetWith(String members) {
    return portWith("\"subnets\": [{\"cidr\": \"fd00::/64\", " + members + "}]")
        .subnets()
        .getFirst();
  }

  private static Device deviceWith(String members) {
    return with("\"devices\": [{" + members + "}]").devices().getFirst();
  }

  private static JsonObject object(int line, String name, JsonValue value) {
    return new JsonObject(Map.of(name, value), line);
  }
}
